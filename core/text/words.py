"""Cutting a citizen's message into folded words, chat spelling written out, offsets kept.

Used by the NLU tokenizer and by the facet rules, so that both read the same words. Pure standard library.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from core.text.dialect import standard_word
from core.text.fold import fold_with_offsets
from core.text.shorthand import SHORTHAND
from core.text.slip import repaired

# What the gateway puts where a phone or an identity number stood (core.text.mask) counts as one number.
_MASKED = re.compile(r"\[(?:so dien thoai|day so|dia chi thu)\]")
_WORD = re.compile(r"[a-z0-9]+")
_STRETCHED = re.compile(r"([a-z])\1{2,}")

# Vietnamese has no f, j, w or z: chat spelling for ph, gi, qu.
_CHAT_INITIALS = (("f", "ph"), ("j", "gi"), ("w", "qu"))
_FOREIGN = frozenset("facebook fb file fanpage free form fax web website wifi word java javascript".split())
_VOWELS = "aeiouy"

# Written with their marks these are words of their own; folded they would read as others ("đúng", "vậy").
_MARKED = {"dừng": "ngung", "zì": "gi", "zấy": "giay", "dấy": "giay", "mí": "may"}
# "dấy tờ", "zay phep": spelled as it sounds.
_AFTER_PAPER = frozenset("to phep khai chung xac uy hen doc ket tam".split())
_COUNTED = frozenset("ngay bua hom gio h thang tuan nam ban tuoi nguoi lan tien".split())

_QUESTION_TAIL = frozenset("a ah ha hen he nha nhe nhi vay z v the ta ad em anh chi bac con nua".split())


class Word(NamedTuple):
    """A folded word and where it stands in the message; words written out of one share its place."""

    text: str
    start: int
    end: int


def _spelled_out(word: str, mend: Callable[[str], str]) -> str:
    if word in _FOREIGN or word in SHORTHAND:
        return word
    word = _STRETCHED.sub(r"\1", word)
    for chat, standard in _CHAT_INITIALS:
        if word[0] == chat and len(word) > 1 and word[1] in _VOWELS:
            word = standard + word[2 if standard == "gi" and word[1] == "i" else 1 :]
    if word[-1] == "j" and len(word) > 1:  # cáj, thôj
        word = word[:-1] + "i"
    return mend(word)


def _written_out(word: str, before: str, after: str, at_end: bool) -> str:
    """What an abbreviation stands for; some depend on their neighbours."""
    if word == "dk":  # "làm dk ko", "nộp online đk?" against "đk kết hôn"
        if SHORTHAND.get(after, after) == "khong":
            return "duoc"
        if after in ("gi", "j", "nao", "ji") and before in ("can", "du", "co", "cac", "nhung", "theo"):
            return "dieu kien"  # "cần đủ đk gì"
        return "duoc khong" if at_end else "dang ky"
    if word == "hk":  # "đc hk" against "nhập hk"
        return "khong" if at_end and before in ("duoc", "dc", "co", "phai") else "ho khau"
    if word == "dc" and before in ("xin", "so"):
        return "dia chi"
    if word in ("k", "kg") and before.isdigit():  # 500 k
        return word
    if word in ("zay", "day", "zai") and after in _AFTER_PAPER:
        return "giay"
    if word == "mi" and after in _COUNTED:
        return "may"
    if word == "ti" and before == "cong":
        return "ty"
    if word == "li" and after in ("lich", "hon", "do"):
        return "ly"
    if word == "sac" and after in ("nhan", "minh"):
        return "xac"
    if word == "sd" and before == "quyen":
        return "su dung"
    if word == "s" and at_end and before and not before.isdigit():  # "gia hạn s ạ"
        return "sao"
    if word == "nd" and after in ("nao", "gi", "so", "may"):
        return "nghi dinh"
    if word == "h" and (before.isdigit() or before in ("may", "bi", "bay", "bao")):
        return "gio"
    return SHORTHAND.get(word, word)


def words(text: str, mend: Callable[[str], str] = repaired) -> list[Word]:
    """The words of ``text``, folded, written out and in standard spelling, in order.

    ``mend`` puts a slip of the keyboard right, one word at a time; the search has its own way of doing so.
    """
    return list(_words(text, mend))


# A turn asks for the words of one sentence dozens of times.
@lru_cache(maxsize=1024)
def _words(text: str, mend: Callable[[str], str]) -> tuple[Word, ...]:
    folded, offsets = fold_with_offsets(text)
    folded = _MASKED.sub(lambda match: "0" * len(match.group()), folded)
    matches = list(_WORD.finditer(folded))
    raw = [_spelled_out(match.group(), mend) for match in matches]
    tail = len(raw)
    while tail and raw[tail - 1] in _QUESTION_TAIL:
        tail -= 1
    found: list[Word] = []
    for index, match in enumerate(matches):
        before = raw[index - 1] if index else ""
        after = raw[index + 1] if index + 1 < len(raw) else ""
        at_end = index + 1 >= tail
        start, end = offsets[match.start()], offsets[match.end() - 1] + 1
        standard = _MARKED.get(unicodedata.normalize("NFC", text[start:end].lower()))
        if standard is None:
            standard = standard_word(_written_out(raw[index], before, after, at_end), before, after, at_end)
        found.extend(Word(part, start, end) for part in standard.split())
    return tuple(found)
