"""Slips of the keyboard are read by what stands beside them."""

from __future__ import annotations

import pytest

from knowledge.search.lexical import RowIndex
from knowledge.search.rows import Terms
from knowledge.search.slips import Near, Slips
from knowledge.search.tokens import terms, words

_NAMES = (
    "dang ky tam tru", "dang ky thuong tru", "gia han tam tru", "thue tro", "khai tu", "dang ky khai sinh",
    "tach ho khau", "giay doc than", "xac nhan doc than", "cap lai giay phep", "giay phep xay dung",
    "giay phep lai xe", "to khai thue", "tra loi thu", "tu hoc", "ho so",
)  # fmt: skip


@pytest.fixture(scope="module")
def slips() -> Slips:
    cut = Terms(lambda text: terms(words(text)))
    index = RowIndex(cut.cut([name] for name in _NAMES), [1.0] * len(_NAMES), cut)
    return Slips(index, cut, Near())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("dang ky tam tur", "dang ky tam tru"),
        ("thue tor", "thue tro"),
        ("kai tu", "khai tu"),
        ("khai snh", "khai sinh"),
        ("tcah ho khau", "tach ho khau"),
        ("dang kyy tamm truu", "dang ky tam tru"),
        ("giayss phep xaay dungw", "giay phep xay dung"),
        ("gia han ttru", "gia han tam tru"),
        ("khaisinh", "khai sinh"),
        ("zay phep", "giay phep"),
    ],
)
def test_what_was_meant_is_read_by_its_neighbours(slips: Slips, typed: str, meant: str) -> None:
    assert " ".join(slips.repaired(typed.split())) == meant


@pytest.mark.parametrize("typed", ["dang ky tam tru", "vietcombank", "a1", "h08.12-2609", "tu hoc"])
def test_what_is_known_or_like_nothing_stays(slips: Slips, typed: str) -> None:
    assert " ".join(slips.repaired(typed.split())) == typed
