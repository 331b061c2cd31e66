"""Working on what webhooks stored: several at once, again after a failure, each once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from core import inbox
from core.batching import Batcher
from core.database import Database, utc_now
from core.events import publish
from core.inbox import InboundDelivery
from core.remembered import Remembered

log = structlog.get_logger()

Handler = Callable[[str, int], Awaitable[None]]
"""Deals with a body; the number says how often it has been begun, itself included."""

DELIVERY_FAILED = "motcua.alarm.delivery_failed"
_PAUSES = (timedelta(seconds=2), timedelta(seconds=15), timedelta(minutes=2), timedelta(minutes=10))
_LEASE = timedelta(seconds=60)
_MOST_AT_ONCE = 100
_REMEMBERED = 20_000
"""Names of deliveries that are on the disk: a repeat within minutes asks no database."""
_KEEP = timedelta(days=3)
"""Zalo repeats a delivery for twelve hours, Telegram for a day."""


class TryLater(Exception):
    """What is needed is not there yet; the delivery comes back after a pause."""


class Inbox:
    """``store`` while the sender waits; ``run`` beside it, woken by every new delivery."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler] | None = None,
        *,
        at_once: int = 16,
        poll_seconds: float = 2.0,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._clock = database, clock
        self.handlers: dict[str, Handler] = dict(handlers or {})
        self._at_once, self._poll = at_once, poll_seconds
        self._wake = asyncio.Event()
        self._known: Remembered[tuple[str, str]] = Remembered(_REMEMBERED)
        self._batches: Batcher[tuple[str, str, str, str | None], bool] = Batcher(
            self._store, most=_MOST_AT_ONCE
        )
        self._swept: datetime | None = None

    async def store(self, channel: str, identity: str, body: str, *, account: str | None = None) -> bool:
        """Durable when this returns; False for a repeat. ``account``: whose it is, to keep their order."""
        name = (channel, identity)
        if name in self._known:
            return False
        new = await self._batches.submit((channel, identity, body, account))
        self._known.add(name)
        if new:
            self._wake.set()
        return new

    async def _store(self, deliveries: Sequence[tuple[str, str, str, str | None]]) -> list[bool]:
        """Those of many senders at once: a flood is mostly repeats."""
        async with self._database.writing() as session:
            fresh = await inbox.store(session, deliveries, now=self._clock())
        found = []
        for channel, identity, *_ in deliveries:
            name = (channel, identity)
            found.append(name in fresh)
            fresh.discard(name)
        return found

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            self._wake.clear()
            try:
                done = await self.tick()
            except Exception as error:
                log.error("inbox_failed", exc_info=error)
                done = 0
            if not done:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), self._poll)

    async def tick(self) -> int:
        """Deal with what is due; how many deliveries there were."""
        now = self._clock()
        await self._sweep(now)
        async with self._database.asking() as session:
            if not await inbox.any_due(session, now):
                return 0
        async with self._database.writing() as session:
            rows = await inbox.claim(session, now=now, lease=_LEASE, limit=self._at_once)
        await asyncio.gather(*(self._one(row) for row in rows))
        return len(rows)

    async def _one(self, row: InboundDelivery) -> None:
        handler = self.handlers.get(row.channel)
        try:
            if handler is not None:
                await handler(row.body, row.attempts)
        except Exception as error:
            later = isinstance(error, TryLater)
            if not later:
                log.error("delivery_failed", channel=row.channel, attempt=row.attempts, exc_info=error)
            await self._failed(row, type(error).__name__, quietly=later)
            return
        async with self._database.writing() as session:
            await inbox.finish(session, row.position)

    async def _failed(self, row: InboundDelivery, error: str, *, quietly: bool) -> None:
        now = self._clock()
        async with self._database.writing() as session:
            if row.attempts <= len(_PAUSES):
                at = now + _PAUSES[row.attempts - 1]
                await inbox.again(session, row.position, at=at, error=error)
                return
            await inbox.finish(session, row.position, error=None if quietly else error)
            if not quietly:
                await publish(
                    session,
                    type=DELIVERY_FAILED,
                    subject=row.channel,
                    body={"channel": row.channel, "position": row.position, "error": error},
                    occurred_at=now,
                )

    async def _sweep(self, now: datetime) -> None:
        if self._swept is not None and now - self._swept < timedelta(hours=1):
            return
        self._swept = now
        async with self._database.writing() as session:
            await inbox.forget(session, before=now - _KEEP)
