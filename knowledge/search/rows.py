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


class Postings:
    """For every term the rows it stands in and what it is worth there."""

    def __init__(self, rows: Sequence[CutRow], values: Sequence[Scores], term_count: int) -> None:
        lengths = [len(row.terms) for row in rows]
        self.row_count = len(rows)
        of_row = np.repeat(np.arange(len(rows), dtype=np.int32), lengths)
        terms = np.concatenate([row.terms for row in rows]) if rows else np.zeros(0, np.int32)
        worth = np.concatenate(values) if rows else np.zeros(0, np.float32)
        columns = sparse.coo_array((worth, (of_row, terms)), shape=(len(rows), term_count)).tocsc()
        self._pointers, self._rows, self._worth = columns.indptr, columns.indices, columns.data

    def sum(self, weights: Iterable[tuple[int, float]]) -> Scores:
        """Every row's sum over weighted terms (number, weight)."""
        rows, worth = [], []
        for term, weight in weights:
            start, end = self._pointers[term], self._pointers[term + 1]
            rows.append(self._rows[start:end])
            worth.append(weight * self._worth[start:end])
        if not rows:
            return np.zeros(self.row_count, dtype=np.float32)
        return np.bincount(
            np.concatenate(rows), weights=np.concatenate(worth), minlength=self.row_count
        ).astype(np.float32)


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
