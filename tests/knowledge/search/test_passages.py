"""Vectors are computed once and kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.search import passages as module
from knowledge.search.passages import Passages, read_shipped
from tests.knowledge.search.encoders import BagEncoder

_TEXTS = [f"thủ tục số {number}" for number in range(40)]


def _fill(passages: Passages, texts: list[str]) -> list[tuple[int, int]]:
    return list(passages.fill(texts))


def test_only_what_is_new_is_encoded(tmp_path: Path) -> None:
    first = BagEncoder()
    steps = _fill(Passages(tmp_path, first), _TEXTS)
    assert steps[-1] == (40, 40)
    again = BagEncoder()
    passages = Passages(tmp_path, again)
    _fill(passages, [*_TEXTS, "một cách gọi mới"])
    assert again.encoded == ["một cách gọi mới"]
    close = passages.matrix(_TEXTS).astype(np.float32) - first.passages(_TEXTS)
    assert np.abs(close).max() < 0.001


def test_what_another_process_has_done_is_not_done_again(tmp_path: Path) -> None:
    one, other = BagEncoder(), BagEncoder()
    mine, theirs = Passages(tmp_path, one), Passages(tmp_path, other)
    work = mine.fill(_TEXTS)
    next(work)
    _fill(theirs, _TEXTS)
    list(work)
    assert sorted(one.encoded + other.encoded) == sorted(_TEXTS)


def test_breaking_off_keeps_what_is_done(tmp_path: Path) -> None:
    done, _ = next(iter(Passages(tmp_path, BagEncoder()).fill(_TEXTS)))
    assert len(Passages(tmp_path, BagEncoder()).missing(_TEXTS)) == len(_TEXTS) - done


def test_half_a_row_left_by_a_crash_is_written_over(tmp_path: Path) -> None:
    _fill(Passages(tmp_path, BagEncoder()), _TEXTS[:3])
    file = tmp_path / "passages-bag.bin"
    file.write_bytes(file.read_bytes() + b"half a row")
    passages = Passages(tmp_path, BagEncoder())
    assert not passages.missing(_TEXTS[:3])
    _fill(passages, _TEXTS)
    assert not Passages(tmp_path, BagEncoder()).missing(_TEXTS)


def test_what_is_shipped_needs_no_encoding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passages = Passages(tmp_path / "here", BagEncoder())
    _fill(passages, _TEXTS)
    shipped = passages.ship(_TEXTS, tmp_path / "shipped")
    assert len(read_shipped(shipped)) == len(_TEXTS)
    monkeypatch.setattr(module, "_SHIPPED_FOLDER", tmp_path / "shipped")
    elsewhere = Passages(tmp_path / "elsewhere", BagEncoder())
    assert not elsewhere.missing(_TEXTS)
    close = elsewhere.matrix(_TEXTS).astype(np.float32) - passages.matrix(_TEXTS).astype(np.float32)
    assert np.abs(close).max() < 0.01
