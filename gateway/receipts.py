"""What providers say about messages afterwards, brought to the notices' own desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

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


class Receipts:
    def __init__(
        self,
        database: Database,
        *,
        desk: ReceiptDesk | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._desk, self._clock = database, desk or ReceiptDesk(), clock

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
        async with self._database.writing() as session:
            await self._desk.store(session, [receipt], now=now)
        if statement.fate is Fate.FAILED:
            log.info("message_failed", provider=statement.provider, code=statement.code)

    async def work(self) -> int:
        """Let stored receipts move their messages; how many were looked at."""
        now = self._clock()
        async with self._database.reading() as session:
            if not await receipt_repository.any_waiting(session, now):
                return 0
        async with self._database.writing() as session:
            return await self._desk.work(session, now=now)
