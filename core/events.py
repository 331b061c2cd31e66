"""The event log: how rooms tell each other what happened.

A room publishes in its own transaction; others read the log in order, each with a position of its own.
Publishing the same event twice is harmless: identity is (source, external id), and a second event with the
same identity and another body is a conflict that the caller must refuse.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, UniqueConstraint, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedJson, keyed_hash
from core.database import Base, Serial, UtcDateTime, new_id, utc_now

# Any constant will do: it only has to be the same in every process.
_PUBLISH_LOCK = 7_304_021


class Event(Base):
    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("source", "external_id"), Index("ix_event_subject", "subject"))

    position: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(26), unique=True, default=new_id)
    type: Mapped[str] = mapped_column(String(100))
    source: Mapped[str] = mapped_column(String(200))
    external_id: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(100))
    body: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    digest: Mapped[str] = mapped_column(String(64))
    correlation_id: Mapped[str] = mapped_column(String(64))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Consumer(Base):
    """How far a reader of the log has come."""

    __tablename__ = "event_consumer"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


class PublishStatus(StrEnum):
    NEW = "new"
    SEEN = "seen"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Published:
    event_id: str
    status: PublishStatus


def canonical_json(value: Any) -> str:
    """The one spelling of a JSON value by which two bodies are called equal."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


async def publish(
    session: AsyncSession,
    *,
    type: str,  # noqa: A002 - the word of the CloudEvents specification
    subject: str,
    body: dict[str, Any],
    source: str = "motcua",
    external_id: str | None = None,
    occurred_at: datetime | None = None,
    correlation_id: str | None = None,
) -> Published:
    """Append an event in the caller's transaction, unless it stands there already."""
    if session.get_bind().dialect.name == "postgresql":
        # Positions must become visible in their order, or a reader would step over one that commits late.
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PUBLISH_LOCK})
    digest = keyed_hash(f"{type}\0{subject}\0{canonical_json(body)}", "event")
    identifier = new_id()
    external_id = external_id or identifier
    known = await session.scalar(
        select(Event).where(Event.source == source, Event.external_id == external_id)
    )
    if known is not None:
        same = known.digest == digest
        return Published(known.id, PublishStatus.SEEN if same else PublishStatus.CONFLICT)
    session.add(
        Event(
            id=identifier,
            type=type,
            source=source,
            external_id=external_id,
            subject=subject,
            body=body,
            digest=digest,
            correlation_id=correlation_id or identifier,
            occurred_at=occurred_at or utc_now(),
        )
    )
    await session.flush()
    return Published(identifier, PublishStatus.NEW)


async def read_events(
    session: AsyncSession, *, after: int, limit: int = 200, types: Sequence[str] | None = None
) -> Sequence[Event]:
    """Events with a position above ``after``, in order."""
    query = select(Event).where(Event.position > after).order_by(Event.position).limit(limit)
    if types is not None:
        query = query.where(Event.type.in_(types))
    return (await session.scalars(query)).all()


async def position(session: AsyncSession, consumer: str) -> int:
    found = await session.get(Consumer, consumer)
    return found.position if found else 0


async def advance(session: AsyncSession, consumer: str, to: int) -> None:
    """Remember that a reader has dealt with everything up to ``to``; never moves back."""
    found = await session.get(Consumer, consumer, with_for_update=True)
    if found is None:
        session.add(Consumer(name=consumer, position=to))
    elif found.position < to:
        found.position = to
    await session.flush()
