"""A second opinion by pieces of words, which forgives slips of the keyboard.

Character n-grams inside word boundaries, TF-IDF, cosine; a record again scores as its best row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from knowledge.search.rows import Cells, Postings, Scores, Terms

_SIZES = (3, 4, 5)
# Pieces that stand in more rows than this ("ng ") hardly tell records apart, and are most of the work of a
# search; in a small catalogue all pieces count, and cost little.
_MOST_ROWS = 0.08
_FEW_ROWS = 1000


def pieces(folded: str) -> list[str]:
    """The three- to five-letter pieces of every word, with a space where it begins and ends."""
    return list(_pieces(folded))


def _pieces(folded: str) -> Iterator[str]:
    for word in folded.split():
        bounded = f" {word} "
        for size in _SIZES:
            if len(bounded) <= size:
                yield bounded
                break
            for place in range(len(bounded) - size + 1):
                yield bounded[place : place + size]


class CharacterIndex:
    """Rows of folded text, looked up by their pieces."""

    def __init__(self, texts: Sequence[str], terms: Terms) -> None:
        cells = Cells.of(terms.rows(texts))
        self._terms = terms
        count = len(terms.vocabulary)
        used = np.bincount(cells.terms, minlength=count)
        self._idf = (np.log((1 + len(texts)) / (1 + used)) + 1).astype(np.float32)
        self._telling = used <= max(_MOST_ROWS * len(texts), _FEW_ROWS)
        worth = ((1 + np.log(cells.counts)) * self._idf[cells.terms]).astype(np.float32)
        lengths: Scores = np.maximum(np.sqrt(cells.sums(worth * worth)), 1e-6).astype(np.float32)
        self._postings = Postings(cells, worth / lengths[cells.rows], count)

    def row_scores(self, folded: str) -> Scores:
        """Cosine of every row with the query (0..1), pieces that say nothing left out."""
        query = [
            (number, (1 + math.log(count)) * float(self._idf[number]))
            for term, count in self._terms.counted(folded).items()
            if (number := self._terms.vocabulary.get(term)) is not None and number < len(self._idf)
        ]
        length = math.sqrt(sum(weight * weight for _, weight in query)) or 1.0
        return self._postings.sum((n, weight / length) for n, weight in query if self._telling[n])
