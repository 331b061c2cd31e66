""" "Giấy đó", "cái này", "thủ tục ấy", "cái kia": words that point at something instead of naming it."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from core.text.fold import fold
from core.text.words import Word, words

# What is pointed at, one to three of these in a row: "cái", "tờ giấy", "cái thủ tục".
_HEADS = frozenset(
    "cái giấy tờ thủ tục việc vụ chuyện thẻ sổ cuốn quyển bằng phép đơn loại khoản phiếu hồ sơ món".split()
)
_HERE = frozenset("đó đấy ấy này nầy ni nớ".split())
_THERE = frozenset("kia kìa".split())
_LONGEST = 3
# Without marks "so do" is the land book, and "giay do phuong cap" says who issued it.
_A_THING = frozenset(("so do", "bia do"))
_BY = re.compile(r"^(?:phuong|xa|tinh|huyen|so|bo|benh|toa|uy|ubnd|dac|dat|co quan|cong an|nha nuoc)\b")
# "Làm xong cái đó rồi …", "ngoài giấy đó ra", "bỏ cái đó đi": what comes after it is asked about.
_LEFT_BEHIND = re.compile(
    r"\b(?:xong|ngoai|khoi|bo|thoi|khac|truoc|sau|cung|kem|voi|thay(?: cho)?|het|khong phai)$"
)
# "Hỏi cái này nữa, …", "cho biết việc này: …"
_ANNOUNCES = re.compile(r"\s*(?:nua\s*,|(?:nua\s*)?[:\n])")
# What remains: "cái còn lại".
_REMAINING = re.compile(r"\b(?:cai|giay|viec|thu tuc|vu|chuyen|thu|phan) con lai\b(?! (?:bao|may|han))")


class Pointed(NamedTuple):
    """``before``: what the message says ahead of the pointing words; ``rest``: all it says without them.

    ``aside``: what is pointed at is left behind, or only announces what comes ("hỏi cái này: …").
    ``other``: the other one of two is meant.
    """

    before: str
    rest: str
    aside: bool
    other: bool


def points_in(text: str) -> Pointed | None:
    """The first words of a message that point at something; none when it names all it speaks of."""
    found = words(text)
    marked = any(not shown.isascii() for shown in (_shown(text, word) for word in found))
    folded = " ".join(word.text for word in found)
    if match := _REMAINING.search(folded):
        first = len(folded[: match.start()].split())
        return _pointed(text, found, first, first + len(match.group().split()), other=True)
    for place, word in enumerate(found):
        here, there = _is(text, word, _HERE, marked), _is(text, word, _THERE, marked)
        if not (here or there):
            continue
        first = place
        while first > 0 and place - first < _LONGEST and _is(text, found[first - 1], _HEADS, marked):
            first -= 1
        if first == place or (not marked and _reads_otherwise(found, place)):
            continue
        return _pointed(text, found, first, place + 1, other=there)
    return None


def _pointed(text: str, found: list[Word], first: int, after: int, *, other: bool) -> Pointed:
    before = text[: found[first].start]
    end = text[found[after].start :] if after < len(found) else ""
    ahead = " ".join(word.text for word in found[:first])
    announces = bool(end) and bool(_ANNOUNCES.match(fold(text[found[after - 1].end :])))
    aside = announces or bool(_LEFT_BEHIND.search(ahead))
    return Pointed(before.strip(" ,.;:"), f"{before}{end}".strip(), aside, other)


def _reads_otherwise(found: list[Word], place: int) -> bool:
    """Whether unmarked "do" is a colour, or says by whom, rather than "đó"."""
    if found[place].text != "do":
        return False
    after = " ".join(word.text for word in found[place + 1 : place + 3])
    return f"{found[place - 1].text} do" in _A_THING or bool(_BY.match(after))


def _shown(text: str, word: Word) -> str:
    return unicodedata.normalize("NFC", text[word.start : word.end].lower())


def _is(text: str, word: Word, written: frozenset[str], marked: bool) -> bool:
    """Whether a word is one of these; in a message with marks it must carry its own ("đó" is not "do")."""
    if marked:
        return _shown(text, word) in written
    return word.text in _FOLDED[written]


_FOLDED = {written: frozenset(map(fold, written)) for written in (_HEADS, _HERE, _THERE)}
