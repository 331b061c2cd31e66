"""The third opinion: how near a question is in meaning to what a record is called, whatever the words.

One matrix of passages and one product; no vector server. The vectors of a multilingual model all lie close
together (cosines of 0.75 to 0.95), so a record's score is where it stands between the average record and the
best one for this question.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from knowledge.search.encoder import DIMENSIONS, Vectors
from knowledge.search.passages import Passages
from knowledge.search.rows import Numbers, Owners, Scores
from knowledge.search.runs import Run, joined, starts_of
from knowledge.search.tones import Tones

# With fewer rows than this the scores would favour the records that happen to be encoded.
_ENOUGH = 0.97


class Meaning:
    """The vectors of an index's passages as far as they are there; made anew when more of them are.

    ``records``: how many passages each record has.
    """

    def __init__(
        self,
        records: Numbers,
        vectors: Vectors,
        missing: npt.NDArray[np.bool_],
        passages: Passages,
        tones: Tones,
    ) -> None:
        self._records, self._vectors, self._missing = records, vectors, missing
        self._owners = Owners(records)
        self._passages, self._tones = passages, tones

    @classmethod
    def empty(cls, records: Numbers, passages: Passages, tones: Tones) -> Meaning:
        """Before any vector was looked up."""
        count = int(records.sum())
        # Four bytes a number while it is used: the product is then one call into BLAS.
        vectors = np.zeros((count, DIMENSIONS), dtype=np.float32)
        return cls(records, vectors, np.ones(count, dtype=bool), passages, tones)

    def after(self, fresh: Numbers, runs: Sequence[Run], tones: Tones) -> Meaning:
        """That of the next index, the vectors of its fresh records not yet looked up."""
        new = Meaning.empty(fresh, self._passages, tones)
        sides, starts = (self, new), [starts_of(one._records) for one in (self, new)]
        whole = [np.arange(len(one._records) + 1) for one in sides]
        return Meaning(
            joined([one._records for one in sides], whole, runs),
            joined([one._vectors for one in sides], starts, runs),
            joined([one._missing for one in sides], starts, runs),
            self._passages,
            tones,
        )

    def filled(self, texts: Sequence[str]) -> Meaning:
        """With what is there by now of the vectors that were missing. ``texts``: all passages."""
        places = np.flatnonzero(self._missing)
        found = self._passages.matrix([texts[place] for place in places.tolist()])
        there = found.any(axis=1)
        if not there.any():
            return self
        vectors, missing = self._vectors.copy(), self._missing.copy()
        vectors[places[there]] = found[there]
        missing[places[there]] = False
        return Meaning(self._records, vectors, missing, self._passages, self._tones)

    def reads(self, passages: Passages) -> bool:
        return self._passages is passages

    @property
    def tones(self) -> Tones:
        return self._tones

    @property
    def ready(self) -> bool:
        return bool(len(self._missing)) and 1 - float(self._missing.mean()) >= _ENOUGH

    def cosines(self, syllables: Sequence[str], typed: str) -> Scores:
        """For every record the cosine of its nearest row; NaN for a record of which no row is encoded.

        ``syllables``: folded and written out; ``typed``: the same sentence as the citizen wrote it.
        """
        query = self._passages.query(self._tones.restore(list(syllables), typed))
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
