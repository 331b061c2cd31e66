"""What comes from outside by webhook: stored before it is answered, worked on afterwards, once.

A provider that gets no answer within two seconds sends again, for hours. So a delivery is only written down
while its sender waits; a repeat meets the row of the first one and changes nothing. Whoever works on it holds
a lease. When it is done its body is erased: the identity alone is enough to recognise a late repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import (
    CursorResult,
    Index,
    Integer,
    String,
    UniqueConstraint,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from core.crypto import EncryptedText, keyed_hash
from core.database import Base, Serial, UtcDateTime


class DeliveryStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


_OPEN = (DeliveryStatus.WAITING, DeliveryStatus.RUNNING)
_WAITED_FOR = 2
"""Failures of a delivery, a few seconds apart, that what comes after it waits for."""
# Any constant will do: it only has to be the same in every process, and no other's.
_CLAIM_LOCK = 7_304_022


class InboundDelivery(Base):
    """``identity`` names one delivery of a channel, however often it is sent. It is kept as a keyed hash, for
    the names of channels hold numbers of accounts and telephones. ``lane``: whose it is, as a hash; what one
    citizen sent is worked on in its order, whichever machine takes it.
    """

    __tablename__ = "inbound_delivery"
    __table_args__ = (
        UniqueConstraint("channel", "identity"),
        Index("ix_inbound_delivery_due", "status", "due_at"),
        Index(
            "ix_inbound_delivery_lane",
            "lane",
            "position",
            sqlite_where=text("status IN ('waiting', 'running')"),
            postgresql_where=text("status IN ('waiting', 'running')"),
        ),
    )

    position: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    channel: Mapped[str] = mapped_column(String(20))
    identity: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(EncryptedText)
    status: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(Integer)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(String(60))
    lane: Mapped[str | None] = mapped_column(String(64))


async def store(
    session: AsyncSession, deliveries: Sequence[tuple[str, str, str, str | None]], *, now: datetime
) -> set[tuple[str, str]]:
    """Write deliveries (channel, identity, body, account) down in one statement; which of them are new, by
    channel and identity."""
    named = {(channel, delivery_hash(channel, identity)): identity for channel, identity, *_ in deliveries}
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    statement = insert(InboundDelivery).values(
        [
            {
                "channel": channel,
                "identity": delivery_hash(channel, identity),
                "body": body,
                "status": DeliveryStatus.WAITING,
                "attempts": 0,
                "received_at": now,
                "due_at": now,
                "lane": keyed_hash(account, f"lane:{channel}") if account else None,
            }
            for channel, identity, body, account in deliveries
        ]
    )
    once = statement.on_conflict_do_nothing(index_elements=["channel", "identity"])
    rows = await session.execute(once.returning(InboundDelivery.channel, InboundDelivery.identity))
    return {(channel, named[channel, identity]) for channel, identity in rows}


def delivery_hash(channel: str, identity: str) -> str:
    return keyed_hash(identity, f"delivery:{channel}")


async def backlog(session: AsyncSession) -> tuple[int, datetime | None]:
    """How many deliveries are not dealt with, and since when the first of them waits."""
    query = select(func.count(), func.min(InboundDelivery.received_at)).where(
        InboundDelivery.status.in_(_OPEN)
    )
    count, oldest = (await session.execute(query)).one()
    return count, oldest


async def any_due(session: AsyncSession, now: datetime) -> bool:
    return await session.scalar(_due(now).limit(1)) is not None


async def claim(
    session: AsyncSession, *, now: datetime, lease: timedelta, limit: int
) -> Sequence[InboundDelivery]:
    """The oldest deliveries that are due, and those whose worker let its lease run out.

    Never one behind another of the same lane that somebody works on or that waits to be tried again;
    several of a lane that wait together are handed to the same worker.
    """
    if session.get_bind().dialect.name == "postgresql":
        # One machine claims at a time: two at once would each see what the other has not yet marked.
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIM_LOCK})
    positions = (
        await session.scalars(
            _due(now).order_by(InboundDelivery.position).limit(limit).with_for_update(skip_locked=True)
        )
    ).all()
    if not positions:
        return []
    await session.execute(
        update(InboundDelivery)
        .where(InboundDelivery.position.in_(positions))
        .values(status=DeliveryStatus.RUNNING, due_at=now + lease, attempts=InboundDelivery.attempts + 1)
    )
    rows = select(InboundDelivery).where(InboundDelivery.position.in_(positions))
    return (await session.scalars(rows.order_by(InboundDelivery.position))).all()


def _due(now: datetime) -> Any:
    ahead = aliased(InboundDelivery)
    held_up = exists().where(
        ahead.lane == InboundDelivery.lane,
        ahead.position < InboundDelivery.position,
        ahead.due_at > now,
        or_(
            ahead.status == DeliveryStatus.RUNNING,
            # One that fails again and again does not keep a citizen from being heard for long.
            (ahead.status == DeliveryStatus.WAITING) & (ahead.attempts <= _WAITED_FOR),
        ),
    )
    return select(InboundDelivery.position).where(
        InboundDelivery.due_at <= now, InboundDelivery.status.in_(_OPEN), ~held_up
    )


async def finish(session: AsyncSession, position: int, *, error: str | None = None) -> None:
    """Done, or given up; either way the words are erased."""
    status = DeliveryStatus.FAILED if error else DeliveryStatus.DONE
    await _set(session, position, status=status, body="", error=error)


async def again(session: AsyncSession, position: int, *, at: datetime, error: str) -> None:
    await _set(session, position, status=DeliveryStatus.WAITING, due_at=at, error=error[:60])


async def forget(session: AsyncSession, *, before: datetime) -> int:
    """Delete what was dealt with so long ago that no repeat can come any more."""
    result = await session.execute(
        delete(InboundDelivery).where(
            InboundDelivery.received_at < before, InboundDelivery.status == DeliveryStatus.DONE
        )
    )
    return cast("CursorResult[Any]", result).rowcount


async def _set(session: AsyncSession, position: int, **values: Any) -> None:
    await session.execute(
        update(InboundDelivery).where(InboundDelivery.position == position).values(**values)
    )
