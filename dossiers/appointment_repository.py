"""All SQL about appointments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import BigInteger, ColumnElement, Integer, and_, case, cast, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from core.among import among
from core.calendar import LOCAL
from dossiers.appointment_models import Appointment, CounterPlan

_TAKING = ("booked", "arrived", "called", "done")


async def add(session: AsyncSession, row: Appointment | CounterPlan) -> None:
    session.add(row)
    await session.flush()


async def plan_by_id(session: AsyncSession, plan_id: str, *, lock: bool = False) -> CounterPlan | None:
    query = select(CounterPlan).where(CounterPlan.id == plan_id)
    return await session.scalar(query.with_for_update() if lock else query)


async def plans_of(
    session: AsyncSession, units: Collection[str], *, limit: int | None = None
) -> Sequence[CounterPlan]:
    """Plans in use of these units (by name)."""
    query = select(CounterPlan).where(among(CounterPlan.unit, units), CounterPlan.active.is_(True))
    query = query.order_by(CounterPlan.unit, CounterPlan.counter).limit(limit)
    return (await session.scalars(query)).all()


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


async def on_day(
    session: AsyncSession,
    units: Collection[str],
    day: date,
    *,
    limit: int,
    after: tuple[datetime, str] | None = None,
) -> Sequence[Appointment]:
    """Of one day by time. ``after``: start and id of the last one seen."""
    query = select(Appointment).where(*_within(units, day, day))
    if after is not None:
        query = query.where(tuple_(Appointment.starts_at, Appointment.id) > after)
    query = query.order_by(Appointment.starts_at, Appointment.id).limit(limit)
    return (await session.scalars(query)).all()


async def count_expected(session: AsyncSession, units: Collection[str], day: date) -> int:
    """How many are still to come or to be called on a day."""
    query = select(func.count()).where(
        *_within(units, day, day), Appointment.status.in_(("booked", "arrived"))
    )
    return await session.scalar(query) or 0


async def waits(
    session: AsyncSession, units: Collection[str], start: date, end: date
) -> tuple[dict[int, int], int]:
    """How many people waited how many minutes, the last one counted whole; and how many did not come."""
    waited = and_(Appointment.arrived_at.is_not(None), Appointment.called_at.is_not(None))
    absent = Appointment.status == "no_show"
    minutes = case((waited, _minutes(session)))
    rows = await session.execute(
        select(minutes, func.count().filter(waited), func.count().filter(absent))
        .where(*_within(units, start, end), or_(waited, absent))
        .group_by(minutes)
    )
    found = [(minute, int(people), int(missing)) for minute, people, missing in rows]
    return (
        {int(minute): people for minute, people, _ in found if people},
        sum(missing for _, _, missing in found),
    )


def _within(units: Collection[str], start: date, end: date) -> tuple[ColumnElement[bool], ...]:
    return (
        among(Appointment.unit, units),
        Appointment.starts_at >= datetime.combine(start, time(), LOCAL),
        Appointment.starts_at < datetime.combine(end + timedelta(days=1), time(), LOCAL),
    )


def _minutes(session: AsyncSession) -> ColumnElement[int]:
    called, arrived = (_seconds(session, at) for at in (Appointment.called_at, Appointment.arrived_at))
    return case((called < arrived, 0), else_=(called - arrived + 59) // 60)


def _seconds(session: AsyncSession, at: InstrumentedAttribute[datetime | None]) -> ColumnElement[int]:
    """Since 1970."""
    if session.get_bind().dialect.name == "sqlite":
        return cast(func.strftime("%s", at), Integer)
    return cast(func.extract("epoch", at), BigInteger)
