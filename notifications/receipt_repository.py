"""All SQL about receipts: a few statements for however many there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.models import Attempt, Message, Receipt
from notifications.schemas import AttemptOutcome, MessageStatus, before

_UNDECIDED = (AttemptOutcome.OPEN, AttemptOutcome.AMBIGUOUS)
_COLUMNS = [column.key for column in Receipt.__table__.columns]


async def add(session: AsyncSession, rows: Sequence[Receipt]) -> set[tuple[str, str]]:
    """Store receipts; (provider, external id) of those that did not stand there."""
    if not rows:
        return set()
    dialect = session.get_bind().dialect.name
    insert: Any = postgresql_insert if dialect == "postgresql" else sqlite_insert
    statement = insert(Receipt).on_conflict_do_nothing(index_elements=["provider", "external_id"])
    # In the order of their names: two who store the same ones never wait for each other.
    ordered = sorted(rows, key=lambda row: (row.provider, row.external_id))
    found = await session.execute(
        statement.returning(Receipt.provider, Receipt.external_id),
        [{name: getattr(row, name) for name in _COLUMNS} for row in ordered],
    )
    return {(row[0], row[1]) for row in found}


async def waiting(session: AsyncSession, now: datetime, *, limit: int) -> Sequence[Receipt]:
    query = (
        select(Receipt)
        .where(Receipt.work_at.is_not(None), Receipt.work_at <= now)
        .order_by(Receipt.work_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query)).all()


async def any_waiting(session: AsyncSession, now: datetime) -> bool:
    query = select(Receipt.id).where(Receipt.work_at.is_not(None), Receipt.work_at <= now).limit(1)
    return await session.scalar(query) is not None


async def by_names(session: AsyncSession, names: Collection[tuple[str, str]]) -> Sequence[Receipt]:
    query = select(Receipt).where(tuple_(Receipt.provider, Receipt.external_id).in_(names))
    return (await session.scalars(query)).all()


async def attempts_meant(session: AsyncSession, receipts: Sequence[Receipt]) -> dict[str, Attempt]:
    """The newest attempt that each receipt can mean, by the receipt's id."""
    references = {one.reference for one in receipts if one.reference}
    numbers = {one.provider_message_id for one in receipts if one.provider_message_id}
    found: dict[tuple[str, str], Attempt] = {}
    # Two questions, each with an index of its own: one with an OR would read the whole table.
    if references:
        rows = await session.scalars(
            select(Attempt).where(Attempt.reference.in_(references)).order_by(Attempt.number)
        )
        found |= {(row.provider, row.reference): row for row in rows}
    if numbers:
        providers = {one.provider for one in receipts}
        rows = await session.scalars(
            select(Attempt)
            .where(Attempt.provider.in_(providers), Attempt.provider_message_id.in_(numbers))
            .order_by(Attempt.number)
        )
        found |= {(row.provider, row.provider_message_id or ""): row for row in rows}
    meant = {}
    for one in receipts:
        attempt = found.get((one.provider, one.reference or "")) or found.get(
            (one.provider, one.provider_message_id or "")
        )
        if attempt is not None:
            meant[one.id] = attempt
    return meant


async def messages(session: AsyncSession, ids: Collection[str]) -> Mapping[str, Message]:
    if not ids:
        return {}
    query = select(Message).where(Message.id.in_(ids)).execution_options(populate_existing=True)
    return {row.id: row for row in await session.scalars(query)}


async def message(session: AsyncSession, message_id: str) -> Message | None:
    query = select(Message).where(Message.id == message_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def decide_attempts(
    session: AsyncSession, decided: Sequence[tuple[Attempt, Receipt, AttemptOutcome]], *, now: datetime
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
    values: dict[str, Any] = {
        "status": to,
        "reason": None,
        "settled_at": at,
        "lease_owner": None,
        "lease_until": None,
    }
    conditions: list[Any] = [Message.id.in_(sorted(ids)), Message.status.in_(before(to))]
    if still_on is None:
        values["due_at"] = None
    else:
        conditions.append(Message.rung == still_on)
    moved = await session.scalars(
        update(Message)
        .where(*conditions)
        .values(**values)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return set(moved)
