"""The event log: how rooms tell each other what happened.

A room publishes in its own transaction; others read the log in order, each with a position of its own.
Publishing the same event twice is harmless: identity is (source, external id), and a second event with the
same identity and another body is a conflict that the caller must refuse.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, cast

from sqlalchemy import (
    Boolean,
    CursorResult,
    Index,
    Select,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    false,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core import metrics
from core.among import among
from core.crypto import EncryptedJson, keyed_hash
from core.database import Base, Serial, UtcDateTime, insert_rows, new_id, utc_now

# Any constant will do: it only has to be the same in every process.
_PUBLISH_LOCK = 7_304_021

ALARM_PREFIX = "motcua.alarm."
"""Of the types of events that somebody has to look at."""

OWN_SOURCE = "motcua"
"""The source of events that rooms publish themselves."""


class Event(Base):
    """``urgent``: somebody waits for what follows from it, so it may be read before its turn."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("ix_event_subject", "subject"),
        # Few beside all others, and found among thousands that have just come.
        Index("ix_event_urgent", "position", sqlite_where=text("urgent"), postgresql_where=text("urgent")),
    )

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
    urgent: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())


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


@dataclass(frozen=True)
class NewEvent:
    """What is to be appended. Without ``external_id`` it is new whatever stands there."""

    type: str
    subject: str
    body: dict[str, Any]
    source: str = OWN_SOURCE
    external_id: str | None = None
    occurred_at: datetime | None = None
    correlation_id: str | None = None
    urgent: bool = False


def canonical_json(value: Any) -> str:
    """The one spelling of a JSON value by which two bodies are called equal."""
    return _CANONICAL.encode(value)


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


async def publish(
    session: AsyncSession,
    *,
    type: str,  # noqa: A002 - the word of the CloudEvents specification
    subject: str,
    body: dict[str, Any],
    source: str = OWN_SOURCE,
    external_id: str | None = None,
    occurred_at: datetime | None = None,
    correlation_id: str | None = None,
    urgent: bool = False,
) -> Published:
    """Append an event in the caller's transaction, unless it stands there already."""
    event = NewEvent(type, subject, body, source, external_id, occurred_at, correlation_id, urgent)
    return (await publish_all(session, [event]))[0]


async def publish_all(session: AsyncSession, events: Sequence[NewEvent]) -> list[Published]:
    """Append many events, each by itself; the answers stand in their order."""
    return [answers[0] for answers in await publish_groups(session, [[event] for event in events])]


async def publish_groups(
    session: AsyncSession, groups: Sequence[Sequence[NewEvent]]
) -> list[list[Published]]:
    """Append groups of events, each whole or not at all, with as few statements as for one event.

    A group in which an event is in conflict stores nothing; its other events are then answered as they would
    have been.
    """
    if not any(groups):
        return [[] for _ in groups]
    await _take_publishing_turn(session)
    known = await _known(session, [event for group in groups for event in group])
    answers: list[list[Published]] = []
    rows: list[dict[str, Any]] = []
    now = utc_now()
    for group in groups:
        found, new = _answer(group, known, now)
        answers.append(found)
        if any(one.status is PublishStatus.CONFLICT for one in found):
            continue
        rows += new
        known |= {(row["source"], row["external_id"]): (row["id"], row["digest"]) for row in new}
    if rows:
        await insert_rows(session, Event, rows)
    return answers


async def _take_publishing_turn(session: AsyncSession) -> None:
    if session.get_bind().dialect.name == "postgresql":
        # Positions must become visible in their order, or a reader would step over one that commits late.
        await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PUBLISH_LOCK})


_Identity = tuple[str, str]


async def _known(session: AsyncSession, events: Sequence[NewEvent]) -> dict[_Identity, tuple[str, str]]:
    """Id and digest of those that stand in the log already."""
    by_source: dict[str, set[str]] = {}
    for event in events:
        if event.external_id is not None:
            by_source.setdefault(event.source, set()).add(event.external_id)
    known: dict[_Identity, tuple[str, str]] = {}
    for source, names in by_source.items():
        query = select(Event.external_id, Event.id, Event.digest).where(
            Event.source == source, among(Event.external_id, names)
        )
        for name, identifier, digest in await session.execute(query):
            known[source, name] = identifier, digest
    return known


