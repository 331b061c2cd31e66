"""What providers say about messages afterwards, brought to the notices' own desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import structlog

from core.database import Database, utc_now
from notifications.receipts import IncomingReceipt, ReceiptDesk, ReceiptResult
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

    async def record(self, statement: Statement) -> ReceiptResult:
        """One transaction. A message that nobody knows is no error: answers in a chat have receipts too."""
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
            result = await self._desk.record(session, receipt, now=now)
        if statement.fate is Fate.FAILED:
            log.info("message_failed", provider=statement.provider, code=statement.code, result=result.value)
        return result
