"""A place at a counter: opened by the office, taken by a citizen, kept, missed or given back."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from core.calendar import LOCAL, WorkingCalendar
from core.database import Database
from core.events import Event
from dossiers import appointments
from dossiers.appointment_models import Appointment
from dossiers.appointments import AppointmentProblem, waits_of
from dossiers.happenings import APPOINTMENT_BOOKED, APPOINTMENT_CANCELLED
from gateway.public.appointments import appointments_router
from gateway.public.assets import Assets
from gateway.public.pages import Pages
from gateway.public.site import Site
from people.citizen_models import Consent
from people.models import Role
from tests.gateway.asgi import Answer, call
from tests.gateway.console.conftest import Browser, Clock, hire

PLAN = {
    "unit": "UBND phường A",
    "counter": "quầy số 3",
    "opens": "07:30",
    "closes": "09:00",
    "minutes": "30",
    "places": "1",
    **dict.fromkeys(("d1", "d2", "d3", "d4", "d5"), "on"),
}


@pytest.fixture
def citizen(database: Database, clock: Clock):
    app = FastAPI()
    app.include_router(
        appointments_router(
            Pages(Assets(), Site(sample=True)), database, calendar=WorkingCalendar, clock=clock
        )
    )

    async def ask(method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        kind = {"content-type": "application/x-www-form-urlencoded"} if form else {}
        return await call(app, method, path, body=urlencode(form or {}).encode(), headers=kind)

    return ask


@pytest.fixture
async def officer(browser: Browser, database: Database) -> Browser:
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    await browser.get("/console/hen-gio")
    await browser.post("/console/hen-gio/quay", PLAN)
    assert browser.status == 303
    return browser


def slots(answer: Answer) -> list[str]:
    return re.findall(r'name="slot" value="([^"]+)"', answer.body.decode().replace("&#43;", "+"))


async def test_a_citizen_takes_a_place_the_office_keeps_the_day_and_measures_the_wait(
    citizen, officer: Browser, database: Database, clock: Clock
) -> None:
    page = await citizen("GET", "/hen?don_vi=UBND+ph%C6%B0%E1%BB%9Dng+A")
    assert len(slots(page)) == 3
    first = slots(page)[0]
    assert "2026-11-27T07:30" in first, "today's hours are over"
    form = {"don_vi": "UBND phường A", "slot": first, "phone": "0900000001", "remind": "1"}
    booked = await citizen("POST", "/hen", form)
    assert booked.status == 303
    code = booked.headers["location"].split("ma=")[1][:6]
    assert "7 giờ 30" in (await citizen("GET", f"/hen?ma={code}")).body.decode()
    assert first not in slots(await citizen("GET", "/hen?ngay=2026-11-27"))
    async with database.reading() as session:
        event = await session.scalar(select(Event).where(Event.type == APPOINTMENT_BOOKED))
        assert event is not None
        assert event.body["phone"] == "+84900000001"
        assert await session.scalar(select(Consent)) is not None

    page = await officer.get("/console/hen-gio?ngay=2026-11-27")
    assert code in page
    assert "900000001" not in page
    row = re.search(r'action="/console/hen-gio/(\w+)/den"', page)
    assert row
    clock.now = datetime(2026, 11, 27, 7, 20, tzinfo=LOCAL)
    officer = Browser(officer.app)
    await officer.sign_in("sang", await hire(database, "sang", Role.OFFICER))
    await officer.get("/console/hen-gio?ngay=2026-11-27")
    await officer.post(f"/console/hen-gio/{row[1]}/den", {})
    clock.now += timedelta(minutes=12)
    await officer.get("/console/hen-gio?ngay=2026-11-27")
    await officer.post(f"/console/hen-gio/{row[1]}/goi", {})
    page = await officer.get("/console/hen-gio?ngay=2026-11-27")
    assert "<b>12</b> phút" in page
    assert "1 lượt chờ không quá 15 phút" in page
    page = await officer.post(f"/console/hen-gio/{row[1]}/vang", {})
    assert officer.status == 409


async def test_a_place_given_back_is_free_again_and_its_reminder_is_called_off(
    citizen, officer: Browser, database: Database
) -> None:
    first = slots(await citizen("GET", "/hen"))[0]
    booked = await citizen("POST", "/hen", {"don_vi": "UBND phường A", "slot": first})
    code = booked.headers["location"].split("ma=")[1][:6]
    await citizen("POST", f"/hen/{code}/huy", {"x": "1"})
    assert "Đã hủy" in (await citizen("GET", f"/hen?ma={code}")).body.decode()
    assert first in slots(await citizen("GET", "/hen"))
    async with database.reading() as session:
        assert await session.scalar(select(Event).where(Event.type == APPOINTMENT_CANCELLED))


async def test_the_last_place_goes_to_one_of_two_who_press_at_once(
    citizen, officer: Browser, database: Database
) -> None:
    first = slots(await citizen("GET", "/hen"))[0]
    form = {"don_vi": "UBND phường A", "slot": first}
    answers = await asyncio.gather(*(citizen("POST", "/hen", form) for _ in range(4)))
    assert sorted(answer.status for answer in answers) == [303, 409, 409, 409]
    async with database.reading() as session:
        assert len((await session.scalars(select(Appointment))).all()) == 1


async def test_one_phone_holds_three_places_at_most(
    officer: Browser, database: Database, clock: Clock
) -> None:
    async with database.writing() as session:
        plan = (await appointments.repository.plans_of(session, ["UBND phường A"]))[0]
        for number in range(4):
            day = datetime(2026, 11, 27, 7, 30, tzinfo=LOCAL) + timedelta(minutes=30 * (number % 3))
            day += timedelta(days=3 if number == 3 else 0)
            work = appointments.book(
                session, plan_id=plan.id, starts_at=day, service=None, phone="+84900000001",
                calendar=WorkingCalendar(), now=clock(),
            )  # fmt: skip
            if number < 3:
                await work
            else:
                with pytest.raises(AppointmentProblem, match="đã có ba lịch hẹn"):
                    await work


async def test_without_open_hours_the_page_says_where_to_go(citizen) -> None:
    page = (await citizen("GET", "/hen")).body.decode()
    assert "Chưa nhận hẹn giờ" in page


async def test_another_ward_does_not_touch_the_hours_of_this_one(
    officer: Browser, database: Database
) -> None:
    other = Browser(officer.app)
    await other.sign_in("canbo.b", await hire(database, "canbo.b", Role.OFFICER, "phuong-b"))
    page = await officer.get("/console/hen-gio")
    plan = re.search(r"/console/hen-gio/quay/(\w+)/dung", page)
    assert plan
    await other.get("/console/hen-gio")
    await other.post(f"/console/hen-gio/quay/{plan[1]}/dung", {})
    assert other.status == 404
    await other.get("/console/hen-gio")
    await other.post("/console/hen-gio/quay", PLAN)
    assert other.status == 404


def test_nobody_called_says_nothing_of_waiting() -> None:
    assert waits_of({}, 0).middle is None
