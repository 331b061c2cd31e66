"""What providers say afterwards. A receipt moves a message forward only, however late or often it comes.

Receipts come in floods, doubled and in any order, and whoever sends them does not wait long. So they are
stored at once and answered; the work is done behind the door, many at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from core import metrics
from core.database import new_id
from core.tracing import thread
from notifications import receipt_repository as repository
from notifications.chain import EntryKind, Line, append_all
from notifications.models import Attempt, Message, Receipt
from notifications.quiet import Quiet, QuietHours
from notifications.repository import move
from notifications.schemas import AttemptOutcome, ClimbReason, MessageStatus, before
from notifications.ways import arrived_on, failed_here
from wire.provider import Confidence

# A receipt may be faster than the answer that tells us the provider's own number of the message.
_LOOK_AGAIN = timedelta(seconds=5)
_STRANGER_AFTER = timedelta(minutes=10)


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
class _Meant:
    """A receipt with what it is about."""

    receipt: Receipt
    attempt: Attempt
    message: Message

    @property
    def good(self) -> bool:
        return self.receipt.status != MessageStatus.FAILED


@dataclass(frozen=True)
class ReceiptDesk:
    """``best``: the most that a provider's receipts ever say, where it is known; a message stops waiting for
    a better one then."""

    quiet: Quiet = field(default_factory=QuietHours)
    best: Mapping[str, Confidence] = field(default_factory=dict)

    async def store(
        self, session: AsyncSession, receipts: Sequence[IncomingReceipt], *, now: datetime
    ) -> set[tuple[str, str]]:
        """Keep receipts to be worked on; (provider, external id) of those that were not known."""
        rows = {(one.provider, one.external_id): _row(one, now) for one in receipts}
        return await repository.add(session, list(rows.values()))

    async def work(self, session: AsyncSession, *, now: datetime, limit: int = 200) -> int:
        """Let stored receipts move their messages, in the caller's transaction; how many were looked at."""
        receipts = await repository.waiting(session, now, limit=limit)
        if receipts:
            await self._apply(session, receipts, now)
        return len(receipts)

    async def record(
        self, session: AsyncSession, receipt: IncomingReceipt, *, now: datetime
    ) -> ReceiptResult:
        """Keep one receipt and work on it at once."""
        new = await self.store(session, [receipt], now=now)
        if not new:
            return ReceiptResult.SEEN
        (row,) = await repository.by_names(session, new)
        await self._apply(session, [row], now)
        if row.message_id is None:
            return ReceiptResult.UNKNOWN_MESSAGE
        return ReceiptResult.MOVED if row.moved else ReceiptResult.KEPT

    async def _apply(self, session: AsyncSession, receipts: Sequence[Receipt], now: datetime) -> None:
        meant = await self._find(session, receipts)
        for receipt in receipts:
            if receipt.id in meant:
                receipt.work_at = None
            else:
                late = now - receipt.recorded_at >= _STRANGER_AFTER
                receipt.work_at = None if late else now + _LOOK_AGAIN
        found = list(meant.values())
        await repository.decide_attempts(
            session, [(one.attempt, one.receipt, _outcome(one)) for one in found], now=now
        )
        moved = await self._advance(session, [one for one in found if one.good], now)
        for one in found:
            if not one.good and await self._failed(session, one, now):
                moved.add(one.receipt.id)
        for one in found:
            one.receipt.message_id, one.receipt.attempt_id = one.message.id, one.attempt.id
            one.receipt.moved = one.receipt.id in moved
            with thread("receipt", one.message.correlation_id, provider=one.receipt.provider):
                metrics.RECEIPTS.labels(one.receipt.provider, one.receipt.status).inc()
            if one.receipt.moved:
                metrics.MESSAGES.labels(one.attempt.channel, one.receipt.status).inc()
        await append_all(session, [_line(one, now) for one in found])
        await session.flush()

    async def _find(self, session: AsyncSession, receipts: Sequence[Receipt]) -> dict[str, _Meant]:
        attempts = await repository.attempts_meant(session, receipts)
        messages = await repository.messages(session, {one.message_id for one in attempts.values()})
        return {
            receipt.id: _Meant(receipt, attempt, messages[attempt.message_id])
            for receipt in receipts
            if (attempt := attempts.get(receipt.id)) is not None
        }

    async def _advance(self, session: AsyncSession, found: Sequence[_Meant], now: datetime) -> set[str]:
        """The receipts that moved something. That it arrived is believed of an earlier rung too, and cancels
        the one that waits; that it was passed on says nothing there."""
        by_status: dict[tuple[MessageStatus, int | None], dict[str, _Meant]] = {}
        for one in found:
            rung = one.attempt.rung if self._waits_on(one) else None
            by_status.setdefault((MessageStatus(one.receipt.status), rung), {})[one.message.id] = one
        moved: set[str] = set()
        for (status, rung), meant in sorted(by_status.items(), key=lambda item: len(before(item[0][0]))):
            for identifier in await repository.advance(session, meant, status, still_on=rung, at=now):
                one = meant[identifier]
                moved.add(one.receipt.id)
                if rung is None:
                    await arrived_on(session, one.message, one.attempt.rung, now=now)
        return moved

    def _waits_on(self, one: _Meant) -> bool:
        """Whether a better receipt is still to come in its time."""
        status = MessageStatus(one.receipt.status)
        if status in (MessageStatus.DELIVERED, MessageStatus.READ):
            return False
        return self.best.get(one.receipt.provider, Confidence.HANDSET) is Confidence.HANDSET

    async def _failed(self, session: AsyncSession, one: _Meant, now: datetime) -> bool:
        message = await repository.message(session, one.message.id)
        if message is None or one.attempt.rung != message.rung:  # that rung is behind us, and its failure too
            return False
        if not await move(session, message.id, MessageStatus.FAILED, at=now):
            return False
        await failed_here(session, message, why=ClimbReason.FAILED, now=now, quiet=self.quiet)
        return True


def _row(receipt: IncomingReceipt, now: datetime) -> Receipt:
    return Receipt(
        id=new_id(),
        provider=receipt.provider,
        external_id=receipt.external_id,
        reference=receipt.reference,
        provider_message_id=receipt.provider_message_id,
        status=receipt.status,
        confidence=receipt.confidence,
        moved=False,
        occurred_at=receipt.occurred_at,
        recorded_at=now,
        work_at=now,
    )


def _outcome(one: _Meant) -> AttemptOutcome:
    """An attempt that is still open (its sender died, or the receipt was faster) is decided by this."""
    return AttemptOutcome.ACCEPTED if one.good else AttemptOutcome.REJECTED_PERMANENT


def _line(one: _Meant, now: datetime) -> Line:
    return Line(
        one.message,
        EntryKind.RECEIPT,
        now,
        {
            "number": one.attempt.number,
            "status": str(one.receipt.status),
            "confidence": str(one.receipt.confidence),
            "moved": one.receipt.moved,
        },
    )
