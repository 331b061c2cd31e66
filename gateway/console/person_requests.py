"""What citizens ask about their own data: written down, answered, done with the law's days, proved."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import WorkingCalendar, local_day
from core.text.spell import spell_date
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import SIZE, place_of, sheet
from gateway.console.person_copy import readable
from gateway.person_desk import PersonDesk
from people import person_request_repository, person_requests, unit_repository
from people.desk import NoContact, contact_hash
from people.permissions import Permission
from people.person_requests import PersonRequest, Proved, RequestProblem, RequestStatus, RequestTerms, Wish

HOME = "/console/du-lieu-ca-nhan"
WISHES = {
    Wish.ACCESS: "Xem, nhận bản sao",
    Wish.CORRECT: "Sửa số điện thoại, họ tên",
    Wish.WITHDRAW: "Rút mọi đồng ý",
    Wish.ERASE: "Xóa",
}
PROOFS = {
    Proved.PAPERS: "Đối chiếu giấy tờ tại quầy",
    Proved.CALLED_BACK: "Gọi lại đúng số đó và người nghe xác nhận",
    Proved.CERTIFIED: "Văn bản có chứng thực",
}
STATES = {
    RequestStatus.OPEN: "Đang làm",
    RequestStatus.DONE: "Đã làm xong",
    RequestStatus.REFUSED: "Không làm được, đã nói lý do",
}


def person_requests_router(
    pages: ConsolePages,
    door: Door,
    calendar: Callable[[], WorkingCalendar],
    terms: Callable[[], RequestTerms],
) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.PERSON_REQUESTS))
    desk = PersonDesk(door.database, clock=door.clock)

    async def listing(
        request: Request,
        at: AtConsole,
        *,
        done: bool = False,
        sau: str = "",
        trouble: str | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        codes = at.actor.units_for(Permission.PERSON_REQUESTS)
        after = place_of(sau, datetime.fromisoformat if done else date.fromisoformat, str)
        async with door.database.reading() as session:
            rows = await person_request_repository.in_units(
                session, codes, done=done, limit=SIZE + 1, after=after
            )
            units = [one for one in await unit_repository.all_units(session) if one.code in codes]
        found = sheet(rows, lambda row: (row.done_at if done else row.due_on, row.id))
        return pages.page(
            request, "person_requests.html", at, status=422 if trouble else 200, rows=found.rows, done=done,
            after=found.after, later=after is not None, units=units, trouble=trouble, typed=typed or {},
            today=local_day(door.clock()), spell=spell_date,
            wishes=WISHES, proofs=PROOFS, states=STATES,
        )  # fmt: skip

    @router.get("")
    async def show(request: Request, xong: bool = False, sau: str = "", at: AtConsole = allowed) -> Response:
        return await listing(request, at, done=xong, sau=sau)

    @router.post("")
    async def record(
        request: Request,
        wish: str = Form(""),
        contact: str = Form(""),
        unit: str = Form(""),
        proved: str = Form(""),
        reference: str = Form(""),
        at: AtConsole = allowed,
    ) -> Response:
        try:
            if wish not in Wish or proved not in Proved:
                raise RequestProblem("Chọn người dân yêu cầu gì, và đã xác minh bằng cách nào.")
            if not unit or not at.actor.may(Permission.PERSON_REQUESTS, unit):
                raise RequestProblem("Chọn đơn vị nhận yêu cầu.")
            found, safe = contact_hash(contact)
            async with door.database.writing() as session:
                row = await person_requests.record(
                    session,
                    wish=Wish(wish),
                    contact=contact,
                    contact_hash=found,
                    contact_shown=safe,
                    unit=unit,
                    proved=Proved(proved),
                    reference=reference,
                    by=at.actor.username,
                    now=door.clock(),
                    calendar=calendar(),
                    terms=terms(),
                )
                await _note(session, at, "record", row)
        except (RequestProblem, NoContact) as error:
            typed = {"wish": wish, "contact": contact, "proved": proved, "reference": reference, "unit": unit}
            return await listing(request, at, trouble=str(error), typed=typed)
        return RedirectResponse(f"{HOME}/{row.id}", 303)

    async def found(session: AsyncSession, request_id: str, at: AtConsole) -> PersonRequest:
        row = await person_request_repository.by_id(session, request_id)
        if row is None or row.unit not in at.actor.units_for(Permission.PERSON_REQUESTS):
            raise HTTPException(404)
        return row

    async def one(
        request: Request, request_id: str, at: AtConsole, *, trouble: str | None = None, typed: str = ""
    ) -> Response:
        async with door.database.reading() as session:
            row = await found(session, request_id, at)
        return pages.page(
            request, "person_request.html", at, status=422 if trouble else 200, row=row, trouble=trouble,
            typed=typed, today=local_day(door.clock()), spell=spell_date, wishes=WISHES, proofs=PROOFS,
            states=STATES, may_carry_out=at.actor.may(Permission.PERSON_CARRY_OUT, row.unit),
            needs_second=row.wish == Wish.ERASE and row.recorded_by == at.actor.username,
        )  # fmt: skip

    @router.get("/{request_id}")
    async def read(request: Request, request_id: str, at: AtConsole = allowed) -> Response:
        return await one(request, request_id, at)

    carries_out = Depends(door.require(Permission.PERSON_CARRY_OUT))

    async def taken_in_hand(request_id: str, at: AtConsole) -> PersonRequest:
        """An open request that this person may carry out, in a unit of theirs."""
        async with door.database.reading() as session:
            row = await found(session, request_id, at)
        if not at.actor.may(Permission.PERSON_CARRY_OUT, row.unit):
            raise HTTPException(404)
        person_requests.may_carry_out(row, at.actor.username)
        return row

    @router.post("/{request_id}/ban-sao")
    async def copy(
        request: Request, request_id: str, tep: bool = Form(False), at: AtConsole = carries_out
    ) -> Response:
        """Everything that is held, to print or as a file; it is written down each time it is looked at."""
        try:
            row = await taken_in_hand(request_id, at)
        except RequestProblem as error:
            return await one(request, request_id, at, trouble=str(error))
        if row.wish != Wish.ACCESS:
            raise HTTPException(404)
        held = await desk.export(row.contact or "", by=at.actor.username, reason=row.reference)
        if tep:
            headers = {
                "Content-Disposition": f'attachment; filename="du-lieu-{row.id}.json"',
                "Cache-Control": "no-store",
            }
            body = json.dumps(held, ensure_ascii=False, indent=1, default=_plain)
            return Response(body, media_type="application/json", headers=headers)
        return pages.page(request, "person_copy.html", at, row=row, sections=readable(held))

    @router.post("/{request_id}/lam")
    async def carry_out(
        request: Request,
        request_id: str,
        told: str = Form(""),
        new_phone: str = Form(""),
        name: str = Form(""),
        at: AtConsole = carries_out,
    ) -> Response:
        """Do what was asked for with the same hands as the commands, then close it with the proof."""
        by = at.actor.username
        try:
            row = await taken_in_hand(request_id, at)
            if len(told.strip()) < 5:
                raise RequestProblem(
                    "Ghi sẽ báo người yêu cầu bằng cách nào, ví dụ: trao tận tay, có ký nhận."
                )
            counts, kept = await _do(desk, row, by=by, new_phone=new_phone, name=name)
            async with door.database.writing() as session:
                row = await found(session, request_id, at)
                person_requests.finish(row, told=told, by=by, now=door.clock(), counts=counts, kept=kept)
                await _note(session, at, "done", row)
        except (RequestProblem, NoContact) as error:
            return await one(request, request_id, at, trouble=str(error), typed=told)
        return RedirectResponse(f"{HOME}/{request_id}", 303)

    @router.post("/{request_id}/{step}")
    async def act(
        request: Request, request_id: str, step: str, why: str = Form(""), at: AtConsole = allowed
    ) -> Response:
        try:
            async with door.database.writing() as session:
                row = await found(session, request_id, at)
                match step:
                    case "da-tra-loi":
                        person_requests.answer(row, by=at.actor.username, now=door.clock())
                    case "gia-han":
                        person_requests.extend(row, why=why, terms=terms())
                    case "khong-lam":
                        person_requests.refuse(row, why=why, by=at.actor.username, now=door.clock())
                    case _:
                        raise HTTPException(404)
                await _note(session, at, step, row)
        except RequestProblem as error:
            return await one(request, request_id, at, trouble=str(error), typed=why)
        return RedirectResponse(f"{HOME}/{request_id}", 303)

    return router


async def _do(
    desk: PersonDesk, row: PersonRequest, *, by: str, new_phone: str, name: str
) -> tuple[dict[str, int], list[str]]:
    """How much was touched, and in words what stays. May be repeated: then there is nothing more to do."""
    contact, reason = row.contact or "", row.reference
    match Wish(row.wish):
        case Wish.ACCESS:
            return {}, []
        case Wish.CORRECT:
            if not new_phone.strip() and not name.strip():
                raise RequestProblem("Ghi số đúng hoặc họ tên đúng.")
            codes = await desk.correct(
                contact, new_phone=new_phone.strip() or None, name=name.strip() or None, by=by, reason=reason
            )
            return {"dossiers": len(codes)}, []
        case Wish.WITHDRAW:
            return {"purposes": len(await desk.withdraw(contact, by=by, reason=reason))}, []
        case Wish.ERASE:
            done = await desk.erase(contact, by=by, reason=reason)
            return dict(done.counts), list(done.kept)


async def _note(session: AsyncSession, at: AtConsole, step: str, row: PersonRequest) -> None:
    await at.note(session, f"person_request.{step}", f"person_request:{row.id}", reason=row.reference)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
