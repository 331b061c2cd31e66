"""Asking a provider about messages whose receipt never came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from core.database import Database, utc_now
from gateway.receipts import Receipts
from notifications import trail_repository
from wire.receipt import Pollable

log = structlog.get_logger()

_BACK = timedelta(days=1)
_PAUSES = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
_BATCH = 50


class ReceiptPoller:
    """``patience``: how long a callback has before it is called missing."""

    def __init__(
        self,
        database: Database,
        providers: Sequence[Pollable],
        *,
        patience: timedelta,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._providers, self._patience = database, providers, patience
        self._clock = clock
        self._receipts = Receipts(database, clock=clock)
        self._asked: dict[str, tuple[int, datetime]] = {}

    async def tick(self) -> int:
        """Ask about every message it is time for; how many answers moved something."""
        return sum([await self._ask_all(provider) for provider in self._providers])

    async def _ask_all(self, provider: Pollable) -> int:
        now, found = self._clock(), 0
        async with self._database.reading() as session:
            attempts = await trail_repository.awaiting_receipt(
                session, provider.name, after=now - _BACK, before=now - self._patience, limit=_BATCH
            )
        waiting = {attempt.id for attempt in attempts}
        self._asked = {key: value for key, value in self._asked.items() if key in waiting}
        for attempt in attempts:
            times, next_at = self._asked.get(attempt.id, (0, now))
            if next_at > now or attempt.provider_message_id is None:
                continue
            self._asked[attempt.id] = (times + 1, now + _PAUSES[min(times, len(_PAUSES) - 1)])
            try:
                statement = await provider.ask(attempt.provider_message_id)
            except Exception as error:
                log.warning("receipt_not_asked", provider=provider.name, reason=type(error).__name__)
                return found
            if statement is not None:
                await self._receipts.store(statement)
                found += 1
        return found
