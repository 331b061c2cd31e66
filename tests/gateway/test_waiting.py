"""Whoever waits at a terminal is told after a second; nothing is told of what is quick."""

from __future__ import annotations

import threading

import pytest

from gateway.cli import waiting
from gateway.cli.waiting import PREPARING, told_when_long


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "_PATIENCE", 0.01)


def stay(capsys: pytest.CaptureFixture[str], line: str) -> str:
    """What was told on standard error, as soon as the line stands there."""
    told = ""
    for _ in range(500):
        told += capsys.readouterr().err
        if line in told:
            break
        threading.Event().wait(0.01)
    return told


def test_nothing_is_told_of_what_is_quick(capsys: pytest.CaptureFixture[str]) -> None:
    with told_when_long("Đang làm…"):
        pass
    for one in threading.enumerate():
        if isinstance(one, threading.Timer):
            one.join()
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("at_once")
def test_what_takes_long_is_told_once_and_by_what_is_being_done(capsys: pytest.CaptureFixture[str]) -> None:
    with told_when_long("Đang tính…"):
        with told_when_long(PREPARING):
            assert stay(capsys, PREPARING) == f"{PREPARING}\n"
        assert stay(capsys, "Đang tính…") == "Đang tính…\n"
    assert capsys.readouterr() == ("", "")
