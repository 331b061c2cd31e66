"""What providers say afterwards. A receipt moves a message forward only, however late or often it comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from notifications import ledger, repository, trail_repository
from notifications.ledger import EntryKind
from notifications.models import Attempt, Message, Receipt
from notifications.quiet import QuietHours
from notifications.schemas import AttemptOutcome, MessageStatus
from notifications.ways import failed_here
from wire.provider import Confidence


class ReceiptResult(StrEnum):
    MOVED = "moved"
    KEPT = "kept"
    SEEN = "seen"
    UNKNOWN_MESSAGE = "unknown_message"


@dataclass(frozen=True)
class IncomingReceipt:
    """``external_id`` makes a repeated receipt harmless; one of the two names finds the attempt."""

    provider: str
    external_id: str
    status: MessageStatus
    confidence: Confidence
    occurred_at: datetime
    reference: str | None = None
    provider_message_id: str | None = None


@dataclass(frozen=True)
class ReceiptDesk:
    quiet: QuietHours = field(default_factory=QuietHours)

    async def record(
        self, session: AsyncSession, receipt: IncomingReceipt, *, now: datetime
    ) -> ReceiptResult:
        """Keep a receipt and let it move its message, in the caller's transaction."""
        attempt = await trail_repository.attempt_for_receipt(
            session,
            receipt.provider,
            reference=receipt.reference,
            provider_message_id=receipt.provider_message_id,
        )
        message = await repository.message_by_id(session, attempt.message_id) if attempt else None
        if attempt is None or message is None:
            return ReceiptResult.UNKNOWN_MESSAGE
        if await trail_repository.receipt_known(session, receipt.provider, receipt.external_id):
            return ReceiptResult.SEEN
        moved = await self._apply(session, message, attempt, receipt, now)
        await trail_repository.add_receipt(
            session,
            Receipt(
                message_id=message.id,
                attempt_id=attempt.id,
                provider=receipt.provider,
                external_id=receipt.external_id,
                status=receipt.status,
                confidence=receipt.confidence,
                moved=moved,
                occurred_at=receipt.occurred_at,
                recorded_at=now,
            ),
        )
        await ledger.append(
            session,
            message,
            EntryKind.RECEIPT,
            at=now,
            number=attempt.number,
            status=receipt.status.value,
            confidence=receipt.confidence.value,
            moved=moved,
        )
        return ReceiptResult.MOVED if moved else ReceiptResult.KEPT

    async def _apply(
        self,
        session: AsyncSession,
        message: Message,
        attempt: Attempt,
        receipt: IncomingReceipt,
        now: datetime,
    ) -> bool:
        good = receipt.status is not MessageStatus.FAILED
        # An attempt that is still open (its sender died, or the receipt was faster) is decided by this.
        await trail_repository.close_attempt(
            session,
            attempt.id,
            outcome=AttemptOutcome.ACCEPTED if good else AttemptOutcome.REJECTED_PERMANENT,
            now=now,
            provider_message_id=receipt.provider_message_id,
            confidence=receipt.confidence,
            code="receipt",
        )
        if good:  # of an earlier rung too: it cancels the rung that waits
            return await repository.move(session, message.id, receipt.status, at=now)
        if attempt.rung != message.rung:  # that rung is behind us, and its failure with it
            return False
        if not await repository.move(session, message.id, MessageStatus.FAILED, at=now):
            return False
        await failed_here(session, message, now=now, quiet=self.quiet)
        return True
