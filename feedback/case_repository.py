"""All SQL about cases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among
from feedback.case_models import CaseStatus, OpinionCase

_WORKED_ON = (CaseStatus.OPEN, CaseStatus.CALLED)
_LISTED = 100


async def add(session: AsyncSession, case: OpinionCase) -> None:
    session.add(case)
    await session.flush()


async def by_citizen(session: AsyncSession, key: str) -> OpinionCase | None:
    return await session.scalar(select(OpinionCase).where(OpinionCase.citizen_key == key))


async def by_citizens(session: AsyncSession, keys: Collection[str]) -> dict[str, OpinionCase]:
    if not keys:
        return {}
    found = await session.scalars(select(OpinionCase).where(OpinionCase.citizen_key.in_(keys)))
    return {one.citizen_key: one for one in found}


async def by_id(session: AsyncSession, identifier: str) -> OpinionCase | None:
    return await session.get(OpinionCase, identifier)


async def in_units(
    session: AsyncSession,
    units: Collection[str],
    *,
    done: bool,
    not_handled_by: str | None,
    limit: int = _LISTED,
    after: tuple[datetime, str] | None = None,
) -> Sequence[OpinionCase]:
    """Those being worked on, the most urgent first; or the closed ones, the newest first.

    ``not_handled_by``: a hash; what this officer did is left out. ``after``: the last one seen.
    """
    query = (
        select(OpinionCase)
        .where(among(OpinionCase.unit, units), _not_handled_by(not_handled_by))
        .limit(limit)
    )
    if done:
        query = query.where(OpinionCase.status == CaseStatus.CLOSED)
        query = query.order_by(OpinionCase.closed_at.desc(), OpinionCase.id.desc())
        if after is not None:
            query = query.where(tuple_(OpinionCase.closed_at, OpinionCase.id) < after)
    else:
        query = query.where(OpinionCase.status.in_(_WORKED_ON)).order_by(OpinionCase.due_at, OpinionCase.id)
        if after is not None:
            query = query.where(tuple_(OpinionCase.due_at, OpinionCase.id) > after)
    return (await session.scalars(query)).all()


async def count_open(
    session: AsyncSession, units: Collection[str], *, not_handled_by: str | None, now: datetime
) -> tuple[int, int]:
    """How many are being worked on, and how many of them are late."""
    query = select(func.count(), func.count().filter(OpinionCase.due_at < now)).where(
        OpinionCase.status.in_(_WORKED_ON), among(OpinionCase.unit, units), _not_handled_by(not_handled_by)
    )
    working, late = (await session.execute(query)).one()
    return int(working), int(late)


def _not_handled_by(officer: str | None) -> ColumnElement[bool]:
    return or_(OpinionCase.handler_hash.is_(None), OpinionCase.handler_hash != officer)


async def units_known(session: AsyncSession) -> list[str]:
    return list(await session.scalars(select(OpinionCase.unit).distinct().order_by(OpinionCase.unit)))


async def numbers(session: AsyncSession, units: Collection[str], now: datetime) -> dict[str, tuple[int, int]]:
    """Cases being worked on, and those of them that are late, by unit."""
    rows = await session.execute(
        select(OpinionCase.unit, func.count(), func.count().filter(OpinionCase.due_at < now))
        .where(among(OpinionCase.unit, units), OpinionCase.status.in_(_WORKED_ON))
        .group_by(OpinionCase.unit)
    )
    return {unit: (open_, late) for unit, open_, late in rows}
