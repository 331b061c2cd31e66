"""An encoder for tests: words as a bag, hashed; knows that two words may mean the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from knowledge.search.encoder import DIMENSIONS, Vectors

_SAME = {"chồng": "vợ", "nhí": "trẻ"}


class BagEncoder:
    name = "bag"

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def query(self, text: str) -> Vectors:
        vector = np.full(DIMENSIONS, 0.3, dtype=np.float32)
        for word in text.lower().split():
            word = _SAME.get(word, word)
            vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % DIMENSIONS] += 3
        return vector / np.linalg.norm(vector)

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return np.stack([self.query(text) for text in texts])
