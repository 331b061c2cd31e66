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
import threading
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from core.text.slip import repaired as likeliest
from knowledge.search.lexical import RowIndex
from knowledge.search.rows import Terms

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


class Near:
    """Which syllables are one slip apart, and which were seen before which: learnt of every term once.

    Shared by successive indexes; whether a term is still in use, and how often, each index knows itself.
    Only ever appended to, so that it may be read meanwhile.
    """

    def __init__(self) -> None:
        self.by_deletion: dict[str, list[str]] = {}
        self.before: dict[str, list[str]] = {}
        self._syllables: list[int] = []
        self._known = 0
        self._learning = threading.Lock()

    def learn(self, terms: Terms) -> npt.NDArray[np.int32]:
        """Take in the terms that were numbered since; the numbers of all that are syllables."""
        with self._learning:
            new = terms.since(self._known)
            for number, term in enumerate(new, self._known):
                if "_" in term:
                    left, _, right = term.partition("_")
                    self.before.setdefault(right, []).append(left)
                    continue
                self._syllables.append(number)
                if len(term) >= _SHORTEST - 1 and term.isalpha():
                    for shorter in _deletions(term):
                        self.by_deletion.setdefault(shorter, []).append(term)
            self._known += len(new)
            return np.array(self._syllables, dtype=np.int32)


class Slips:
    """Knows the syllables of the catalogue, how many records use each, and which stand beside each other."""

    def __init__(self, rows: RowIndex, terms: Terms, near: Near) -> None:
        """``terms``: by which the rows were cut, a term being a syllable or a pair ``left_right``."""
        self._frequency, self._near = rows.frequency, near
        self._whole = rows.uses(near.learn(terms)) or 1.0

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
            alone = (self._frequency(syllable) + 0.01) / self._whole
            pair = self._frequency(f"{before}_{syllable}") / (self._frequency(before) + 1.0)
            total += math.log((1 - _PAIR_SHARE) * alone + _PAIR_SHARE * min(pair, 1.0))
            before = syllable
        return total

    def _readings(self, syllable: str) -> list[tuple[float, tuple[str, ...]]]:
        """What a syllable may stand for, each with its cost; only itself when it is known."""
        if self._frequency(syllable) or len(syllable) < _SHORTEST or not syllable.isalpha():
            return [(0.0, (syllable,))]
        found: dict[tuple[str, ...], float] = {}

        def add(cost: float, *written: str) -> None:
            if all(self._frequency(one) for one in written):
                found[written] = min(cost, found.get(written, cost))

        common = likeliest(syllable)
        if common != syllable:
            found[(common,)] = _COST["alike"]
        for plain in _without_telex(syllable):
            add(_COST["telex"], plain)
        for alike in _alike(syllable):
            add(_COST["alike"], alike)
        for near in set().union(*(self._near.by_deletion.get(one, ()) for one in _deletions(syllable))):
            kind = _slip(near, syllable)
            if kind is not None:
                add(_COST[kind] + (near[0] != syllable[0]), near)
        if len(syllable) <= _LONGEST_JOINED:
            for place in range(2, len(syllable) - 1):
                left, right = syllable[:place], syllable[place:]
                if self._frequency(f"{left}_{right}"):
                    add(_COST_JOINED, left, right)
        for length in (1, 2):
            right = syllable[length:]
            for left in self._near.before.get(right, ()) if len(right) >= 2 else ():
                if left.startswith(syllable[:length]) and self._frequency(f"{left}_{right}") >= 2:
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
