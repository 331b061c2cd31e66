""" "Cái thứ hai", "số 1", "cái cuối mấy ngày": one of the things last listed."""

from __future__ import annotations

import re
from typing import NamedTuple

from core.text.words import words

_PLACES = {
    "1": 0, "mot": 0, "nhat": 0, "dau": 0, "dau tien": 0, "tren": 0, "tren cung": 0,
    "2": 1, "hai": 1, "giua": 1, "ke": 1, "ke tiep": 1,
    "3": 2, "ba": 2,
    "cuoi": -1, "cuoi cung": -1, "chot": -1, "sau cung": -1, "duoi cung": -1, "duoi": -1,
}  # fmt: skip
_PLACE = "|".join(sorted(_PLACES, key=len, reverse=True))
_ORDINAL = re.compile(
    r"^(?:(?:a|da|lay|chon|hoi|con|the|thi|dung roi|dung|la|thoi|vay|y|toi|em|minh|muon|noi|ve|cho|xem) )*"
    r"(?:(?:cai|so|muc|truong hop|loai|viec|lua chon|phuong an|dap an|cau|dong|thu tuc|y)(?: (?:so|thu))?"
    rf" (?P<place>{_PLACE})|thu (?P<thu>nhat|hai|ba)$)"
    r"(?! (?:ngay|tuan|thang|nam|nguoi|ban|lan|bo|cai|to|trieu|tram)\b)\b"
)


class Ordinal(NamedTuple):
    """``place`` counts from 0, -1 is the last; ``rest``: what else the message says."""

    place: int
    rest: str


def ordinal_in(text: str) -> Ordinal | None:
    """The place named at the start of a message, if one is."""
    found = words(text)
    folded = " ".join(word.text for word in found)
    match = _ORDINAL.match(folded)
    if match is None:
        return None
    used = len(folded[: match.end()].split())
    rest = text[found[used].start :] if used < len(found) else ""
    return Ordinal(_PLACES[match.group("place") or match.group("thu")], rest)
