"""Special cases that a record's name speaks of: abroad, again, changed, ended, at home, by somebody else.

A citizen who means one says so. A record of a case that nobody mentioned stands behind the plain one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_ABROAD = (
    "nuoc ngoai|ngoai quoc|viet kieu|quoc te|ngoai kieu|canada|singapore|campuchia|dai loan|han quoc"
    "|trung quoc|quoc tich (?!viet)"
    "|nguoi (?:thai|an do|my|han|nhat|tau|trung|uc|nga|phap|duc|tay)|(?:o|ben) (?:my|nhat|uc|phap|duc|tay)"
)

# By which words a name tells of a case, and by which a sentence means it: folded.
_CASES = tuple(
    (re.compile(rf"\b(?:{name})\b"), re.compile(rf"\b(?:{said or name})\b"))
    for name, said in (
        ("luu dong", "luu dong|tai nha|den nha|tan nha"),
        ("lai", "lai|mat|roi|that lac|chay|hu|hong"),
        ("nuoc ngoai|viet kieu|quoc te", _ABROAD),
        ("bien gioi", ""),
        ("ket hop|kem|dong thoi|lien thong", "ket hop|kem|dong thoi|lien thong|voi|luon|cung|va"),
        ("uy quyen|uy thac", "uy quyen|uy thac|thay|ho|giup"),
        ("gia han|keo dai", "gia han|keo dai|het han|them"),
        ("dieu chinh|sua doi|bo sung|thay doi|sua", "dieu chinh|sua doi|bo sung|thay doi|sua|doi|sai|them"),
        ("thu hoi", ""),
        ("cham dut|huy|xoa", "cham dut|huy|xoa|thoi|bo|cat"),
        ("tam ngung|tam nghi", "tam ngung|tam nghi|ngung|nghi"),
        ("doi", "doi|thay|cu|het han"),
        ("mat|hong|rach", "mat|hong|rach|hu|roi|rot|chay|lac"),
        ("nguoi lon|chua tung", "nguoi lon|lon tuoi|chua"),
        ("thua ke", "thua ke|de lai|chia"),
        ("chung nhan", ""),
        ("qua han|tre han", "qua han|tre|muon"),
    )
)


def unmentioned(name: str, said: str) -> int:
    """How many cases a folded name speaks of that the folded sentence does not."""
    return sum(bool(case.search(name)) and not mention.search(said) for case, mention in _CASES)


def told(name: str) -> tuple[bool, ...]:
    """Of which cases a folded name speaks."""
    return tuple(bool(case.search(name)) for case, _ in _CASES)


class Cases:
    """The cases of many names, counted for a sentence at once."""

    def __init__(self, names: Sequence[tuple[bool, ...]]) -> None:
        """``names``: what each one has ``told``."""
        self._told = np.array(names, dtype=np.float32).reshape(len(names), len(_CASES))

    def unmentioned(self, said: str) -> npt.NDArray[np.float32]:
        """For every name, how many of its cases the folded sentence does not mention."""
        silent = np.array([not mention.search(said) for _, mention in _CASES], dtype=np.float32)
        return self._told @ silent
