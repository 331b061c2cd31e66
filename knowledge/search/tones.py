"""Tone marks put back for the encoder, which reads unmarked Vietnamese as another language.

A Viterbi walk over pairs of syllables, learnt from the catalogue's own names and the citizens' phrases. Never
used for the lexical search: there nothing is guessed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from core.text.fold import fold

_SYLLABLE = re.compile(r"\w+")
# Share of the pair against the syllable alone, and how many readings of a syllable are kept.
_PAIR_SHARE = 0.85
_READINGS = 8
# Vietnamese written in full carries a mark on two syllables of three.
_MARKED_SHARE = 0.3
_START = "\n"


def _syllables(text: str) -> list[str]:
    return _SYLLABLE.findall(unicodedata.normalize("NFC", text).lower())


class Tones:
    """Readings of each unmarked syllable and which follow each other, counted over ``texts``."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._alone: dict[str, int] = {}
        self._pairs: dict[tuple[str, str], int] = {}
        # Of each folded syllable: all its writings; those that are read, the usual first; how often.
        self._forms: dict[str, frozenset[str]] = {}
        self._readings: dict[str, list[str]] = {}
        self._totals: dict[str, int] = {}
        self._count((), texts)

    def changed(self, gone: Iterable[str], come: Iterable[str]) -> Tones:
        """The same as if counted anew without some of the texts and with others."""
        after = Tones()
        after._alone, after._pairs, after._forms = {**self._alone}, {**self._pairs}, {**self._forms}
        after._readings, after._totals = {**self._readings}, {**self._totals}
        after._count(gone, come)
        return after

    def _count(self, gone: Iterable[str], come: Iterable[str]) -> None:
        alone: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for texts, by in ((gone, -1), (come, 1)):
            for text in texts:
                before = _START
                for syllable in _syllables(text):
                    alone[syllable] += by
                    pairs[before, syllable] += by
                    before = syllable
                alone[_START] += by
        _add(self._alone, alone)
        _add(self._pairs, pairs)
        forms: dict[str, set[str]] = {}
        for syllable in alone:
            folded = fold(syllable)
            forms.setdefault(folded, {*self._forms.get(folded, ())}).add(syllable)
        for folded, written in forms.items():
            there = frozenset(one for one in written if one in self._alone)
            self._forms[folded] = there
            marked = sorted(there, key=lambda one: (-self._alone[one], one))[:_READINGS]
            self._readings[folded] = marked
            self._totals[folded] = sum(self._alone[one] for one in marked)
            if not there:
                del self._forms[folded], self._readings[folded], self._totals[folded]

    def restore(self, folded: list[str], typed: str = "") -> str:
        """The likeliest marked writing of folded syllables.

        ``typed`` is the sentence as the citizen wrote it: a mark that stands there is kept, and where most
        is marked, a bare syllable is meant bare. A syllable that the catalogue never uses stays as it is.
        """
        written = _syllables(typed)
        marked = [one for one in written if not one.isascii()]
        trusted = written if len(marked) > _MARKED_SHARE * len(written) else marked
        marked_by_citizen = {fold(one): one for one in trusted}
        # For every reading of the syllable at hand: its log probability and the best way there.
        paths: dict[str, tuple[float, tuple[str, ...]]] = {_START: (0.0, ())}
        for syllable in folded:
            if syllable in marked_by_citizen:
                readings = [marked_by_citizen[syllable]]
            else:
                readings = self._readings.get(syllable, [syllable])
            total = self._totals.get(syllable, 0) + len(readings)
            walked = {}
            for reading in readings:
                own = (1 - _PAIR_SHARE) * (self._alone.get(reading, 0) + 1) / total
                walked[reading] = max(
                    (
                        score
                        + math.log(
                            own
                            + _PAIR_SHARE
                            * self._pairs.get((before, reading), 0)
                            / (self._alone.get(before, 0) + 1)
                        ),
                        (*way, reading),
                    )
                    for before, (score, way) in paths.items()
                )
            paths = walked
        return " ".join(max(paths.values())[1])


def _add[Key](counts: dict[Key, int], more: Mapping[Key, int]) -> None:
    """Counts that come to nothing are forgotten."""
    for key, by in more.items():
        count = counts.get(key, 0) + by
        if count:
            counts[key] = count
        else:
            counts.pop(key, None)
