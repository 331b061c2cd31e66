"""What providers say about messages afterwards, brought to the notices' own desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from core.batching import Batcher
from core.database import Database, utc_now
from notifications import receipt_repository
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

    async def store(self, statement: Statement) -> None:
        """Durable when this returns; what it moves is worked out behind the door.

        A message that nobody knows is no error: answers in a chat have receipts too.
        """
        now = self._clock()
        receipt = IncomingReceipt(
            provider=statement.provider,
            external_id=statement.identity[:120],
            status=_STATUS[statement.fate],
            confidence=statement.confidence,
            occurred_at=min(statement.at or now, now),
            reference=statement.reference,
            provider_message_id=statement.provider_message_id,
        )
        await self._batches.submit(receipt)
        if statement.fate is Fate.FAILED:
            log.info("message_failed", provider=statement.provider, code=statement.code)

    async def _store(self, receipts: Sequence[IncomingReceipt]) -> list[None]:
        """Those of many callers at once: providers send them in floods."""
        async with self._database.writing() as session:
            await self._desk.store(session, receipts, now=self._clock())
        return [None] * len(receipts)

    async def work(self) -> int:
        """Let stored receipts move their messages; how many were looked at."""
        now = self._clock()
        async with self._database.reading() as session:
            if not await receipt_repository.any_waiting(session, now):
                return 0
        async with self._database.writing() as session:
            return await self._desk.work(session, now=now)
