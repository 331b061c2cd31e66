"""What providers say afterwards. A receipt moves a message forward only, however late or often it comes.

Receipts come in floods, doubled and in any order, and whoever sends them does not wait long. So they are
stored at once and answered; the work is done behind the door, many at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core import metrics
from core.database import new_id
from core.tracing import mark
from notifications import receipt_repository as repository
from notifications.chain import EntryKind, Line, append_all
from notifications.quiet import Quiet, QuietHours
from notifications.receipt_repository import Known, Stored, Tried
from notifications.schemas import AttemptOutcome, ClimbReason, MessageStatus, before
from notifications.ways import all_failed_here, arrived_on
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
class LookedUp:
    """A stored receipt with the attempt that it means; None: nothing that we know."""

    receipt: Stored
    attempt: Tried | None


@dataclass(frozen=True)
class _Meant:
    """A receipt with what it is about."""

    receipt: Stored
    attempt: Tried
    message: Known

    @property
    def good(self) -> bool:
        return self.receipt.status != MessageStatus.FAILED

    @property
    def waits(self) -> bool:
        """Whether a better receipt is still to come in its time: it was passed on, not yet delivered."""
        return self.receipt.status not in (MessageStatus.DELIVERED, MessageStatus.READ)

    @property
    def changes_ladder(self) -> bool:
        """Whether the message may go on to another rung, or back to the one that is meant, or a task of the
        unit is over."""
        return not self.good or self.attempt.rung != self.message.rung or self.message.reason is not None


@dataclass(frozen=True)
class ReceiptDesk:
    quiet: Quiet = field(default_factory=QuietHours)

    async def store(
        self, session: AsyncSession, receipts: Sequence[IncomingReceipt], *, now: datetime
    ) -> set[tuple[str, str]]:
        """Keep receipts to be worked on; (provider, external id) of those that were not known."""
        rows = {(one.provider, one.external_id): one for one in receipts}
        return await repository.add(session, [_row(one, now) for one in rows.values()])

    async def look_up(self, session: AsyncSession, *, now: datetime, limit: int = 400) -> list[LookedUp]:
        """Stored receipts that it is time to work on, and whom they mean. Changes nothing."""
        receipts = await repository.waiting(session, now, limit=limit)
        return await self._mean(session, receipts) if receipts else []

    async def work(self, session: AsyncSession, *, now: datetime, limit: int = 400) -> int:
        """Let stored receipts move their messages, in the caller's transaction; how many were looked at."""
        looked_up = await self.look_up(session, now=now, limit=limit)
        if looked_up:
            await self.apply(session, looked_up, now=now)
        return len(looked_up)

    async def record(
        self, session: AsyncSession, receipt: IncomingReceipt, *, now: datetime
    ) -> ReceiptResult:
        """Keep one receipt and work on it at once."""
        new = await self.store(session, [receipt], now=now)
        if not new:
            return ReceiptResult.SEEN
        (looked_up,) = await self._mean(session, await repository.by_names(session, new))
        moved = await self.apply(session, [looked_up], now=now)
        if looked_up.attempt is None:
            return ReceiptResult.UNKNOWN_MESSAGE
        return ReceiptResult.MOVED if moved else ReceiptResult.KEPT

    async def apply(self, session: AsyncSession, looked_up: Sequence[LookedUp], *, now: datetime) -> set[str]:
        """Let these receipts move their messages; the ids of those that did. What somebody else has worked on
        meanwhile is left alone."""
        free = await repository.claim(session, [one.receipt.id for one in looked_up])
        looked_up = [one for one in looked_up if one.receipt.id in free]
        await repository.put_off(
            session, {one.receipt.id: _again(one.receipt, now) for one in looked_up if one.attempt is None}
        )
        found = await self._with_messages(session, looked_up)
        ladders = await repository.whole_messages(
            session, {one.message.id for one in found if one.changes_ladder}
        )
        await repository.decide_attempts(
            session, [(one.attempt, one.receipt, _outcome(one)) for one in found], now=now
        )
        arrived = await self._advance(session, [one for one in found if one.good], now)
        failed = await self._fail(session, [one for one in found if not one.good], now)
        moved = {one.receipt.id for one in (*arrived, *failed)}
        await repository.settle(
            session,
            [
                {
                    "id": one.receipt.id,
                    "message_id": one.message.id,
                    "attempt_id": one.attempt.id,
                    "moved": one.receipt.id in moved,
                }
                for one in found
            ],
        )
        _count(found, moved)
        await append_all(session, [_line(one, now, moved=one.receipt.id in moved) for one in found])
        for one in arrived:
            if one.message.id in ladders and not one.waits:
                await arrived_on(session, ladders[one.message.id], one.attempt.rung, now=now)
        gone_on = [ladders[one.message.id] for one in failed]
        await all_failed_here(session, gone_on, why=ClimbReason.FAILED, now=now, quiet=self.quiet)
        return moved

    async def _mean(self, session: AsyncSession, receipts: Sequence[Stored]) -> list[LookedUp]:
        attempts = await repository.attempts_meant(session, receipts)
        return [LookedUp(receipt, attempts.get(receipt.id)) for receipt in receipts]

    async def _with_messages(self, session: AsyncSession, looked_up: Sequence[LookedUp]) -> list[_Meant]:
        """With the messages as they stand before any of it is applied."""
        known = [(one.receipt, one.attempt) for one in looked_up if one.attempt is not None]
        messages = await repository.messages(session, {attempt.message_id for _, attempt in known})
        return [_Meant(receipt, attempt, messages[attempt.message_id]) for receipt, attempt in known]

    async def _advance(self, session: AsyncSession, found: Sequence[_Meant], now: datetime) -> list[_Meant]:
        """The receipts that moved something. That it arrived is believed of an earlier rung too, and cancels
        the one that waits; that it was passed on says nothing there."""
        by_status: dict[tuple[MessageStatus, int | None], dict[str, _Meant]] = {}
        for one in found:
            rung = one.attempt.rung if one.waits else None
            by_status.setdefault((MessageStatus(one.receipt.status), rung), {})[one.message.id] = one
        moved: list[_Meant] = []
        for (status, rung), meant in sorted(by_status.items(), key=lambda item: len(before(item[0][0]))):
            ids = await repository.advance(session, meant, status, still_on=rung, at=now)
            moved += [meant[identifier] for identifier in ids]
        return moved

    async def _fail(self, session: AsyncSession, found: Sequence[_Meant], now: datetime) -> list[_Meant]:
        """The receipts whose message failed where it stands; a rung that is behind it may fail in peace."""
        by_rung: dict[int, dict[str, _Meant]] = {}
        for one in found:
            if one.attempt.rung == one.message.rung:
                by_rung.setdefault(one.attempt.rung, {})[one.message.id] = one
        moved: list[_Meant] = []
        for rung, meant in by_rung.items():
            moved += [meant[one] for one in await repository.fail(session, meant, rung=rung, at=now)]
        return moved


