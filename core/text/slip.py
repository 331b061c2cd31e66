"""Slips of the keyboard: a word that is no syllable at all stands for the one it was meant to be.

Telex keys that were not turned into marks ("taangf", "lamm"), two letters swapped ("dogn"), one missing or
doubled ("thnh"). Only what cannot be Vietnamese is touched: a rare word is never rewritten into a common one.
Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from core.text.common_syllables import RANK
from core.text.shorthand import SHORTHAND
from core.text.syllable import is_syllable

# Words of other languages that citizens use as they are.
_BORROWED = frozenset(
    "online visa photo photocopy karaoke vneid zalo file link passport web website app apps game internet"
    " facebook email gmail mail video camera wifi scan ok hello hi hey bot sms otp sim viber messenger google"
    " taxi grab apec vip post test login logout admin password username click chat pdf word excel usb pin gas"
    " bus container logo spa massage bar pub homestay hotel villa shop studio gym yoga camping marketing visa"
    " youtube tiktok telegram internet banking mobile atm card credit vietcombank agribank momo qr code kiosk"
    " ignore system prompt instructions previous reveal bypass developer mode python sql script select drop"
    " table from where print html the and your you are all what who how please help thank thanks bye".split()
)
_TELEX_PAIRS = (("aa", "a"), ("ee", "e"), ("oo", "o"), ("dd", "d"), ("uw", "u"), ("ow", "o"), ("aw", "a"))
_REPEATED = re.compile(r"([a-z])\1+")
_TONE_KEY = re.compile(r"[sfrxj]")
_LETTERS = "aeghinmoutcyl"
_SHORTEST = 3
# How much likelier each kind of slip is than the next; in ranks of the list of common syllables.
_SWAPPED, _EXTRA, _MISSING, _WRONG = 0, 60, 150, 500


@lru_cache(maxsize=8192)
def repaired(word: str) -> str:
    """The syllable that ``word`` (folded) was meant to be; ``word`` itself when nobody can tell."""
    if not word.isalpha() or is_syllable(word) or word in _BORROWED or word in SHORTHAND or len(word) < 2:
        return word
    for plain in _without_telex(word):
        if plain in RANK:
            return plain
    if len(word) < _SHORTEST:
        return word
    for swapped in _swaps(word):
        if swapped in SHORTHAND and len(word) > _SHORTEST:
            return swapped
    best = min(_edits(word), default=None)
    return best[1] if best else word


def _without_telex(word: str) -> Iterator[str]:
    """Readings in which Telex keys stayed letters, the likeliest first."""
    if word[0] == "k" and len(word) > 1 and word[1] in "aou":  # "kần": no syllable begins so
        yield "c" + word[1:]
    plain = word
    for keys, letter in _TELEX_PAIRS:
        plain = plain.replace(keys, letter)
    single = _REPEATED.sub(r"\1", plain)
    for one in (plain, single):
        if one != word:
            yield one
    for one in (plain, single):
        # The tone key is typed last, or right after the vowel.
        if one and one[-1] in "sfrxjzw":
            yield one[:-1]
        for place in range(len(one) - 1, 0, -1):
            if _TONE_KEY.match(one[place]):
                yield one[:place] + one[place + 1 :]


def _swaps(word: str) -> Iterator[str]:
    for place in range(len(word) - 1):
        if word[place] != word[place + 1]:
            yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _edits(word: str) -> Iterator[tuple[int, str]]:
    """Common syllables one slip away, each with how unlikely it is."""
    for swapped in _swaps(word):
        if swapped in RANK:
            yield RANK[swapped] + _SWAPPED, swapped
    for place in range(len(word)):
        shorter = word[:place] + word[place + 1 :]
        if shorter in RANK:
            yield RANK[shorter] + _EXTRA, shorter
        for letter in _LETTERS:
            changed = word[:place] + letter + word[place + 1 :]
            if changed in RANK:
                yield RANK[changed] + _WRONG, changed
    for place in range(1, len(word) + 1):
        for letter in _LETTERS:
            longer = word[:place] + letter + word[place:]
            if longer in RANK:
                yield RANK[longer] + _MISSING, longer
