"""A second opinion by pieces of words, which forgives slips of the keyboard.

Character n-grams inside word boundaries, TF-IDF, cosine; a record again scores as its best row.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

Scores = npt.NDArray[np.float32]


class CharacterIndex:
    """Rows of folded text, looked up by their three- to five-letter pieces."""

    def __init__(self, rows: Sequence[str]) -> None:
        self._vectorizer = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, dtype=np.float32, lowercase=False
        )
        self._columns = sparse.csc_array(self._vectorizer.fit_transform(rows))

    def row_scores(self, folded: str) -> Scores:
        """Cosine of every row with the query (0..1)."""
        query = self._vectorizer.transform([folded]).tocoo()
        scores = np.zeros(self._columns.shape[0], dtype=np.float32)
        pointers, indices, data = self._columns.indptr, self._columns.indices, self._columns.data
        for column, weight in zip(query.col, query.data, strict=True):
            start, end = pointers[column], pointers[column + 1]
            scores[indices[start:end]] += weight * data[start:end]
        return scores
