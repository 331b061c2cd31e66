"""The day's appointments at the counters, the hours that can be booked, and how long people waited."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from core.calendar import local_day
from core.phones import shown
from core.text.spell import spell_date
from dossiers import appointment_repository as repository
from dossiers import appointments
from dossiers.appointment_models import CounterPlan
from dossiers.appointments import AppointmentProblem, AppointmentStatus
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import SIZE, place_of, sheet
from gateway.console.units import seen_units
from people import unit_repository
from people.permissions import Permission

HOME = "/console/hen-gio"
STATUS_WORDS = {
    AppointmentStatus.BOOKED: "Đã hẹn",
    AppointmentStatus.ARRIVED: "Đã đến, đang chờ",
    AppointmentStatus.CALLED: "Đang làm",
    AppointmentStatus.DONE: "Xong",
    AppointmentStatus.NO_SHOW: "Không đến",
    AppointmentStatus.CANCELLED: "Đã hủy",
}
WEEKDAYS = ("Hai", "Ba", "Tư", "Năm", "Sáu", "Bảy")
_MEASURED = timedelta(days=30)
_PLANS = 60
_STEPS = {
    "den": AppointmentStatus.ARRIVED,
    "goi": AppointmentStatus.CALLED,
    "xong": AppointmentStatus.DONE,
    "vang": AppointmentStatus.NO_SHOW,
    "huy": AppointmentStatus.CANCELLED,
    "lai": AppointmentStatus.BOOKED,
}


def appointments_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.APPOINTMENTS))

    async def listing(
        request: Request,
        at: AtConsole,
        day: date | None = None,
        *,
        unit: str = "",
        sau: str = "",
        trouble: str | None = None,
    ) -> Response:
        today = local_day(door.clock())
        day = day or today
        units = seen_units(at, Permission.APPOINTMENTS)
        codes = at.actor.units_for(Permission.APPOINTMENTS)
        after = place_of(sau, datetime.fromisoformat, str)
        async with door.database.reading() as session:
            names = [one.name for one in await unit_repository.all_units(session) if one.code in codes]
            chosen = unit if unit in names else ""
            looked_at = [chosen] if chosen else units
            rows = await repository.on_day(session, looked_at, day, limit=SIZE + 1, after=after)
            measured = await repository.waits(session, looked_at, today - _MEASURED, today)
            plans = await repository.plans_of(session, looked_at, limit=_PLANS + 1)
        found = sheet(rows, lambda row: (row.starts_at, row.id))
        return pages.page(
            request,
            "appointments.html",
            at,
            status=409 if trouble else 200,
            rows=[(row, shown(row.phone) if row.phone else "") for row in found.rows],
            after=found.after,
            later=after is not None,
            plans=plans[:_PLANS],
            more_plans=len(plans) > _PLANS,
            units=names,
            chosen=chosen,
            day=day,
            days=[
                (words, day + timedelta(days=step)) for words, step in (("Ngày trước", -1), ("Ngày sau", 1))
            ],
            waits=appointments.waits_of(*measured),
            trouble=trouble,
            status_words=STATUS_WORDS,
            weekdays=list(enumerate(WEEKDAYS, start=1)),
            spell=spell_date,
        )

    @router.get("")
    async def show(
        request: Request, ngay: str = "", don_vi: str = "", sau: str = "", at: AtConsole = allowed
    ) -> Response:
        return await listing(request, at, _day(ngay), unit=don_vi, sau=sau)

    @router.post("/quay")
    async def add_plan(
        request: Request,
        unit: str = Form(""),
        counter: str = Form(""),
        service: str = Form(""),
        opens: str = Form(""),
        closes: str = Form(""),
        minutes: int = Form(15),
        places: int = Form(1),
        at: AtConsole = allowed,
    ) -> Response:
        form = await request.form()
        weekdays = "".join(str(n) for n, _ in enumerate(WEEKDAYS, start=1) if f"d{n}" in form)
        try:
            first, last = time.fromisoformat(opens), time.fromisoformat(closes)
        except ValueError:
            return await listing(request, at, trouble="Ghi giờ mở và giờ đóng, dạng 7:30.")
        if not counter.strip() or not weekdays or first >= last:
            return await listing(
                request, at, trouble="Cần tên quầy, ít nhất một ngày trong tuần, giờ mở trước giờ đóng."
            )
        if not (5 <= minutes <= 120 and 1 <= places <= 20):
            return await listing(request, at, trouble="Mỗi lượt từ 5 đến 120 phút, mỗi giờ từ 1 đến 20 chỗ.")
        async with door.database.writing() as session:
            if unit not in seen_units(at, Permission.APPOINTMENTS):
                raise HTTPException(404)
            plan = CounterPlan(
                unit=unit, counter=counter.strip()[:60], service=service.strip()[:200] or None,
                weekdays=weekdays, opens=first, closes=last, minutes=minutes, places=places, active=True,
                created_at=door.clock(),
            )  # fmt: skip
            await repository.add(session, plan)
            await at.note(session, "appointment.plan", f"plan:{plan.id}")
        return RedirectResponse(HOME, 303)

    @router.post("/quay/{plan_id}/dung")
    async def end_plan(plan_id: str, at: AtConsole = allowed) -> Response:
        """No more bookings; who has a place keeps it."""
        async with door.database.writing() as session:
            plan = await repository.plan_by_id(session, plan_id, lock=True)
            if plan is None or plan.unit not in seen_units(at, Permission.APPOINTMENTS):
                raise HTTPException(404)
            plan.active = False
            await at.note(session, "appointment.plan_end", f"plan:{plan_id}")
        return RedirectResponse(HOME, 303)

    @router.post("/{appointment_id}/{step}")
    async def act(request: Request, appointment_id: str, step: str, at: AtConsole = allowed) -> Response:
        if step not in _STEPS:
            raise HTTPException(404)
        try:
            async with door.database.writing() as session:
                row = await repository.by_id(session, appointment_id)
                if row is None or row.unit not in seen_units(at, Permission.APPOINTMENTS):
                    raise HTTPException(404)
                await appointments.move(session, row, _STEPS[step], now=door.clock())
                day = local_day(row.starts_at)
                await at.note(session, f"appointment.{_STEPS[step]}", f"appointment:{appointment_id}")
        except AppointmentProblem as problem:
            return await listing(request, at, trouble=str(problem))
        return RedirectResponse(f"{HOME}?ngay={day}", 303)

    return router


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
