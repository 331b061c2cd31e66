"""Vectors of the rows, computed once and kept in a file by the hash of their text.

A re-import or an edit encodes only what is new. The file belongs to one model and holds nothing that could
not be computed again: deleting it costs minutes, not facts. Processes share the file and the work: each batch
is encoded under a lock, after taking in what the others have appended.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from knowledge.search.encoder import Encoder, Vectors

DIMENSIONS = 384
_KEY_BYTES = 16
_RECORD = np.dtype([("key", np.uint8, (_KEY_BYTES,)), ("vector", "<f2", (DIMENSIONS,))])
_BATCH = 32

# Rows done and rows in all.
Progress = Callable[[int, int], None]


class Passages:
    """The vectors of many texts, kept in ``folder`` for one encoder. Made for one thread of each process."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self.encoder = encoder
        self._path = folder / f"passages-{encoder.name}.bin"
        self._rows: dict[bytes, npt.NDArray[np.float16]] = {}
        self._read_to = 0
        self.refresh()

    def refresh(self) -> None:
        """Take in what any process has appended since; half a row at the end is passed over."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._read_to)
            new = file.read()
        whole = len(new) // _RECORD.itemsize
        for row in np.frombuffer(new, dtype=_RECORD, count=whole):
            self._rows[row["key"].tobytes()] = row["vector"]
        self._read_to += whole * _RECORD.itemsize

    def missing(self, texts: Iterable[str]) -> list[str]:
        """The texts without a vector, each once, short ones first: they are done soonest."""
        return sorted({text for text in texts if _key(text) not in self._rows}, key=len)

    def matrix(self, texts: Sequence[str]) -> Vectors:
        """A row for each text (n x 384, float16), zeros where it has no vector yet."""
        found = np.zeros((len(texts), DIMENSIONS), dtype=np.float16)
        for number, text in enumerate(texts):
            vector = self._rows.get(_key(text))
            if vector is not None:
                found[number] = vector
        return found

    def fill(self, texts: Iterable[str], progress: Progress = lambda done, whole: None) -> None:
        """Encode what is missing, batch by batch, here or by another process at the same time."""
        left = self.missing(texts)
        whole = len(left)
        while left:
            with self._locked():
                self.refresh()
                left = self.missing(left)
                if left:
                    self._append(left[:_BATCH])
            left = self.missing(left)
            progress(whole - len(left), whole)

    def _append(self, texts: Sequence[str]) -> None:
        records = np.zeros(len(texts), dtype=_RECORD)
        records["vector"] = self.encoder.passages(texts)
        records["key"] = [np.frombuffer(_key(text), dtype=np.uint8) for text in texts]
        with self._path.open("ab") as file:
            file.truncate(self._read_to)  # what a crash left of a row
            file.write(records.tobytes())
        self.refresh()

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).digest()
