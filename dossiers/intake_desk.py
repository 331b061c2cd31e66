"""Many senders at once: what arrives while a transaction is under way goes into the next one together.

Each caller still gets the answer to their own batch, after it is on the disk, and a batch that cannot be
stored takes no other with it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.database import Database, utc_now
from dossiers.event import DossierEvent
from dossiers.service import Accepted, EventConflict, accept, accept_batches

_MOST_EVENTS = 500


@dataclass(frozen=True)
class _Waiting:
    events: Sequence[DossierEvent]
    answer: asyncio.Future[list[Accepted]]


class IntakeDesk:
    """``stored`` is called after a commit that held something new."""

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
        self._waiting: deque[_Waiting] = deque()
        self._work: asyncio.Task[None] | None = None

    async def submit(self, events: Sequence[DossierEvent]) -> list[Accepted]:
        """``dossiers.service.accept`` in a transaction shared with others; returns when it is committed."""
        waiting = _Waiting(events, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._run())
        return await waiting.answer

    async def _run(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft()]
            size = len(batch[0].events)
            while self._waiting and size + len(self._waiting[0].events) <= _MOST_EVENTS:
                batch.append(self._waiting.popleft())
                size += len(batch[-1].events)
            await self._store(batch)

    async def _store(self, batch: list[_Waiting]) -> None:
        try:
            async with self._database.writing() as session:
                answers = await accept_batches(session, [one.events for one in batch], now=self._clock())
        except Exception as error:
            if len(batch) == 1:
                _fail(batch[0], error)
                return
            for one in batch:  # one of them is to blame: the others must not pay for it
                await self._store_alone(one)
            return
        for one, answer in zip(batch, answers, strict=True):
            if isinstance(answer, EventConflict):
                _fail(one, answer)
            elif not one.answer.done():
                one.answer.set_result(answer)
        if self._stored is not None:
            self._stored()

    async def _store_alone(self, one: _Waiting) -> None:
        try:
            async with self._database.writing() as session:
                answer = await accept(session, one.events, now=self._clock())
        except Exception as error:
            _fail(one, error)
            return
        if not one.answer.done():
            one.answer.set_result(answer)
        if self._stored is not None:
            self._stored()


def _fail(one: _Waiting, error: Exception) -> None:
    if not one.answer.done():  # its sender may have gone away
        one.answer.set_exception(error)
