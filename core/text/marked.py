"""Words as a citizen typed them, compared with or without tone marks.

A word with marks must carry the right ones ("mãi" is not "mai"); a word without marks may be either, so rules
that read it must look at its neighbours. Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from core.text.fold import fold

_TOKEN = re.compile(r"\d+(?:[/-]\d+)+|[^\W_]+|[,.;:!?\n]")


class Typed(NamedTuple):
    """One word, number or punctuation mark: as typed, in lower case, and folded; its place in the text."""

    shown: str
    lower: str
    plain: str
    start: int
    end: int

    def among(self, words: frozenset[str] | tuple[str, ...]) -> bool:
        """Whether this is one of ``words`` (written with their marks), typed with or without marks."""
        if self.lower == self.plain:
            return self.plain in _plain(tuple(words))
        return self.lower in words

    @property
    def is_mark(self) -> bool:
        return not self.plain[:1].isalnum()

    @property
    def has_tones(self) -> bool:
        return self.lower != self.plain


@lru_cache(maxsize=512)
def _plain(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(word) for word in words)


def compose(text: str) -> str:
    """``text`` with each letter and its marks as one character, invisible characters dropped."""
    composed = unicodedata.normalize("NFC", text.replace("\u00a0", " "))
    return "".join(char for char in composed if unicodedata.category(char) != "Cf")


def typed_words(text: str) -> list[Typed]:
    """The words, numbers and punctuation of a composed ``text`` in order."""
    return [
        Typed(match.group(), match.group().lower(), fold(match.group()), match.start(), match.end())
        for match in _TOKEN.finditer(text)
    ]
