"""Folding Vietnamese text so that "Đăng ký", "dang ky" and "ĐĂNG  KÝ" are one word.

Half of what citizens type carries no tone marks, so everything that searches or classifies works on folded
text. Pure standard library, Python 3.10 syntax: both environments import it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Old keyboards and web forms send the Icelandic eth for đ.
_LETTERS = {"đ": "d", "ð": "d"}


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    """The folded form of one character; empty for combining marks and invisible characters."""
    if char.isspace():
        return " "
    kept = []
    for part in unicodedata.normalize("NFD", char.lower()):
        # Mn: combining marks; Cf: zero-width characters, byte-order mark, soft hyphen.
        if unicodedata.category(part) not in ("Mn", "Cf"):
            kept.append(_LETTERS.get(part, part))
    return "".join(kept)


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Folded ``text`` and, for each of its characters, the index it came from in ``text``."""
    folded: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(text):
        for part in _fold_char(char):
            if part == " " and (not folded or folded[-1] == " "):
                continue
            folded.append(part)
            offsets.append(index)
    if folded and folded[-1] == " ":
        folded.pop()
        offsets.pop()
    return "".join(folded), offsets


def fold(text: str) -> str:
    """Lower case without tone marks, đ as d, invisible characters dropped, spaces collapsed."""
    return " ".join("".join(map(_fold_char, text)).split())
