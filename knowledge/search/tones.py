"""Tone marks put back for the encoder, which reads unmarked Vietnamese as another language.

A Viterbi walk over pairs of syllables, learnt from the catalogue's own names and the citizens' phrases. Never
used for the lexical search: there nothing is guessed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

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

    def __init__(self, texts: Iterable[str]) -> None:
        alone: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            before = _START
            for syllable in _syllables(text):
                alone[syllable] += 1
                self._pairs[before, syllable] += 1
                before = syllable
            alone[_START] += 1
        self._alone = alone
        readings: dict[str, list[str]] = defaultdict(list)
        for syllable, _count in alone.most_common():
            readings[fold(syllable)].append(syllable)
        self._readings = {folded: marked[:_READINGS] for folded, marked in readings.items()}
        self._totals = {
            folded: sum(alone[one] for one in marked) for folded, marked in self._readings.items()
        }

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
                own = (1 - _PAIR_SHARE) * (self._alone[reading] + 1) / total
                walked[reading] = max(
                    (
                        score
                        + math.log(
                            own + _PAIR_SHARE * self._pairs[before, reading] / (self._alone[before] + 1)
                        ),
                        (*way, reading),
                    )
                    for before, (score, way) in paths.items()
                )
            paths = walked
        return " ".join(max(paths.values())[1])
