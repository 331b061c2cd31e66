"""What waits on the desks of the sample city: questions asked in vain, and hours that can be booked."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import unanswered
from conversations.models import Conversation, UnansweredReason
from core.calendar import LOCAL, WorkingCalendar, local_day
from dossiers import appointment_repository, appointments
from dossiers.appointment_models import CounterPlan

_UNIT = "UBND phường Quy Nhơn"
_ASKED = (
    ("webchat", "bế cháu đi cùng ra quầy được không"),
    ("zalo", "có được bế cháu đi cùng ra quầy không vậy"),
    ("webchat", "phường có chỗ giữ xe bò không"),
)
_COUNTERS = (("Quầy số 2", "Chứng thực, sao y"), ("Quầy số 3", None))


async def plant_desk(session: AsyncSession, calendar: WorkingCalendar, *, now: datetime) -> None:
    for number, (channel, question) in enumerate(_ASKED):
        talk = Conversation(channel=channel, key_hash=f"sample-{number}")
        session.add(talk)
        await session.flush()
        await unanswered.keep(
            session, talk, UnansweredReason.FALLBACK, question, {}, before=["dạ cho hỏi"], now=now
        )
    for counter, service in _COUNTERS:
        plan = CounterPlan(
            unit=_UNIT,
            counter=counter,
            service=service,
            weekdays="12345",
            opens=time(7, 30),
            closes=time(11),
            minutes=30,
            places=2,
            active=True,
            created_at=now,
        )
        await appointment_repository.add(session, plan)
    day = calendar.next_working_day(local_day(now))
    await appointments.book(
        session,
        plan_id=plan.id,
        starts_at=datetime.combine(day, time(8), LOCAL) + timedelta(minutes=30),
        service="Đăng ký khai sinh",
        phone=None,
        calendar=calendar,
        now=now,
    )
