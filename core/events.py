"""The event log: how rooms tell each other what happened.

A room publishes in its own transaction; others read the log in order (``core.event_reading``).
Publishing the same event twice is harmless: identity is (source, external id), and a second event with the
same identity and another body is a conflict that the caller must refuse.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Index, String, UniqueConstraint, false, select, text
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
