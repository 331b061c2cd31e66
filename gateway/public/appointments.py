"""``/hen``: a place at a counter, booked, looked at and cancelled without a name or any script."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from core.calendar import LOCAL, WorkingCalendar, local_day
from core.crypto import keyed_hash
from core.database import Database
from core.phones import read_phone
from core.text.spell import spell_date, spell_time
from dossiers import appointment_repository as repository
from dossiers import appointments
from dossiers.appointments import AppointmentProblem, AppointmentStatus, Slot, days_ahead, free_slots
from gateway.limits import PerMinute
from gateway.public.pages import Pages
from gateway.security import same_origin
from people.citizen_models import ConsentSource, Purpose
from people.consents import WORDS, record

HOME = "/hen"
_A_VISITOR, _ALL = 12, 300


def appointments_router(
    pages: Pages,
    database: Database,
    *,
    calendar: Callable[[], WorkingCalendar],
    clock: Callable[[], datetime],
    seconds: Callable[[], float] = time.monotonic,
) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    visitor, everybody = PerMinute(_A_VISITOR, seconds), PerMinute(_ALL, seconds)

    def admitted(request: Request) -> bool:
        host = request.client.host if request.client else ""
        return visitor.admits(host) and everybody.admits("")

    def page(request: Request, state: str, *, status: int = 200, **context: Any) -> Response:
        answer = pages.page(
            request,
            "appointment.html",
            status=status,
            private=True,
            state=state,
            spell=spell_date,
            hour=lambda at: spell_time(at.astimezone(LOCAL).time()),
            local_day=local_day,
            reminder=WORDS[(Purpose.REMINDER, True)],
            **context,
        )
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    async def choose(
        request: Request,
        unit: str,
        day: str,
        *,
        trouble: str | None = None,
        service: str = "",
        phone: str = "",
    ) -> Response:
        now = clock()
        days = days_ahead(calendar(), local_day(now))
        async with database.reading() as session:
            units = await repository.units_with_plans(session)
            unit = unit if unit in units else units[0] if len(units) == 1 else ""
            chosen = _day(day)
            slots: list[Slot] = []
            if unit:
                chosen = chosen if chosen in days else None
                for one in [chosen] if chosen else days:
                    slots = await free_slots(session, unit, one, calendar(), now)
                    chosen = one
                    if slots or day:
                        break
        return page(
            request,
            "choose" if units else "none",
            status=409 if trouble else 200,
            units=units,
            unit=unit,
            days=days,
            day=chosen,
            slots=slots,
            trouble=trouble,
            service=service,
            phone=phone,
        )

    @router.get(HOME)
    async def show(
        request: Request, don_vi: str = "", ngay: str = "", ma: str = "", xong: str = ""
    ) -> Response:
        code = ma.strip().upper()[:6]
        if not code:
            return await choose(request, don_vi, ngay)
        if not admitted(request):
            return page(request, "wait", status=429)
        async with database.reading() as session:
            row = await repository.by_code(session, code)
        if row is None:
            return page(request, "unknown", status=404)
        return page(request, "booked", row=row, done=xong, ahead=row.starts_at > clock())

    @router.post(HOME)
    async def book(
        request: Request,
        slot: str = Form(""),
        don_vi: str = Form(""),
        service: str = Form(""),
        phone: str = Form(""),
        remind: str = Form(""),
    ) -> Response:
        if not same_origin(request.headers.get("origin"), request.headers.get("host")):
            return await choose(request, don_vi, "", trouble="Mở lại trang này rồi chọn giờ.")
        plan_id, _, moment = slot.partition("@")
        day = moment[:10]

        async def again(trouble: str) -> Response:
            return await choose(request, don_vi, day, trouble=trouble, service=service, phone=phone)

        try:
            starts_at = datetime.fromisoformat(moment)
        except ValueError:
            return await again("Anh/chị chọn một giờ.")
        number = read_phone(phone).e164 if phone.strip() else None
        if phone.strip() and number is None:
            return await again("Số di động này không nhắn được: xem lại, hoặc để trống.")
        if not admitted(request):
            return await again("Xin chờ một phút rồi hẹn lại.")
        now = clock()
        try:
            async with database.writing() as session:
                if number and remind:
                    await record(
                        session,
                        [keyed_hash(number, "phone")],
                        Purpose.REMINDER,
                        granted=True,
                        source=ConsentSource.FORM,
                        now=now,
                    )
                row = await appointments.book(
                    session,
                    plan_id=plan_id,
                    starts_at=starts_at if starts_at.tzinfo else starts_at.replace(tzinfo=LOCAL),
                    service=" ".join(service.split())[:200] or None,
                    phone=number if remind else None,
                    calendar=calendar(),
                    now=now,
                )
        except AppointmentProblem as problem:
            return await again(str(problem))
        return RedirectResponse(f"{HOME}?ma={row.code}&xong=hen", 303)

    @router.post(HOME + "/{code}/huy")
    async def cancel(request: Request, code: str) -> Response:
        if not same_origin(request.headers.get("origin"), request.headers.get("host")):
            return page(request, "unknown", status=403)
        if not admitted(request):
            return page(request, "wait", status=429)
        try:
            async with database.writing() as session:
                row = await repository.by_code(session, code.upper()[:6], lock=True)
                if row is None:
                    return page(request, "unknown", status=404)
                await appointments.move(session, row, AppointmentStatus.CANCELLED, now=clock())
        except AppointmentProblem:
            return RedirectResponse(f"{HOME}?ma={code}", 303)
        return RedirectResponse(f"{HOME}?ma={code}&xong=huy", 303)

    return router


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
