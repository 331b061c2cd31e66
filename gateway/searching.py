"""Making a snapshot ready for searching: its index, and the vectors by which it is searched by meaning."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import structlog

from core.settings import Settings
from knowledge.base import KnowledgeBase
from knowledge.search.encoder import open_encoder
from knowledge.search.passages import Passages

log = structlog.get_logger()

# Citizens come first: the encoding of new passages yields to everything else.
_BACKGROUND_NICENESS = 15
_TOLD_EVERY = 500


class Searching:
    """The words are searched at once; the meaning joins as soon as enough passages are encoded."""

    def __init__(self, folder: Path, *, use_encoder: bool = True) -> None:
        self._folder = folder
        self._use_encoder = use_encoder
        self._newest: KnowledgeBase | None = None

    @classmethod
    def of(cls, settings: Settings) -> Searching:
        return cls(settings.data_dir, use_encoder=settings.encoder)

    @cached_property
    def passages(self) -> Passages | None:
        """None where the encoder is not installed, not wanted, or not what it should be."""
        encoder = open_encoder() if self._use_encoder else None
        return Passages(self._folder, encoder) if encoder is not None else None

    def prepare(self, base: KnowledgeBase) -> None:
        """Build the index and take in the vectors that are there. Takes up to seconds: off the event loop."""
        index = base.index
        if self.passages is not None:
            self.passages.refresh()
            index.attach(self.passages)

    def encode(self, base: KnowledgeBase) -> Iterator[tuple[int, int]]:
        """Encode what the snapshot misses and take it in; rows done and in all."""
        if self.passages is None:
            return
        done = 0
        for done, whole in self.passages.fill(base.index.passages()):
            yield done, whole
        if done:
            base.index.attach(self.passages)

    def encode_in_background(self, base: KnowledgeBase) -> None:
        """The same in a thread that yields to everything; a newer snapshot takes its place."""
        self._newest = base
        if self.passages is not None and self.passages.missing(base.index.passages()):
            threading.Thread(target=self._encode_quietly, args=(base,), daemon=True).start()

    def _encode_quietly(self, base: KnowledgeBase) -> None:
        if hasattr(os, "setpriority"):  # on Linux the priority is a thread's own
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BACKGROUND_NICENESS)
        told = 0
        try:
            for done, whole in self.encode(base):
                if self._newest is not base:
                    return
                if done == whole or done - told >= _TOLD_EVERY:
                    told = done
                    log.info("passages_encoded", done=done, whole=whole)
        except Exception as error:
            log.error("passages_failed", exc_info=error)
