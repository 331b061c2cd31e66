"""What providers say about messages afterwards, brought to the notices' own desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from core.batching import Batcher
from core.database import Database, utc_now
from core.remembered import Remembered
from notifications.receipts import IncomingReceipt, ReceiptDesk
from notifications.schemas import MessageStatus
from wire.receipt import Fate, Statement

log = structlog.get_logger()

_STATUS = {
    Fate.SENT: MessageStatus.SENT,
    Fate.DELIVERED: MessageStatus.DELIVERED,
    Fate.READ: MessageStatus.READ,
    Fate.FAILED: MessageStatus.FAILED,
}

_MOST_AT_ONCE = 500
_REMEMBERED = 50_000
_PUT_OFF = timedelta(seconds=1)
"""Without news, one that waits for its message is looked for this often."""


class Receipts:
    def __init__(
        self,
        database: Database,
        *,
        desk: ReceiptDesk | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._desk, self._clock = database, desk or ReceiptDesk(), clock
        self._batches: Batcher[IncomingReceipt, None] = Batcher(self._store, most=_MOST_AT_ONCE)
        self._known: Remembered[tuple[str, str]] = Remembered(_REMEMBERED)
        self._pulse = database.pulse()
        self._looked: datetime | None = None

    async def store(self, statement: Statement) -> None:
        """Durable when this returns; what it moves is worked out behind the door.

        A message that nobody knows is no error: answers in a chat have receipts too.
        """
        name = (statement.provider, statement.identity[:120])
        if name in self._known:
            return
        now = self._clock()
        receipt = IncomingReceipt(
            provider=statement.provider,
            external_id=name[1],
            status=_STATUS[statement.fate],
            confidence=statement.confidence,
            occurred_at=min(statement.at or now, now),
            reference=statement.reference,
            provider_message_id=statement.provider_message_id,
        )
        await self._batches.submit(receipt)
        self._known.add(name)  # only now is it on the disk
        if statement.fate is Fate.FAILED:
            log.info("message_failed", provider=statement.provider, code=statement.code)

    async def _store(self, receipts: Sequence[IncomingReceipt]) -> list[None]:
        """Those of many callers at once: providers send them in floods."""
        async with self._database.writing() as session:
            await self._desk.store(session, receipts, now=self._clock())
        return [None] * len(receipts)

    async def work(self) -> int:
        """Let stored receipts move their messages; how many were looked at.

        Whom they mean is found out before the writer's turn: those who store receipts wait for it too.
        """
        now = self._clock()
        moved = self._pulse.moved()
        if not moved and self._looked is not None and timedelta() <= now - self._looked < _PUT_OFF:
            return 0
        self._looked = now
        async with self._database.asking() as session:
            looked_up = await self._desk.look_up(session, now=now)
        if looked_up:
            async with self._database.writing() as session:
                await self._desk.apply(session, looked_up, now=now)
        return len(looked_up)
