"""The third opinion: how near a question is in meaning to what a record is called, whatever the words.

One matrix of passages and one product; no vector server. The vectors of a multilingual model all lie close
together (cosines of 0.75 to 0.95), so a record's score is where it stands between the average record and the
best one for this question.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from knowledge.search.encoder import Vectors
from knowledge.search.passages import Passages
from knowledge.search.rows import Owners, Scores
from knowledge.search.tones import Tones

# With fewer rows than this the scores would favour the records that happen to be encoded.
_ENOUGH = 0.97


class Meaning:
    """The vectors of an index's rows as they are now; made anew when more of them are there."""

    def __init__(self, texts: Sequence[str], owners: Owners, passages: Passages, tones: Tones) -> None:
        vectors = passages.matrix(texts)
        there = vectors.any(axis=1)
        self.share = float(there.mean()) if len(texts) else 0.0
        self._owners = owners
        self._missing = ~there
        # Four bytes a number while it is used: the product is then one call into BLAS.
        self._vectors = vectors.astype(np.float32)
        self._tones = tones
        self._encode = lru_cache(maxsize=256)(passages.encoder.query)

    @property
    def ready(self) -> bool:
        return self.share >= _ENOUGH

    def cosines(self, syllables: Sequence[str], typed: str) -> Scores:
        """For every record the cosine of its nearest row; NaN for a record of which no row is encoded.

        ``syllables``: folded and written out; ``typed``: the same sentence as the citizen wrote it.
        """
        query: Vectors = self._encode(self._tones.restore(list(syllables), typed))
        rows = self._vectors @ query
        rows[self._missing] = -np.inf
        best = self._owners.best(rows)
        best[np.isinf(best)] = np.nan
        return best


def standing(cosines: Scores, otherwise: Scores) -> Scores:
    """Every record's place between the average (0) and the best (1); ``otherwise`` where it has no cosine."""
    average, best = float(np.nanmean(cosines)), float(np.nanmax(cosines))
    placed = np.clip((cosines - average) / max(best - average, 1e-6), 0.0, 1.0)
    return np.where(np.isnan(cosines), otherwise, placed).astype(np.float32)
