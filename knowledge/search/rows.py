"""Rows of text cut into numbered terms once, and added up fast.

Successive indexes share one ``Terms``: after an edit only the new rows are cut, so a new index of thousands
of records stands within a fraction of a second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True)
class CutRow:
    """Numbers of the terms of a row, each once, and how often each stands in it."""

    terms: Numbers
    counts: Scores


class Terms:
    """Numbers terms in the order they are met, and remembers how each row was cut."""

    def __init__(self, cut: Callable[[str], Sequence[str]]) -> None:
        self._cut = cut
        self.vocabulary: dict[str, int] = {}
        self._rows: dict[str, CutRow] = {}

    def rows(self, texts: Sequence[str]) -> list[CutRow]:
        """The rows of an index; rows of earlier indexes that are not among them are forgotten."""
        self._rows = {text: self._rows.get(text) or self._cut_row(text) for text in texts}
        return [self._rows[text] for text in texts]

    def _cut_row(self, text: str) -> CutRow:
        counted = Counter(self._cut(text))
        numbers = [self.vocabulary.setdefault(term, len(self.vocabulary)) for term in counted]
        return CutRow(np.array(numbers, dtype=np.int32), np.array([*counted.values()], dtype=np.float32))

    def counted(self, text: str) -> Mapping[str, int]:
        """The terms of a query."""
        return Counter(self._cut(text))


@dataclass(frozen=True)
class Cells:
    """All rows in one piece: of every term of every row its row, its number, how often it stands there."""

    rows: Numbers
    terms: Numbers
    counts: Scores
    row_count: int

    @classmethod
    def of(cls, rows: Sequence[CutRow]) -> Cells:
        lengths = [len(row.terms) for row in rows]
        return cls(
            rows=np.repeat(np.arange(len(rows), dtype=np.int32), lengths),
            terms=np.concatenate([row.terms for row in rows]) if rows else np.zeros(0, np.int32),
            counts=np.concatenate([row.counts for row in rows]) if rows else np.zeros(0, np.float32),
            row_count=len(rows),
        )

    def sums(self, values: Scores) -> Scores:
        """The sum of a value of each cell over every row."""
        return np.bincount(self.rows, weights=values, minlength=self.row_count).astype(np.float32)


class Postings:
    """For every term the rows it stands in and what it is worth there."""

    def __init__(self, cells: Cells, worth: Scores, term_count: int) -> None:
        self._row_count = cells.row_count
        columns = sparse.coo_array(
            (worth, (cells.rows, cells.terms)), shape=(cells.row_count, term_count)
        ).tocsc()
        self._pointers = columns.indptr
        # As they are summed: no conversion for every question.
        self._rows, self._worth = columns.indices.astype(np.intp), columns.data.astype(np.float64)

    def sum(self, weights: Iterable[tuple[int, float]]) -> Scores:
        """Every row's sum over weighted terms (number, weight)."""
        rows, worth = [], []
        for term, weight in weights:
            start, end = self._pointers[term], self._pointers[term + 1]
            rows.append(self._rows[start:end])
            worth.append(weight * self._worth[start:end])
        if not rows:
            return np.zeros(self._row_count, dtype=np.float32)
        summed = np.bincount(np.concatenate(rows), np.concatenate(worth), self._row_count)
        return summed.astype(np.float32)


class Owners:
    """Which record each row speaks of: rows of one record stand together, every record has at least one."""

    def __init__(self, owners: Sequence[int]) -> None:
        self.of_row = np.asarray(owners, dtype=np.int32)
        self.record_count = int(self.of_row[-1]) + 1 if len(owners) else 0
        self._starts = np.searchsorted(self.of_row, np.arange(self.record_count), side="left").astype(np.intp)

    def best(self, row_scores: Scores) -> Scores:
        """For every record, the score of its best row."""
        if not len(row_scores):
            return row_scores
        return np.maximum.reduceat(row_scores, self._starts).astype(np.float32)
