"""A second opinion by pieces of words, which forgives slips of the keyboard.

Character n-grams inside word boundaries, TF-IDF, cosine; a record again scores as its best row.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator

import numpy as np

from knowledge.search.rows import CutRows, Postings, Scores, Terms

_SIZES = (3, 4, 5)
# Pieces that stand in more rows than this ("ng ") hardly tell records apart, and are most of the work of a
# search; in a small catalogue all pieces count, and cost little.
_MOST_ROWS = 0.08
_FEW_ROWS = 1000


def _pieces(word: str) -> Iterator[str]:
    bounded = f" {word} "
    for size in _SIZES:
        if len(bounded) <= size:
            yield bounded
            return
        for place in range(len(bounded) - size + 1):
            yield bounded[place : place + size]


def pieces(folded: str) -> list[str]:
    """The three- to five-letter pieces of every word, with a space where it begins and ends."""
    return [piece for word in folded.split() for piece in _pieces(word)]


class Pieces(Terms):
    """The pieces of rows, numbered; a word that was met before is not cut again."""

    def __init__(self) -> None:
        super().__init__(pieces)
        self._of_word: dict[str, tuple[int, ...]] = {}

    def numbers(self, text: str) -> Iterable[int]:
        return itertools.chain.from_iterable(map(self._numbers_of, text.split()))

    def _numbers_of(self, word: str) -> tuple[int, ...]:
        found = self._of_word.get(word)
        if found is None:
            found = self._of_word[word] = tuple(super().numbers(word))
        return found


class CharacterIndex:
    """Rows of folded text, looked up by their pieces."""

    def __init__(self, cells: CutRows, terms: Terms) -> None:
        self._terms = terms
        rows, count = len(cells.rows), len(terms.vocabulary)
        used = np.bincount(cells.terms, minlength=count)
        self._known = used > 0
        self._idf = (np.log((1 + rows) / (1 + used)) + 1).astype(np.float32)
        self._telling = used <= max(_MOST_ROWS * rows, _FEW_ROWS)
        worth = ((1 + np.log(cells.counts)) * self._idf[cells.terms]).astype(np.float32)
        lengths: Scores = np.maximum(np.sqrt(cells.sums(worth * worth)), 1e-6).astype(np.float32)
        self._postings = Postings(cells, worth / lengths[cells.row_of_cell], count)

    def row_scores(self, folded: str) -> Scores:
        """Cosine of every row with the query (0..1), pieces that say nothing left out."""
        query = [
            (number, (1 + math.log(count)) * float(self._idf[number]))
            for term, count in self._terms.counted(folded).items()
            if (number := self._number(term)) is not None
        ]
        length = math.sqrt(sum(weight * weight for _, weight in query)) or 1.0
        return self._postings.sum((n, weight / length) for n, weight in query if self._telling[n])

    def _number(self, term: str) -> int | None:
        """None for a piece that only rows of another index have: the numbers are shared."""
        number = self._terms.vocabulary.get(term)
        return number if number is not None and number < len(self._known) and self._known[number] else None
