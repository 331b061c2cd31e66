"""All SQL about receipts: a few statements for however many there are.

Rows instead of objects wherever a flood passes: what watches objects for changes costs more than the
statements.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among
from core.database import update_rows
from notifications.models import Attempt, Message, Receipt
from notifications.schemas import AttemptOutcome, MessageStatus, before

_UNDECIDED = (AttemptOutcome.OPEN, AttemptOutcome.AMBIGUOUS)
_RECEIPT = cast("Table", Receipt.__table__)


@dataclass(frozen=True, slots=True)
class Stored:
    """A receipt as it stands in its row."""

    id: str
    provider: str
    external_id: str
    reference: str | None
    provider_message_id: str | None
    status: str
    confidence: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """What a receipt needs to know of the attempt that it means."""

    id: str
    message_id: str
    number: int
    rung: int
    channel: str
    provider: str
    reference: str
    outcome: str
    provider_message_id: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What ledger and ladder ask of every message that is meant, and nothing that is encrypted."""

    id: str
    dossier_code: str | None
    correlation_id: str
    rung: int
    reason: str | None


_STORED = [getattr(Receipt, name) for name in Stored.__slots__]
_TRIED = [getattr(Attempt, name) for name in Tried.__slots__]


async def add(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> set[tuple[str, str]]:
    """Store receipts; (provider, external id) of those that did not stand there."""
    if not rows:
        return set()
    dialect = session.get_bind().dialect.name
    insert: Any = postgresql_insert if dialect == "postgresql" else sqlite_insert
    statement = insert(_RECEIPT).on_conflict_do_nothing(index_elements=["provider", "external_id"])
    # In the order of their names: two who store the same ones never wait for each other.
    ordered = sorted(rows, key=lambda row: (row["provider"], row["external_id"]))
    connection = await session.connection()
    found = await connection.execute(
        statement.returning(_RECEIPT.c.provider, _RECEIPT.c.external_id), ordered
    )
    return {(row[0], row[1]) for row in found}


async def waiting(session: AsyncSession, now: datetime, *, limit: int) -> list[Stored]:
    """Receipts that it is time to work on, the oldest first. Nothing is locked: see ``claim``."""
    query = (
        select(*_STORED)
        .where(Receipt.work_at.is_not(None), Receipt.work_at <= now)
        .order_by(Receipt.work_at)
        .limit(limit)
    )
    return _stored(await session.execute(query))


async def by_names(session: AsyncSession, names: Collection[tuple[str, str]]) -> list[Stored]:
    query = select(*_STORED).where(tuple_(Receipt.provider, Receipt.external_id).in_(names))
    return _stored(await session.execute(query))


def _stored(rows: Any) -> list[Stored]:
    return [Stored(*row) for row in rows]


async def claim(session: AsyncSession, ids: Collection[str]) -> set[str]:
    """Those of these receipts that nobody has worked on, and nobody works on now; locked."""
    query = (
        select(Receipt.id)
        .where(among(Receipt.id, ids), Receipt.work_at.is_not(None))
        .with_for_update(skip_locked=True)
    )
    return set(await session.scalars(query))


async def attempts_meant(session: AsyncSession, receipts: Sequence[Stored]) -> dict[str, Tried]:
    """The newest attempt that each receipt can mean, by the receipt's id."""
    references = {one.reference for one in receipts if one.reference}
    found: dict[tuple[str, str], Tried] = {}
    # Two questions, each with an index of its own: one with an OR would read the whole table.
    if references:
        rows = await session.execute(
            select(*_TRIED).where(among(Attempt.reference, references)).order_by(Attempt.number)
        )
        found = {(row.provider, row.reference): Tried(*row) for row in rows}
    unknown = [
        one
        for one in receipts
        if one.provider_message_id and (one.provider, one.reference or "") not in found
    ]
    if unknown:
        rows = await session.execute(
            select(*_TRIED)
            .where(
                Attempt.provider.in_({one.provider for one in unknown}),
                Attempt.provider_message_id.in_({one.provider_message_id for one in unknown}),
            )
            .order_by(Attempt.number)
        )
        found |= {(row.provider, row.provider_message_id): Tried(*row) for row in rows}
    meant = {}
    for one in receipts:
        attempt = found.get((one.provider, one.reference or "")) or found.get(
            (one.provider, one.provider_message_id or "")
        )
        if attempt is not None:
            meant[one.id] = attempt
    return meant


_KNOWN = [getattr(Message, name) for name in Known.__slots__]


async def messages(session: AsyncSession, ids: Collection[str]) -> dict[str, Known]:
    rows = await session.execute(select(*_KNOWN).where(among(Message.id, ids)))
    return {row.id: Known(*row) for row in rows}


async def whole_messages(session: AsyncSession, ids: Collection[str]) -> Mapping[str, Message]:
    if not ids:
        return {}
    query = select(Message).where(among(Message.id, ids)).execution_options(populate_existing=True)
    return {row.id: row for row in await session.scalars(query)}


async def settle(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """``rows``: id, message_id, attempt_id, moved of receipts that were worked on."""
    await update_rows(session, Receipt, [{**row, "work_at": None} for row in rows])


async def put_off(session: AsyncSession, later: Mapping[str, datetime | None]) -> None:
    """Receipts that mean nothing we know: when to look again, by id; None for never."""
    await update_rows(session, Receipt, [{"id": one, "work_at": at} for one, at in later.items()])


async def decide_attempts(
    session: AsyncSession, decided: Sequence[tuple[Tried, Stored, AttemptOutcome]], *, now: datetime
) -> None:
    """Close attempts of which nobody knew the outcome; a final one is never overwritten."""
    rows = [
        {
            "the_id": attempt.id,
            "the_outcome": outcome,
            "the_number": receipt.provider_message_id or attempt.provider_message_id,
            "the_confidence": receipt.confidence,
        }
        for attempt, receipt, outcome in decided
        if attempt.outcome in _UNDECIDED
    ]
    if not rows:
        return
    statement = (
        update(Attempt.__table__)  # type: ignore[arg-type]
        # No IN: a statement that is executed for many rows at once cannot have one.
        .where(Attempt.id == bindparam("the_id"), or_(*(Attempt.outcome == one for one in _UNDECIDED)))
        .values(
            outcome=bindparam("the_outcome"),
            provider_message_id=bindparam("the_number"),
            confidence=bindparam("the_confidence"),
            finished_at=now,
            code="receipt",
        )
    )
    connection = await session.connection()
    await connection.execute(statement, rows)


async def advance(
    session: AsyncSession, ids: Collection[str], to: MessageStatus, *, still_on: int | None, at: datetime
) -> set[str]:
    """Forward only: the messages that were moved. ``still_on``: a better receipt is expected, this one tells
    only of messages that stand on this rung, and they go on waiting.
    """
    conditions = [] if still_on is None else [Message.rung == still_on]
    values = {"due_at": None} if still_on is None else {}
    return await _move(session, ids, to, conditions, values, at)


async def fail(session: AsyncSession, ids: Collection[str], *, rung: int, at: datetime) -> set[str]:
    """Those of these messages that failed on the rung where they stand, and had not arrived."""
    return await _move(session, ids, MessageStatus.FAILED, [Message.rung == rung], {"due_at": None}, at)


async def _move(
    session: AsyncSession,
    ids: Collection[str],
    to: MessageStatus,
    conditions: Sequence[Any],
    values: Mapping[str, Any],
    at: datetime,
) -> set[str]:
    moved = await session.scalars(
        update(Message)
        .where(Message.id.in_(sorted(ids)), Message.status.in_(before(to)), *conditions)
        .values(status=to, reason=None, settled_at=at, lease_owner=None, lease_until=None, **values)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return set(moved)
