"""All SQL about cases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

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


async def in_units(session: AsyncSession, units: Collection[str], *, done: bool) -> Sequence[OpinionCase]:
    """Those being worked on, the most urgent first; or the closed ones, the newest first."""
    query = select(OpinionCase).where(OpinionCase.unit.in_(units)).limit(_LISTED)
    if done:
        query = query.where(OpinionCase.status == CaseStatus.CLOSED).order_by(OpinionCase.closed_at.desc())
    else:
        query = query.where(OpinionCase.status.in_(_WORKED_ON)).order_by(OpinionCase.due_at)
    return (await session.scalars(query)).all()


async def units_known(session: AsyncSession) -> list[str]:
    return list(await session.scalars(select(OpinionCase.unit).distinct().order_by(OpinionCase.unit)))


async def numbers(session: AsyncSession, units: Collection[str], now: datetime) -> dict[str, tuple[int, int]]:
    """Cases being worked on, and those of them that are late, by unit."""
    rows = await session.execute(
        select(OpinionCase.unit, func.count(), func.count().filter(OpinionCase.due_at < now))
        .where(OpinionCase.unit.in_(units), OpinionCase.status.in_(_WORKED_ON))
        .group_by(OpinionCase.unit)
    )
    return {unit: (open_, late) for unit, open_, late in rows}
