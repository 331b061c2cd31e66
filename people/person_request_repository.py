"""All SQL about what citizens ask about their own data."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among
from people.person_requests import PersonRequest, RequestStatus


async def by_id(session: AsyncSession, identifier: str) -> PersonRequest | None:
    return await session.get(PersonRequest, identifier, with_for_update=True)


async def in_units(
    session: AsyncSession,
    units: Collection[str],
    *,
    done: bool,
    limit: int = 200,
    after: tuple[date | datetime, str] | None = None,
) -> Sequence[PersonRequest]:
    """Those to be done, the most urgent first; or the closed ones, the newest first.

    ``after``: day or moment that orders the list, and id, of the last one seen.
    """
    query = select(PersonRequest).where(among(PersonRequest.unit, units)).limit(limit)
    if done:
        query = query.where(PersonRequest.done_at.is_not(None))
        query = query.order_by(PersonRequest.done_at.desc(), PersonRequest.id.desc())
        if after is not None:
            query = query.where(tuple_(PersonRequest.done_at, PersonRequest.id) < after)
    else:
        query = query.where(PersonRequest.status == RequestStatus.OPEN)
        query = query.order_by(PersonRequest.due_on, PersonRequest.id)
        if after is not None:
            query = query.where(tuple_(PersonRequest.due_on, PersonRequest.id) > after)
    return (await session.scalars(query)).all()


async def count_open(session: AsyncSession, units: Collection[str], *, today: date) -> tuple[int, int]:
    """How many are to be done in these units, and how many of them are late."""
    query = select(func.count(), func.count().filter(PersonRequest.due_on < today)).where(
        PersonRequest.status == RequestStatus.OPEN, among(PersonRequest.unit, units)
    )
    waiting, overdue = (await session.execute(query)).one()
    return int(waiting), int(overdue)


async def late(session: AsyncSession, today: date) -> Sequence[PersonRequest]:
    """Open ones of which a day of the law has passed."""
    rows = await session.scalars(select(PersonRequest).where(PersonRequest.status == RequestStatus.OPEN))
    return [one for one in rows if one.due_on < today or (one.answered_at is None and one.answer_by < today)]


async def held(session: AsyncSession, contact_hash: str) -> list[dict[str, Any]]:
    """For the citizen to read."""
    rows = await session.scalars(
        select(PersonRequest)
        .where(PersonRequest.contact_hash == contact_hash)
        .order_by(PersonRequest.received_at)
    )
    return [
        {
            "wish": one.wish,
            "reference": one.reference,
            "received_at": one.received_at,
            "due_on": one.due_on,
            "status": one.status,
            "done_at": one.done_at,
            "told": one.told,
        }
        for one in rows
    ]


async def let_go(session: AsyncSession, contact_hash: str) -> None:
    """Who is behind them, where somebody was erased; an open request is closed by its own step."""
    await session.execute(
        update(PersonRequest)
        .where(PersonRequest.contact_hash == contact_hash, PersonRequest.status != RequestStatus.OPEN)
        .values(contact=None, contact_shown="đã bỏ")
    )
