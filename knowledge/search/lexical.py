"""BM25 over many short rows, where a record scores as its best row.

A record's name and every phrase by which citizens call it are rows of their own: a question is like one of
them, not like all of them together. Rarity is counted over records, so that a record with many phrases does
not make its own words look common.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from knowledge.search.rows import CutRows, Numbers, Owners, Postings, Scores, Terms
from knowledge.search.runs import Starts, starts_of

_K1 = 1.2
_B = 0.6


class RowIndex:
    """An index over the rows of records."""

    def __init__(self, cells: CutRows, weights: Sequence[float] | Scores, terms: Terms) -> None:
        """``weights``: of every row; ``terms``: by which ``cells`` were cut."""
        self._owners = Owners(cells.records)
        self.record_count = self._owners.record_count
        self._vocabulary = terms.vocabulary
        # Terms that an index of later content adds to the shared vocabulary are not of this one.
        term_count = len(self._vocabulary)
        lengths = np.maximum(cells.sums(cells.counts), 1.0)
        average = float(lengths.mean()) if len(lengths) else 1.0
        scale = (_K1 * (1 - _B + _B * lengths / average))[cells.row_of_cell]
        worth = np.asarray(weights, dtype=np.float32)[cells.row_of_cell] * (_K1 + 1)
        worth = worth * cells.counts / (cells.counts + scale)
        self._postings = Postings(cells, worth.astype(np.float32), term_count)
        self._records, self._starts = _records_by_term(self._postings, self._owners)
        self._frequency = np.diff(self._starts).astype(np.float32)
        self._idf = np.log1p((self.record_count - self._frequency + 0.5) / (self._frequency + 0.5))
        self._unknown_idf = math.log1p(self.record_count + 0.5)

    def rarity(self, term: str) -> float:
        """How much a term tells; a term that no record has counts as the rarest."""
        number = self._number(term)
        return self._unknown_idf if number is None else float(self._idf[number])

    def frequency(self, term: str) -> float:
        """How many records use a term."""
        number = self._number(term)
        return 0.0 if number is None else float(self._frequency[number])

    def uses(self, numbers: Numbers) -> float:
        """How many records use each of some terms, added up."""
        return float(self._frequency[numbers[numbers < len(self._frequency)]].sum(dtype=np.float64))

    def row_scores(self, query: Mapping[str, float]) -> Scores:
        return self._postings.sum(
            (number, weight * float(self._idf[number]))
            for term, weight in query.items()
            if (number := self._number(term)) is not None
        )

    def best_rows(self, scores: Scores) -> Scores:
        """For every record, the score of its best row."""
        return self._owners.best(scores)

    def covered(self, query: Collection[str], records: Sequence[int]) -> list[float]:
        """For each record, the share of the query's rarity that stands somewhere in its rows (0..1)."""
        asked = np.asarray(records)
        found = np.zeros(len(asked))
        for term in query:
            number = self._number(term)
            if number is None:
                continue
            holders = self._records[self._starts[number] : self._starts[number + 1]]
            places = np.minimum(np.searchsorted(holders, asked), len(holders) - 1)
            found += float(self._idf[number]) * (holders[places] == asked)
        whole = sum(self.rarity(term) for term in query) or 1.0
        shares: list[float] = (found / whole).tolist()
        return shares

    def _number(self, term: str) -> int | None:
        number = self._vocabulary.get(term)
        return number if number is not None and number < len(self._idf) and self._frequency[number] else None


def _records_by_term(postings: Postings, owners: Owners) -> tuple[Numbers, Starts]:
    """Records of every term, ascending, one term after another; and where each term's begin."""
    lengths = np.diff(postings.starts)
    terms = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    records = owners.of_row[postings.rows]
    first = (np.diff(records, prepend=-1) != 0) | (np.diff(terms, prepend=-1) != 0)
    return records[first], starts_of(np.bincount(terms[first], minlength=len(lengths)))
