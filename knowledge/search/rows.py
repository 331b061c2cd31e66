"""Rows of text cut into numbered terms once, and added up fast.

Successive indexes number their terms alike (``Terms``): after an edit only the new rows are cut, and the
others are taken over as they stand.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from knowledge.search.runs import Run, joined, starts_of

Scores = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True)
class CutRows:
    """Rows of many records, those of a record together, as cells: one for every term of every row.

    ``records``: how many rows each record has; ``rows``: how many cells each row has; ``terms`` and
    ``counts``: of each cell the number of the term, and how often it stands in the row.
    """

    records: Numbers
    rows: Numbers
    terms: Numbers
    counts: Scores

    @classmethod
    def joined(cls, kept: CutRows, fresh: CutRows, runs: Sequence[Run]) -> CutRows:
        """The rows of kept and of fresh records in a new order."""
        sides = (kept, fresh)
        rows = [starts_of(side.records) for side in sides]
        cells = [starts_of(side.rows)[starts] for side, starts in zip(sides, rows, strict=True)]
        records = [np.arange(len(side.records) + 1) for side in sides]
        return cls(
            records=joined([side.records for side in sides], records, runs),
            rows=joined([side.rows for side in sides], rows, runs),
            terms=joined([side.terms for side in sides], cells, runs),
            counts=joined([side.counts for side in sides], cells, runs),
        )

    @cached_property
    def row_of_cell(self) -> Numbers:
        return np.repeat(np.arange(len(self.rows), dtype=np.int32), self.rows)

    def sums(self, values: Scores) -> Scores:
        """The sum of a value of each cell over every row."""
        return np.bincount(self.row_of_cell, weights=values, minlength=len(self.rows)).astype(np.float32)


class Terms:
    """Numbers terms in the order they are met. Shared by successive indexes, and by drafts beside them."""

    def __init__(self, cut: Callable[[str], Sequence[str]]) -> None:
        self._cut = cut
        self.vocabulary: dict[str, int] = {}
        self._numbering = threading.Lock()

    def cut(self, records: Iterable[Sequence[str]]) -> CutRows:
        """The rows of each record, cut."""
        row_counts: list[int] = []
        cell_counts: list[int] = []
        terms: list[int] = []
        counts: list[int] = []
        with self._numbering:
            for rows in records:
                row_counts.append(len(rows))
                for row in rows:
                    counted = Counter(self.numbers(row))
                    cell_counts.append(len(counted))
                    terms.extend(counted)
                    counts.extend(counted.values())
        return CutRows(
            np.array(row_counts, dtype=np.int32),
            np.array(cell_counts, dtype=np.int32),
            np.array(terms, dtype=np.int32),
            np.array(counts, dtype=np.float32),
        )

    def numbers(self, text: str) -> Iterable[int]:
        """The terms of a row; new ones get the next numbers."""
        vocabulary = self.vocabulary
        return [vocabulary.setdefault(term, len(vocabulary)) for term in self._cut(text)]

    def since(self, count: int) -> list[str]:
        """The terms numbered ``count`` and higher, in their order."""
        with self._numbering:
            return list(itertools.islice(self.vocabulary, count, None))

    def counted(self, text: str) -> Mapping[str, int]:
        """The terms of a query."""
        return Counter(self._cut(text))


class Postings:
    """For every term the rows it stands in and what it is worth there."""

    def __init__(self, cells: CutRows, worth: Scores, term_count: int) -> None:
        self._row_count = len(cells.rows)
        columns = sparse.coo_array(
            (worth, (cells.row_of_cell, cells.terms)), shape=(self._row_count, term_count)
        ).tocsc()
        self.starts = columns.indptr
        # As they are summed: no conversion for every question.
        self.rows, self._worth = columns.indices.astype(np.intp), columns.data.astype(np.float64)

    def sum(self, weights: Iterable[tuple[int, float]]) -> Scores:
        """Every row's sum over weighted terms (number, weight)."""
        rows, worth = [], []
        for term, weight in weights:
            start, end = self.starts[term], self.starts[term + 1]
            rows.append(self.rows[start:end])
            worth.append(weight * self._worth[start:end])
        if not rows:
            return np.zeros(self._row_count, dtype=np.float32)
        summed = np.bincount(np.concatenate(rows), np.concatenate(worth), self._row_count)
        return summed.astype(np.float32)


class Owners:
    """Which record each row speaks of: rows of one record stand together, every record has at least one."""

    def __init__(self, row_counts: Sequence[int] | Numbers) -> None:
        """``row_counts``: how many rows each record has."""
        self.record_count = len(row_counts)
        self.of_row = np.repeat(np.arange(self.record_count, dtype=np.int32), row_counts)
        self._starts = starts_of(row_counts)[:-1]

    def best(self, row_scores: Scores) -> Scores:
        """For every record, the score of its best row."""
        if not len(row_scores):
            return row_scores
        return np.maximum.reduceat(row_scores, self._starts).astype(np.float32)
