"""Slips of the keyboard: a syllable that no record knows stands for the known ones it was meant to be.

Never a rewriting of the citizen's words: the guessed syllables are looked up beside them, at less weight.
Two kinds are read: Telex keys that were not turned into marks ("taangf" for "tầng"), and one letter missing,
doubled, wrong or swapped ("khsai" for "khai").
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

_TELEX = re.compile(r"aa|ee|oo|dd|uw|ow|aw")
_TELEX_PLAIN = {"aa": "a", "ee": "e", "oo": "o", "dd": "d", "uw": "u", "ow": "o", "aw": "a"}
_REPEATED = re.compile(r"([a-z])\1+")
_SHORTEST = 3
_MOST = 2


class Slips:
    """Knows the syllables of the catalogue and how often each is used."""

    def __init__(self, frequency: dict[str, float]) -> None:
        self._frequency = frequency
        self._by_deletion: dict[str, set[str]] = defaultdict(set)
        for syllable in frequency:
            if len(syllable) >= _SHORTEST - 1 and syllable.isalpha():
                for shorter in _deletions(syllable):
                    self._by_deletion[shorter].add(syllable)

    def meant(self, syllable: str) -> list[str]:
        """Known syllables that this unknown one may stand for, most used first; none when it is known."""
        if syllable in self._frequency or len(syllable) < _SHORTEST or not syllable.isalpha():
            return []
        typed = [plain for plain in _without_telex(syllable) if plain in self._frequency]
        if typed:
            return typed[:_MOST]
        near = set().union(*(self._by_deletion.get(shorter, set()) for shorter in _deletions(syllable)))
        near = {found for found in near if _one_slip(syllable, found)}
        return sorted(near, key=lambda found: (-self._frequency[found], found))[:_MOST]


def _deletions(word: str) -> Iterable[str]:
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _without_telex(word: str) -> list[str]:
    """Readings of a syllable whose Telex keys stayed letters, the most likely first."""
    plain = _TELEX.sub(lambda match: _TELEX_PLAIN[match.group()], word)
    found = [plain, _REPEATED.sub(r"\1", plain)]
    for place, letter in enumerate(plain):
        if place and letter in "sfrxjw":
            found.append(plain[:place] + plain[place + 1 :])
    return list(dict.fromkeys(one for one in found if one != word))


def _one_slip(one: str, other: str) -> bool:
    """One letter missing, added, replaced, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        wrong = [place for place in range(len(one)) if one[place] != other[place]]
        if len(wrong) == 1:
            return True
        return (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and one[wrong[0]] == other[wrong[1]]
            and one[wrong[1]] == other[wrong[0]]
        )
    shorter, longer = sorted((one, other), key=len)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
