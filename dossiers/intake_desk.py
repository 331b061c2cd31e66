"""Many senders at once: what arrives while a transaction is under way goes into the next one together.

Each caller still gets the answer to their own batch, after it is on the disk, and a batch that cannot be
stored takes no other with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from core import metrics
from core.batching import Batcher
from core.database import Database, utc_now
from core.events import PublishStatus
from dossiers.event import DossierEvent
from dossiers.service import Accepted, EventConflict, accept_batches

_MOST_EVENTS = 500


class IntakeDesk:
    """``stored`` is called after a commit that may have held something new."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime] = utc_now,
        stored: Callable[[], None] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._stored = stored
        self._batches: Batcher[Sequence[DossierEvent], list[Accepted]] = Batcher(
            self._store, most=_MOST_EVENTS, size=len
        )

    async def submit(self, events: Sequence[DossierEvent]) -> list[Accepted]:
        """``dossiers.service.accept`` in a transaction shared with others; returns when it is committed."""
        return await self._batches.submit(events)

    async def _store(
        self, batches: Sequence[Sequence[DossierEvent]]
    ) -> Sequence[list[Accepted] | EventConflict]:
        async with self._database.writing() as session:
            answers = await accept_batches(session, batches, now=self._clock())
        for answer in answers:
            if isinstance(answer, EventConflict):
                metrics.EVENTS.labels(PublishStatus.CONFLICT).inc()
                continue
            for one in answer:
                metrics.EVENTS.labels(one.status).inc()
        if self._stored is not None:
            self._stored()
        return answers