def _answer(
    group: Sequence[NewEvent], known: Mapping[_Identity, tuple[str, str]], now: datetime
) -> tuple[list[Published], list[dict[str, Any]]]:
    """What each event of a group is, and the rows of the new ones."""
    answers: list[Published] = []
    rows: list[dict[str, Any]] = []
    here: dict[_Identity, tuple[str, str]] = {}
    for event in group:
        digest = keyed_hash(f"{event.type}\0{event.subject}\0{canonical_json(event.body)}", "event")
        identifier = new_id()
        identity = (event.source, event.external_id or identifier)
        before = here.get(identity) or known.get(identity)
        if before is not None:
            status = PublishStatus.SEEN if before[1] == digest else PublishStatus.CONFLICT
            answers.append(Published(before[0], status))
            continue
        here[identity] = identifier, digest
        answers.append(Published(identifier, PublishStatus.NEW))
        if event.type.startswith(ALARM_PREFIX):
            metrics.ALARMS.labels(event.type.removeprefix(ALARM_PREFIX)).inc()
        rows.append(
            {
                "id": identifier,
                "type": str(event.type),
                "source": event.source,
                "external_id": identity[1],
                "subject": event.subject,
                "body": event.body,
                "digest": digest,
                "correlation_id": event.correlation_id or identifier,
                "occurred_at": event.occurred_at or now,
                "recorded_at": now,
                "urgent": event.urgent,
            }
        )
    return answers, rows


_AFTER = Event.position > bindparam("after", type_=Serial)


async def read_events(
    session: AsyncSession, *, after: int, limit: int = 200, types: Sequence[str] | None = None
) -> Sequence[Event]:
    """Events with a position above ``after``, in order."""
    query = _behind(None if types is None else tuple(types))
    return (await session.scalars(query, {"after": after, "limit": limit})).all()


@cache
def _behind(types: tuple[str, ...] | None) -> Select[Any]:
    query = select(Event).where(_AFTER).order_by(Event.position).limit(bindparam("limit"))
    return query if types is None else query.where(Event.type.in_(types))


async def any_event(session: AsyncSession, *, after: int, types: Sequence[str]) -> bool:
    """Whether there is anything to read."""
    query = select(Event.position).where(Event.position > after, Event.type.in_(types)).limit(1)
    return await session.scalar(query) is not None


_URGENT = (
    select(Event)
    # Written out, not as a parameter: only so may a database use the small index over them.
    .where(text("event.urgent"), _AFTER)
    .order_by(Event.position)
    .limit(bindparam("limit"))
)


async def read_urgent_events(session: AsyncSession, *, after: int, limit: int) -> Sequence[Event]:
    """``read_events`` of the urgent ones alone, however many others stand between."""
    return (await session.scalars(_URGENT, {"after": after, "limit": limit})).all()


async def read_about(
    session: AsyncSession, subjects: Collection[str], *, after: int, before: int, types: Collection[str]
) -> Sequence[Event]:
    """What the log says about these subjects between two positions, in order."""
    query = (
        select(Event)
        .where(among(Event.subject, subjects), Event.position > after, Event.position < before)
        .order_by(Event.position)
    )
    return [event for event in await session.scalars(query) if event.type in types]


_POSITION = select(Consumer.position).where(Consumer.name == bindparam("consumer"))
_LOCKED_POSITION = _POSITION.with_for_update()
_STAND = select(
    func.coalesce(_POSITION.scalar_subquery(), 0),
    func.coalesce(select(func.max(Event.position)).scalar_subquery(), 0),
)
_ADVANCE = (
    update(cast("Table", Consumer.__table__))
    .where(Consumer.name == bindparam("consumer"), Consumer.position < bindparam("to"))
    .values(position=bindparam("to"))
)


async def position(session: AsyncSession, consumer: str, *, lock: bool = False) -> int:
    """How far a reader has come; with ``lock`` nobody moves it until the transaction ends."""
    query = _LOCKED_POSITION if lock else _POSITION
    found = await session.scalar(query, {"consumer": consumer})
    if found is None and lock:  # nobody has read yet: there must be a row to be locked
        await _begin_reading(session, consumer)
        found = await session.scalar(query, {"consumer": consumer})
    return found or 0


async def stand(session: AsyncSession, consumer: str) -> tuple[int, int]:
    """How far a reader has come, and how far the log has: in one small question."""
    at, end = (await session.execute(_STAND, {"consumer": consumer})).one()
    return at, end


async def advance(session: AsyncSession, consumer: str, to: int) -> None:
    """Remember that a reader has dealt with everything up to ``to``; never moves back."""
    moved = await session.execute(_ADVANCE, {"consumer": consumer, "to": to})
    if cast("CursorResult[Any]", moved).rowcount == 0:  # further on already, or nobody has read yet
        await _begin_reading(session, consumer)
        await session.execute(_ADVANCE, {"consumer": consumer, "to": to})


async def _begin_reading(session: AsyncSession, consumer: str) -> None:
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    await session.execute(insert(Consumer).values(name=consumer, position=0).on_conflict_do_nothing())
