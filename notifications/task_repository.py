"""SQL about tasks of units."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

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