def _row(receipt: IncomingReceipt, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "provider": receipt.provider,
        "external_id": receipt.external_id,
        "reference": receipt.reference,
        "provider_message_id": receipt.provider_message_id,
        "status": receipt.status,
        "confidence": receipt.confidence,
        "moved": False,
        "occurred_at": receipt.occurred_at,
        "recorded_at": now,
        "work_at": now,
    }


def _again(receipt: Stored, now: datetime) -> datetime | None:
    """When to look once more for whom a receipt means; None: never."""
    return None if now - receipt.recorded_at >= _STRANGER_AFTER else now + _LOOK_AGAIN


def _count(found: Sequence[_Meant], moved: Collection[str]) -> None:
    for one in found:
        mark("receipt", one.message.correlation_id, provider=one.receipt.provider)
    for (provider, status), count in Counter(
        (one.receipt.provider, one.receipt.status) for one in found
    ).items():
        metrics.RECEIPTS.labels(provider, status).inc(count)
    there = Counter((one.attempt.channel, one.receipt.status) for one in found if one.receipt.id in moved)
    for (channel, status), count in there.items():
        metrics.MESSAGES.labels(channel, status).inc(count)


def _outcome(one: _Meant) -> AttemptOutcome:
    """An attempt that is still open (its sender died, or the receipt was faster) is decided by this."""
    return AttemptOutcome.ACCEPTED if one.good else AttemptOutcome.REJECTED_PERMANENT


def _line(one: _Meant, now: datetime, *, moved: bool) -> Line:
    return Line(
        one.message,
        EntryKind.RECEIPT,
        now,
        {
            "number": one.attempt.number,
            "status": str(one.receipt.status),
            "confidence": str(one.receipt.confidence),
            "moved": moved,
        },
    )
