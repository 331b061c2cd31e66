"""Slips of the keyboard: a syllable that no record knows stands for the known one it was meant to be.

A syllable that is known is never touched. For an unknown one every near syllable is weighed by how likely the
slip is and by how well it goes with its neighbours in the catalogue's own words ("tam tur" is "tạm trú",
"thue tor" is "thuê trọ"). Read are: Telex keys that were not turned into marks; a letter missing, added,
wrong or swapped; sounds that regions spell alike (s/x, d/gi, tr/ch, final c/t, n/ng); two syllables written
as one; and the first letter of one syllable before the next ("ttrú", "kđộng").
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from core.text.slip import repaired as likeliest

_TELEX = re.compile(r"aa|ee|oo|dd|uw|ow|aw")
_TELEX_PLAIN = {"aa": "a", "ee": "e", "oo": "o", "dd": "d", "uw": "u", "ow": "o", "aw": "a"}
_REPEATED = re.compile(r"([a-z])\1+")
_TONE_KEYS = "sfrxjw"
# Spellings that sound alike somewhere in the country, at the start and at the end of a syllable.
_ALIKE_START = (
    ("s", "x"), ("d", "gi"), ("d", "v"), ("gi", "v"), ("r", "d"), ("r", "g"), ("tr", "ch"), ("l", "n"),
    ("ng", "ngh"), ("g", "gh"), ("k", "c"), ("k", "kh"), ("qu", "q"), ("ph", "f"), ("z", "d"), ("z", "gi"),
    ("j", "gi"), ("w", "qu"),
)  # fmt: skip
_ALIKE_END = (
    ("c", "t"), ("n", "ng"), ("n", "nh"), ("ch", "t"), ("ch", "c"), ("i", "y"), ("g", "ng"), ("p", "t"),
    ("o", "u"),
)  # fmt: skip
_SHORTEST = 3
_LONGEST_JOINED = 12
_MOST = 12
# How unlikely each kind of slip is (in nats); the scale is that of the pairs' log probabilities.
_COST = {"telex": 0.5, "alike": 1.0, "swapped": 1.5, "missing": 1.5, "added": 2.0, "wrong": 3.0}
_COST_JOINED = 1.5
_COST_INITIAL = 1.5
_PAIR_SHARE = 0.9


class Slips:
    """Knows the syllables of the catalogue, how many records use each, and which stand beside each other."""

    def __init__(self, frequency: Mapping[str, float]) -> None:
        """``frequency``: records by term, a term being a syllable or a pair ``left_right``."""
        self._frequency = frequency
        self._whole = sum(count for term, count in frequency.items() if "_" not in term) or 1.0
        self._by_deletion: dict[str, set[str]] = defaultdict(set)
        self._before: dict[str, list[tuple[float, str]]] = defaultdict(list)
        for term, count in frequency.items():
            if "_" in term:
                left, _, right = term.partition("_")
                self._before[right].append((count, left))
            elif len(term) >= _SHORTEST - 1 and term.isalpha():
                for shorter in _deletions(term):
                    self._by_deletion[shorter].add(term)

    def repaired(self, syllables: list[str]) -> list[str]:
        """The syllables with unknown ones as they were meant; one that is like nothing stays as it is."""
        readings = [self._readings(syllable) for syllable in syllables]
        if all(found[0][1] == (syllable,) for syllable, found in zip(syllables, readings, strict=True)):
            return syllables
        paths: dict[str, tuple[float, tuple[str, ...]]] = {"": (0.0, ())}
        for found in readings:
            walked: dict[str, tuple[float, tuple[str, ...]]] = {}
            for cost, written in found:
                best = max(
                    (score - cost + self._likely(last, written), (*way, *written))
                    for last, (score, way) in paths.items()
                )
                if written[-1] not in walked or best > walked[written[-1]]:
                    walked[written[-1]] = best
            paths = walked
        return list(max(paths.values())[1])

    def _likely(self, before: str, written: tuple[str, ...]) -> float:
        total = 0.0
        for syllable in written:
            alone = (self._frequency.get(syllable, 0.0) + 0.01) / self._whole
            pair = self._frequency.get(f"{before}_{syllable}", 0.0) / (self._frequency.get(before, 0.0) + 1.0)
            total += math.log((1 - _PAIR_SHARE) * alone + _PAIR_SHARE * min(pair, 1.0))
            before = syllable
        return total

    def _readings(self, syllable: str) -> list[tuple[float, tuple[str, ...]]]:
        """What a syllable may stand for, each with its cost; only itself when it is known."""
        if syllable in self._frequency or len(syllable) < _SHORTEST or not syllable.isalpha():
            return [(0.0, (syllable,))]
        found: dict[tuple[str, ...], float] = {}

        def add(cost: float, *written: str) -> None:
            if all(one in self._frequency for one in written):
                found[written] = min(cost, found.get(written, cost))

        common = likeliest(syllable)
        if common != syllable:
            found[(common,)] = _COST["alike"]
        for plain in _without_telex(syllable):
            add(_COST["telex"], plain)
        for alike in _alike(syllable):
            add(_COST["alike"], alike)
        for near in set().union(*(self._by_deletion.get(one, ()) for one in _deletions(syllable))):
            kind = _slip(near, syllable)
            if kind is not None:
                add(_COST[kind] + (near[0] != syllable[0]), near)
        if len(syllable) <= _LONGEST_JOINED:
            for place in range(2, len(syllable) - 1):
                left, right = syllable[:place], syllable[place:]
                if f"{left}_{right}" in self._frequency:
                    add(_COST_JOINED, left, right)
        for length in (1, 2):
            right = syllable[length:]
            for count, left in self._before.get(right, ()) if len(right) >= 2 else ():
                if left.startswith(syllable[:length]) and count >= 2:
                    add(_COST_INITIAL, left, right)
        ranked = sorted((cost, written) for written, cost in found.items())[:_MOST]
        return ranked or [(0.0, (syllable,))]


def _deletions(word: str) -> Iterable[str]:
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _without_telex(word: str) -> list[str]:
    """Readings of a syllable whose Telex keys stayed letters, the most likely first."""
    plain = _TELEX.sub(lambda match: _TELEX_PLAIN[match.group()], word)
    found = [plain, _REPEATED.sub(r"\1", plain)]
    for place, letter in enumerate(plain):
        if place and letter in _TONE_KEYS:
            found.append(plain[:place] + plain[place + 1 :])
    return list(dict.fromkeys(one for one in found if one != word))


def _alike(word: str) -> set[str]:
    found = set()
    for one, other in (*_ALIKE_START, *((b, a) for a, b in _ALIKE_START)):
        if word.startswith(one):
            found.add(other + word[len(one) :])
    for one, other in (*_ALIKE_END, *((b, a) for a, b in _ALIKE_END)):
        if word.endswith(one):
            found.add(word[: -len(one)] + other)
    return found


def _slip(meant: str, typed: str) -> str | None:
    """How ``typed`` came of ``meant`` by one slip; none when it takes more than one."""
    if len(typed) == len(meant):
        wrong = [place for place in range(len(typed)) if typed[place] != meant[place]]
        if len(wrong) == 1:
            return "wrong"
        if (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and typed[wrong[0]] == meant[wrong[1]]
            and typed[wrong[1]] == meant[wrong[0]]
        ):
            return "swapped"
        return None
    if abs(len(typed) - len(meant)) != 1:
        return None
    shorter, longer = sorted((typed, meant), key=len)
    if not any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer))):
        return None
    return "missing" if shorter is typed else "added"
