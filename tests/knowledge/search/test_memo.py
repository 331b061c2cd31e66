"""What several threads ask for at once is worked out once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from knowledge.search.memo import Memo


def test_who_asks_for_what_is_being_worked_out_waits_for_it() -> None:
    begun, go_on = threading.Event(), threading.Event()
    worked: list[str] = []

    def work(key: str) -> str:
        worked.append(key)
        begun.set()
        assert go_on.wait(5)
        return key.upper()

    memo = Memo(work, size=8)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(memo, "a")
        assert begun.wait(5)
        others = [threads.submit(memo, "a") for _ in range(3)]
        go_on.set()
        assert [one.result(5) for one in (first, *others)] == ["A"] * 4
    assert worked == ["a"]


def test_the_oldest_is_forgotten_and_what_was_asked_again_is_not() -> None:
    worked: list[str] = []
    memo = Memo(worked.append, size=2)
    for key in "abacab":
        memo(key)
    assert worked == ["a", "b", "c", "b"]


def test_what_failed_is_tried_again() -> None:
    results = iter((ValueError("broken"), None))

    def work(_key: str) -> str:
        error = next(results)
        if error:
            raise error
        return "whole"

    memo = Memo(work, size=2)
    with pytest.raises(ValueError, match="broken"):
        memo("a")
    assert memo("a") == "whole"
