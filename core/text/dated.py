"""A sentence read for the days it names: its words, its today, and small questions about neighbours.

Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import NamedTuple, Optional, Union

from core.text.marked import Typed, typed_words

Words = Union[tuple[str, ...], frozenset[str]]


class Reading(NamedTuple):
    """A day, and the index of the first word behind the words that named it. ``moon``: its other name."""

    day: date
    after: int
    until: Optional[date] = None
    moon: Optional[str] = None


class DatedSentence:
    """``text`` must be composed (``core.text.marked.compose``)."""

    def __init__(self, text: str, today: date) -> None:
        self.text = text
        self.today = today
        self.words = typed_words(text)
        self.looks_back = self._looks_back()

    def at(self, index: int) -> Optional[Typed]:
        return self.words[index] if 0 <= index < len(self.words) else None

    def has(self, index: int, *words: str) -> bool:
        word = self.at(index)
        return word is not None and word.among(words)

    def has_any(self, index: int, words: Words) -> bool:
        word = self.at(index)
        return word is not None and word.among(words)

    def number(self, index: int, most: int) -> Optional[int]:
        """A number of one or two digits from 1 to ``most`` at that place."""
        word = self.at(index)
        if word is None or not word.plain.isdecimal() or len(word.plain) > 2:
            return None
        value = int(word.plain)
        return value if 1 <= value <= most else None

    def touches(self, index: int, marks: str) -> bool:
        """Whether one of ``marks`` stands right before or behind the word."""
        word = self.words[index]
        around = self.text[max(0, word.start - 1) : word.start] + self.text[word.end : word.end + 1]
        return any(mark in marks for mark in around)

    def shift(self, index: int) -> Optional[tuple[int, int]]:
        """0 for "này", 1 for "sau" and "tới", 2 for "sau nữa", -1 for "trước"; and the index behind it."""
        if self.has(index, "này", "nay", "ni"):
            return 0, index + 1
        if self.has(index, "sau", "tới"):
            return (2, index + 2) if self.has(index + 1, "nữa") else (1, index + 1)
        if self.has(index, "trước", "rồi", "qua"):
            return -1, index + 1
        if self.has(index, "vừa") and self.has(index + 1, "rồi", "qua"):
            return -1, index + 2
        return None

    def _looks_back(self) -> bool:
        """The citizen speaks of what was: "hẹn ngày 20 mà chưa thấy", "nộp hôm thứ 3 rồi"."""
        plain = [word.plain for word in self.words]
        if "hen" in plain and {"chua", "tre", "sao", "qua", "ma"} & set(plain):
            return True
        if any(word.lower == "đã" or word.among(("rồi",)) for word in self.words):
            return True
        # Unmarked "da" is more often the polite "dạ" than "đã".
        return any(first == "da" and then in ("nop", "gui", "hen", "di") for first, then in pairwise(plain))
