"""SQL about tasks of units."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among
from notifications.desk_models import UnitTask


async def task_of_message(session: AsyncSession, message_id: str) -> UnitTask | None:
    return await session.scalar(select(UnitTask).where(UnitTask.message_id == message_id))


async def task_by_id(session: AsyncSession, task_id: str, *, lock: bool = False) -> UnitTask | None:
    query = select(UnitTask).where(UnitTask.id == task_id)
    return await session.scalar(query.with_for_update() if lock else query)


async def tasks_of_dossier(session: AsyncSession, dossier_code: str) -> Sequence[UnitTask]:
    query = select(UnitTask).where(UnitTask.dossier_code == dossier_code).order_by(UnitTask.created_at)
    return (await session.scalars(query)).all()


async def add_task(session: AsyncSession, task: UnitTask) -> None:
    session.add(task)
    await session.flush()


async def open_in_units(
    session: AsyncSession,
    units: Collection[str],
    status: str,
    *,
    limit: int,
    after: tuple[date, str] | None = None,
) -> Sequence[UnitTask]:
    """Of these units and of no unit, what is due first, first. ``after``: day and id of the last one seen."""
    query = select(UnitTask).where(UnitTask.status == status, _of(units))
    if after is not None:
        query = query.where(tuple_(UnitTask.due_on, UnitTask.id) > after)
    return (await session.scalars(query.order_by(UnitTask.due_on, UnitTask.id).limit(limit))).all()


async def count_in_units(
    session: AsyncSession, units: Collection[str], status: str, *, today: date
) -> tuple[int, int]:
    """How many of these units and of no unit stand so, and how many of them are late."""
    query = select(func.count(), func.count().filter(UnitTask.due_on < today)).where(
        UnitTask.status == status, _of(units)
    )
    waiting, late = (await session.execute(query)).one()
    return int(waiting), int(late)


async def done_in_units(
    session: AsyncSession,
    units: Collection[str],
    *,
    limit: int,
    after: tuple[datetime, str] | None = None,
) -> Sequence[UnitTask]:
    """What was done last, first. ``after``: moment and id of the last one seen."""
    query = select(UnitTask).where(UnitTask.done_at.is_not(None), _of(units))
    if after is not None:
        query = query.where(tuple_(UnitTask.done_at, UnitTask.id) < after)
    query = query.order_by(UnitTask.done_at.desc(), UnitTask.id.desc()).limit(limit)
    return (await session.scalars(query)).all()


def _of(units: Collection[str]) -> ColumnElement[bool]:
    return or_(among(UnitTask.unit, units), UnitTask.unit.is_(None))


async def tasks(
    session: AsyncSession, *, status: str | None, unit: str | None, limit: int
) -> Sequence[UnitTask]:
    """The tasks that are due first, first."""
    query = select(UnitTask).order_by(UnitTask.due_on, UnitTask.id).limit(limit)
    if status is not None:
        query = query.where(UnitTask.status == status)
    if unit is not None:
        query = query.where(UnitTask.unit == unit)
    return (await session.scalars(query)).all()
