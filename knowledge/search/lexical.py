"""BM25 over many short rows, where a record scores as its best row.

A record's name and every phrase by which citizens call it are rows of their own: a question is like one of
them, not like all of them together. Rarity is counted over records, so that a record with many phrases does
not make its own words look common.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

Scores = npt.NDArray[np.float32]

_K1 = 1.2
_B = 0.6


class RowIndex:
    """An index over rows of terms; ``owners[i]`` is the record that row ``i`` speaks of, ascending."""

    def __init__(
        self, rows: Sequence[Sequence[str]], owners: Sequence[int], weights: Sequence[float]
    ) -> None:
        self.record_count = (owners[-1] + 1) if owners else 0
        self._vocabulary: dict[str, int] = {}
        lengths = np.array([max(len(row), 1) for row in rows], dtype=np.float32)
        average = float(lengths.mean()) if len(lengths) else 1.0
        row_numbers: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        seen_in: dict[int, set[int]] = {}
        for number, row in enumerate(rows):
            scale = _K1 * (1 - _B + _B * float(lengths[number]) / average)
            for term, count in Counter(row).items():
                column = self._vocabulary.setdefault(term, len(self._vocabulary))
                seen_in.setdefault(column, set()).add(owners[number])
                row_numbers.append(number)
                columns.append(column)
                values.append(weights[number] * count * (_K1 + 1) / (count + scale))
        shape = (len(rows), len(self._vocabulary))
        self._postings = sparse.csc_array(
            (np.array(values, dtype=np.float32), (row_numbers, columns)), shape=shape
        )
        frequency = np.array(
            [len(seen_in[column]) for column in range(len(self._vocabulary))], dtype=np.float32
        )
        self._frequency = frequency
        self._idf = np.log1p((self.record_count - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        self._unknown_idf = math.log1p(self.record_count + 0.5)
        self._starts = _group_starts(owners, self.record_count)

    def rarity(self, term: str) -> float:
        """How much a term tells; a term that no record has counts as the rarest."""
        column = self._vocabulary.get(term)
        return self._unknown_idf if column is None else float(self._idf[column])

    def frequencies(self) -> dict[str, float]:
        """How many records use each term."""
        return {term: float(self._frequency[column]) for term, column in self._vocabulary.items()}

    def row_scores(self, query: Mapping[str, float]) -> Scores:
        scores = np.zeros(self._postings.shape[0], dtype=np.float32)
        pointers, indices, data = self._postings.indptr, self._postings.indices, self._postings.data
        for term, weight in query.items():
            column = self._vocabulary.get(term)
            if column is None:
                continue
            start, end = pointers[column], pointers[column + 1]
            scores[indices[start:end]] += weight * self._idf[column] * data[start:end]
        return scores

    def best_rows(self, scores: Scores) -> Scores:
        """For every record, the score of its best row."""
        if not len(scores):
            return scores
        return np.maximum.reduceat(scores, self._starts).astype(np.float32)

    def covered(self, query: Iterable[str], records: Sequence[int]) -> list[float]:
        """For each record, the share of the query's rarity that stands somewhere in its rows (0..1)."""
        listed = list(query)
        owned = [self._term_owners(term) for term in listed]
        weights = [self.rarity(term) for term in listed]
        whole = sum(weights) or 1.0
        return [
            sum(weight for weight, owners in zip(weights, owned, strict=True) if record in owners) / whole
            for record in records
        ]

    def _term_owners(self, term: str) -> set[int]:
        column = self._vocabulary.get(term)
        if column is None:
            return set()
        start, end = self._postings.indptr[column], self._postings.indptr[column + 1]
        rows = self._postings.indices[start:end]
        return set((np.searchsorted(self._starts, rows, side="right") - 1).tolist())


def _group_starts(owners: Sequence[int], count: int) -> npt.NDArray[np.intp]:
    """First row of every record; each record must own at least one row."""
    starts = np.searchsorted(np.asarray(owners), np.arange(count), side="left")
    return starts.astype(np.intp)
