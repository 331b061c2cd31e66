"""The three ways citizens write, made from one carefully written phrase.

Standard library and Python 3.10 syntax: both environments use it.
"""

from __future__ import annotations

import random
import re

from core.text.fold import fold

# Half of these stand in core.text.shorthand, the others do not: people are more inventive than a list.
_CHAT = {
    "không": ("ko", "k", "hông"),
    "được": ("dc", "đc"),
    "gì": ("j",),
    "vậy": ("z",),
    "bao nhiêu": ("bn", "bnhieu"),
    "làm": ("lm",),
    "giấy khai sinh": ("gks",),
    "căn cước": ("cccd",),
    "đăng ký": ("đk",),
    "như thế nào": ("ntn",),
    "thế nào": ("tnao",),
    "rồi": ("r",),
    "em": ("e",),
    "với": ("vs",),
    "quá": ("wa",),
    "biết": ("bít",),
    "chồng": ("ck",),
    "vợ": ("vk",),
    "người": ("ng",),
    "thủ tục": ("tt",),
    "hồ sơ": ("hs",),
    "giấy tờ": ("gt",),
    "phải": ("fai",),
    "phí": ("fí",),
    "giờ": ("h",),
    "cán bộ": ("cb",),
    "điện thoại": ("đt",),
    "mấy": ("mí",),
    "phường": ("fường",),
    "cái": ("cáj",),
    "giấy": ("jấy",),
    "nhé": ("nhá",),
    "tôi": ("t",),
    "mình": ("mk",),
    "muốn": ("mún",),
    "nào": ("nèo",),
    "luôn": ("lun",),
    "chưa": ("chx",),
    "trước": ("trc",),
    "cũng": ("cx",),
}
_LONGEST_FIRST = sorted(_CHAT, key=len, reverse=True)


def without_marks(phrase: str) -> str:
    return fold(phrase)


def in_chat_spelling(phrase: str, chance: random.Random) -> str:
    """Three words in four of those people shorten are shortened, and the marks are gone."""
    written = phrase.lower()
    for word in _LONGEST_FIRST:
        if chance.random() < 0.75:
            written = re.sub(rf"(?<!\w){word}(?!\w)", chance.choice(_CHAT[word]), written)
    return fold(written)


def writings(phrases: list[str]) -> dict[str, list[str]]:
    """``marks``, ``no_marks`` and ``chat``: the phrases in each writing, the same ones every time."""
    chance = random.Random(1)
    return {
        "marks": phrases,
        "no_marks": [without_marks(phrase) for phrase in phrases],
        "chat": [in_chat_spelling(phrase, chance) for phrase in phrases],
    }
