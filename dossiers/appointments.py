"""Appointments at the counter: free slots, booking one, coming, not coming, and how long people waited."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL, WorkingCalendar, local_day
from core.crypto import keyed_hash
from core.events import publish
from core.text.receipt import new_receipt
from dossiers import appointment_repository as repository
from dossiers.appointment_models import Appointment, CounterPlan
from dossiers.happenings import APPOINTMENT_BOOKED, APPOINTMENT_CANCELLED

AHEAD_DAYS = 15
"""Working days ahead that can be booked."""
MOST_OF_ONE_PHONE = 3
NOTICE = timedelta(minutes=30)
"""A slot that begins sooner is not offered any more."""
WAITING_TARGETS = (15, 30)
"""Minutes: with an appointment, and at all (the city's plan for its one-stop centre)."""


class AppointmentStatus(StrEnum):
    BOOKED = "booked"
    ARRIVED = "arrived"
    CALLED = "called"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


TAKES_A_PLACE = (
    AppointmentStatus.BOOKED,
    AppointmentStatus.ARRIVED,
    AppointmentStatus.CALLED,
    AppointmentStatus.DONE,
)
_MAY: Mapping[AppointmentStatus, frozenset[AppointmentStatus]] = {
    AppointmentStatus.ARRIVED: frozenset({AppointmentStatus.BOOKED, AppointmentStatus.NO_SHOW}),
    AppointmentStatus.CALLED: frozenset({AppointmentStatus.ARRIVED}),
    AppointmentStatus.DONE: frozenset({AppointmentStatus.CALLED, AppointmentStatus.ARRIVED}),
    AppointmentStatus.NO_SHOW: frozenset({AppointmentStatus.BOOKED}),
    AppointmentStatus.CANCELLED: frozenset({AppointmentStatus.BOOKED}),
    # Undo of a wrong press.
    AppointmentStatus.BOOKED: frozenset({AppointmentStatus.ARRIVED, AppointmentStatus.NO_SHOW}),
}


class AppointmentProblem(ValueError):
    """What cannot be done, in words for whoever asked."""


@dataclass(frozen=True)
class Slot:
    plan_id: str
    counter: str
    service: str | None
    starts_at: datetime
    left: int


def slots_of(
    plans: Collection[CounterPlan],
    taken: Mapping[tuple[str, datetime], int],
    day: date,
    calendar: WorkingCalendar,
    now: datetime,
) -> list[Slot]:
    """What is still free on a day, by time. ``taken``: how many have a place, by plan and start."""
    if not calendar.is_working_day(day):
        return []
    found = []
    for plan in plans:
        if str(day.isoweekday()) not in plan.weekdays:
            continue
        start, end = (datetime.combine(day, moment, LOCAL) for moment in (plan.opens, plan.closes))
        while start + timedelta(minutes=plan.minutes) <= end:
            left = plan.places - taken.get((plan.id, start), 0)
            if left > 0 and start >= now + NOTICE:
                found.append(Slot(plan.id, plan.counter, plan.service, start, left))
            start += timedelta(minutes=plan.minutes)
    return sorted(found, key=lambda slot: (slot.starts_at, slot.counter))


async def free_slots(
    session: AsyncSession, unit: str, day: date, calendar: WorkingCalendar, now: datetime
) -> list[Slot]:
    plans = await repository.plans_of(session, [unit])
    taken = await repository.taken(session, [plan.id for plan in plans], day)
    return slots_of(plans, taken, day, calendar, now)


def days_ahead(calendar: WorkingCalendar, today: date) -> list[date]:
    """The days that can be booked."""
    first = today if calendar.is_working_day(today) else calendar.next_working_day(today)
    days = [first]
    while len(days) < AHEAD_DAYS:
        days.append(calendar.next_working_day(days[-1]))
    return days


async def book(
    session: AsyncSession,
    *,
    plan_id: str,
    starts_at: datetime,
    service: str | None,
    phone: str | None,
    calendar: WorkingCalendar,
    now: datetime,
) -> Appointment:
    """Take a place, or say why not. The plan is locked: the last place goes to one person only."""
    plan = await repository.plan_by_id(session, plan_id, lock=True)
    if plan is None or not plan.active:
        raise AppointmentProblem("Quầy này không nhận hẹn nữa: chọn quầy khác.")
    day = local_day(starts_at)
    if day not in days_ahead(calendar, local_day(now)):
        raise AppointmentProblem("Ngày này không nhận hẹn: chọn ngày khác.")
    taken = await repository.taken(session, [plan.id], day)
    slots = slots_of([plan], taken, day, calendar, now)
    if starts_at.astimezone(LOCAL) not in {slot.starts_at for slot in slots}:
        raise AppointmentProblem("Giờ này vừa có người khác lấy hết: chọn giờ khác.")
    phone_hash = keyed_hash(phone, "phone") if phone else None
    if phone_hash and await repository.count_ahead(session, phone_hash, now) >= MOST_OF_ONE_PHONE:
        raise AppointmentProblem("Số điện thoại này đã có ba lịch hẹn sắp tới: hủy bớt rồi hẹn thêm.")
    code = new_receipt()
    while await repository.by_code(session, code):
        code = new_receipt()
    row = Appointment(
        code=code,
        plan_id=plan.id,
        unit=plan.unit,
        counter=plan.counter,
        service=service or plan.service,
        starts_at=starts_at,
        phone=phone,
        phone_hash=phone_hash,
        status=AppointmentStatus.BOOKED,
        booked_at=now,
    )
    await repository.add(session, row)
    await publish(
        session,
        type=APPOINTMENT_BOOKED,
        subject=code,
        body={
            "appointment_id": row.id,
            "code": code,
            "unit": row.unit,
            "counter": row.counter,
            "starts_at": starts_at.astimezone(LOCAL).isoformat(),
            "phone": phone,
            "conversation_id": None,
            "service": row.service,
        },
        external_id=f"appointment:{row.id}",
        occurred_at=now,
    )
    return row


async def move(session: AsyncSession, row: Appointment, to: AppointmentStatus, *, now: datetime) -> None:
    """The next state. Raises AppointmentProblem where it does not follow from where it stands."""
    if AppointmentStatus(row.status) not in _MAY[to]:
        raise AppointmentProblem("Lịch hẹn này vừa đổi trạng thái: xem lại.")
    row.status = to
    match to:
        case AppointmentStatus.ARRIVED:
            row.arrived_at = now
        case AppointmentStatus.CALLED:
            row.called_at = now
        case AppointmentStatus.BOOKED:
            row.arrived_at = row.ended_at = None
        case _:
            row.ended_at = now
    if to is AppointmentStatus.CANCELLED:
        await publish(
            session,
            type=APPOINTMENT_CANCELLED,
            subject=row.code,
            body={"appointment_id": row.id},
            external_id=f"appointment-off:{row.id}",
            occurred_at=now,
        )


@dataclass(frozen=True)
class Waits:
    """Of people who were called: how many, the middle of their minutes, and how many within each target."""

    people: int
    middle: float | None
    within: tuple[tuple[int, int], ...]
    no_shows: int


def waits_of(minutes: Mapping[int, int], no_shows: int) -> Waits:
    """``minutes``: how many waited so many."""
    people = sum(minutes.values())
    within = tuple(
        (target, sum(count for waited, count in minutes.items() if waited <= target))
        for target in WAITING_TARGETS
    )
    return Waits(people, _middle(minutes, people) if people else None, within, no_shows)


def _middle(minutes: Mapping[int, int], people: int) -> float:
    seen, found = 0, []
    for waited, count in sorted(minutes.items()):
        found += [waited for place in ((people - 1) // 2, people // 2) if seen <= place < seen + count]
        seen += count
    return sum(found) / len(found)
