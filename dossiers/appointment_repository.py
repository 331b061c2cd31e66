"""All SQL about appointments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL
from dossiers.appointment_models import Appointment, CounterPlan

_TAKING = ("booked", "arrived", "called", "done")


async def add(session: AsyncSession, row: Appointment | CounterPlan) -> None:
    session.add(row)
    await session.flush()


async def plan_by_id(session: AsyncSession, plan_id: str, *, lock: bool = False) -> CounterPlan | None:
    query = select(CounterPlan).where(CounterPlan.id == plan_id)
    return await session.scalar(query.with_for_update() if lock else query)


async def plans_of(session: AsyncSession, units: Collection[str]) -> Sequence[CounterPlan]:
    """Plans in use of these units (by name)."""
    query = select(CounterPlan).where(CounterPlan.unit.in_(list(units)), CounterPlan.active.is_(True))
    return (await session.scalars(query.order_by(CounterPlan.unit, CounterPlan.counter))).all()


async def units_with_plans(session: AsyncSession) -> list[str]:
    query = select(CounterPlan.unit).where(CounterPlan.active.is_(True)).distinct()
    return sorted(await session.scalars(query))


async def taken(
    session: AsyncSession, plan_ids: Collection[str], day: date
) -> dict[tuple[str, datetime], int]:
    """How many have a place, by plan and local start."""
    start = datetime.combine(day, time(), LOCAL)
    rows = await session.execute(
        select(Appointment.plan_id, Appointment.starts_at, func.count())
        .where(
            Appointment.plan_id.in_(list(plan_ids)),
            Appointment.starts_at >= start,
            Appointment.starts_at < start + timedelta(days=1),
            Appointment.status.in_(_TAKING),
        )
        .group_by(Appointment.plan_id, Appointment.starts_at)
    )
    return {(plan, at.astimezone(LOCAL)): int(count) for plan, at, count in rows}


async def by_code(session: AsyncSession, code: str, *, lock: bool = False) -> Appointment | None:
    query = select(Appointment).where(Appointment.code == code)
    return await session.scalar(query.with_for_update() if lock else query)


async def by_id(session: AsyncSession, appointment_id: str) -> Appointment | None:
    return await session.scalar(select(Appointment).where(Appointment.id == appointment_id).with_for_update())


async def count_ahead(session: AsyncSession, phone_hash: str, now: datetime) -> int:
    query = select(func.count()).where(
        Appointment.phone_hash == phone_hash, Appointment.starts_at > now, Appointment.status == "booked"
    )
    return await session.scalar(query) or 0


async def between(
    session: AsyncSession, units: Collection[str], start: date, end: date
) -> Sequence[Appointment]:
    """From the start of one day up to the end of another, by time."""
    query = select(Appointment).where(
        Appointment.unit.in_(list(units)),
        Appointment.starts_at >= datetime.combine(start, time(), LOCAL),
        Appointment.starts_at < datetime.combine(end + timedelta(days=1), time(), LOCAL),
    )
    return (await session.scalars(query.order_by(Appointment.starts_at, Appointment.counter))).all()
