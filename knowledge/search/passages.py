"""Vectors of the rows, computed once and kept in a file by the hash of their text.

A re-import or an edit encodes only what is new. The file belongs to one model and holds nothing that could
not be computed again: deleting it costs minutes, not facts. Processes share the file and the work: each batch
is encoded under a lock, after taking in what the others have appended. Vectors of the shipped content come
with the product, in one byte a number.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.search.encoder import DIMENSIONS, Encoder

_KEY_BYTES = 16
_KEPT = np.dtype([("key", np.uint8, (_KEY_BYTES,)), ("vector", "<f2", (DIMENSIONS,))])
_SHIPPED = np.dtype([("key", np.uint8, (_KEY_BYTES,)), ("scale", "<f4"), ("vector", "i1", (DIMENSIONS,))])
_SHIPPED_FOLDER = Path(__file__).with_name("shipped")
_BATCH = 16
_STEPS = 127

Half = npt.NDArray[np.float16]


class Passages:
    """The vectors of many texts, kept in ``folder`` for one encoder."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self.encoder = encoder
        # A turn asks for one sentence several times, and an edit changes no sentence's vector.
        self.query = lru_cache(maxsize=1024)(encoder.query)
        name = f"passages-{encoder.name}.bin"
        self._path = folder / name
        self._rows = read_shipped(_SHIPPED_FOLDER / name)
        self._read_to = 0
        self.refresh()

    def refresh(self) -> None:
        """Take in what any process has appended since; half a row at the end is passed over."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read_to)
            new = file.read()
        whole = len(new) // _KEPT.itemsize
        for row in np.frombuffer(new, dtype=_KEPT, count=whole):
            self._rows[row["key"].tobytes()] = row["vector"]
        self._read_to += whole * _KEPT.itemsize

    def missing(self, texts: Iterable[str]) -> list[str]:
        """The texts without a vector, each once, short ones first: they are done soonest."""
        return sorted({text for text in texts if _key(text) not in self._rows}, key=len)

    def matrix(self, texts: Sequence[str]) -> Half:
        """A row for each text (n x 384), zeros where it has no vector yet."""
        found = np.zeros((len(texts), DIMENSIONS), dtype=np.float16)
        for number, text in enumerate(texts):
            vector = self._rows.get(_key(text))
            if vector is not None:
                found[number] = vector
        return found

    def fill(self, texts: Iterable[str]) -> Iterator[tuple[int, int]]:
        """Encode what is missing, here or by another process at the same time; rows done and in all.

        Stop asking for more to break it off; what is done is kept.
        """
        left = self.missing(texts)
        whole = len(left)
        while left:
            with self._locked():
                self.refresh()
                left = self.missing(left)
                if left:
                    self._append(left[:_BATCH])
            left = self.missing(left)
            yield whole - len(left), whole

    def _append(self, texts: Sequence[str]) -> None:
        rows = np.zeros(len(texts), dtype=_KEPT)
        rows["vector"] = self.encoder.passages(texts)
        rows["key"] = [np.frombuffer(_key(text), dtype=np.uint8) for text in texts]
        with self._path.open("ab") as file:
            file.truncate(self._read_to)  # what a crash left of a row
            file.write(rows.tobytes())
        self.refresh()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def ship(self, texts: Iterable[str], folder: Path = _SHIPPED_FOLDER) -> Path:
        """Write the vectors of these texts as they come with the product; all must be there."""
        wanted = sorted(set(texts))
        vectors = self.matrix(wanted).astype(np.float32)
        scales = np.abs(vectors).max(axis=1) / _STEPS
        rows = np.zeros(len(wanted), dtype=_SHIPPED)
        rows["key"] = [np.frombuffer(_key(text), dtype=np.uint8) for text in wanted]
        rows["scale"] = scales
        rows["vector"] = np.rint(vectors / scales[:, None])
        folder.mkdir(exist_ok=True)
        path = folder / self._path.name
        path.write_bytes(rows.tobytes())
        return path


def read_shipped(path: Path) -> dict[bytes, Half]:
    """Vectors by key; none when this product was shipped without them."""
    if not path.exists():
        return {}
    rows = np.frombuffer(path.read_bytes(), dtype=_SHIPPED)
    vectors = (rows["vector"] * rows["scale"][:, None]).astype(np.float16)
    return {key.tobytes(): vector for key, vector in zip(rows["key"], vectors, strict=True)}


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).digest()
