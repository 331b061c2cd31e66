"""Reflections and complaints: taken in hand, passed on, answered, shown without names, counted, exported."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import notices
from core.calendar import LOCAL, WorkingCalendar, local_day
from core.database import new_id
from core.message import OutboundMessage
from core.text.mask import mask_personal
from core.text.spell import spell_date
from dossiers import complaint_desk, complaint_repository, photo_repository
from dossiers.complaint_desk import ComplaintProblem, Hidden, Reader
from dossiers.complaint_terms import ComplaintKind, ComplaintTerms
from dossiers.complaints import ComplaintStatus
from dossiers.models import Complaint
from dossiers.photo import MEDIA_TYPE
from feedback.report_text import spell_held
from feedback.targets import Measure, Target
from gateway.console.complaint_figures import KIND_WORDS, STATUS_WORDS, as_csv, share_of, yardsticks
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import SIZE, place_of, sheet
from gateway.console.units import seen_units
from gateway.opinion import OpinionContent
from people import accounts_repository
from people.permissions import Permission

HOME = "/console/phan-anh"
CATEGORIES = (
    "Thái độ phục vụ",
    "Trễ hẹn",
    "Giấy tờ, hướng dẫn",
    "Phí, lệ phí",
    "Cơ sở vật chất, xếp hàng",
    "Dịch vụ công trực tuyến",
    "Hạ tầng, môi trường, trật tự",
    "Việc khác",
)
_MOST = 5000


def complaints_router(
    pages: ConsolePages,
    door: Door,
    calendar: Callable[[], WorkingCalendar],
    terms: Callable[[], ComplaintTerms],
    standards: Callable[[], OpinionContent] | None = None,
) -> APIRouter:
    """``standards``: the targets on file and which city a unit belongs to."""
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.COMPLAINTS))

    def today() -> date:
        return local_day(door.clock())

    def reader(at: AtConsole) -> Reader:
        units = seen_units(at, Permission.COMPLAINTS)
        return Reader(at.actor.staff_id, at.actor.display_name, units)

    @router.get("")
    async def listing(
        request: Request,
        tu: str = "",
        den: str = "",
        tat_ca: bool = False,
        sau: str = "",
        at: AtConsole = allowed,
    ) -> Response:
        start, end = _span(tu, den, today())
        first, beyond = _moments(start, end)
        who = reader(at)
        async with door.database.reading() as session:
            found = await complaint_repository.figures(
                session, first, beyond, units=who.units, not_about=who.staff_id, today=today()
            )
            if tat_ca:
                after = place_of(sau, datetime.fromisoformat, str)
                rows = await complaint_repository.received_between(
                    session, first, beyond, units=who.units, limit=SIZE + 1, after=after
                )
                shown = sheet(rows, lambda row: (row.created_at, row.id))
            else:
                after = place_of(sau, date.fromisoformat, str)
                rows = await complaint_desk.waiting(session, who, limit=SIZE + 1, after=after)
                shown = sheet(rows, lambda row: (row.due_on, row.id))

        def against(measure: Measure) -> Sequence[Target]:
            return yardsticks(standards(), who.units, measure, end) if standards else ()

        return pages.page(
            request,
            "complaints.html",
            at,
            rows=complaint_desk.readable(shown.rows, who),
            after=shown.after,
            later=after is not None,
            asked={"tu": start, "den": end} | ({"tat_ca": 1} if tat_ca else {}),
            everything=tat_ca,
            start=start,
            end=end,
            today=today(),
            figures=found,
            on_time=share_of(found.on_time, found.counted, against(Measure.REFLECTIONS_ON_TIME)),
            satisfied=share_of(found.satisfied, found.rated, against(Measure.COMPLAINT_SATISFACTION)),
            spell_held=spell_held,
            kind_words=KIND_WORDS,
            status_words=STATUS_WORDS,
            spell=spell_date,
        )

    @router.get("/xuat.csv")
    async def export(tu: str = "", den: str = "", at: AtConsole = allowed) -> Response:
        """For the 1022 desk: no phone, no name; a cell never starts a formula."""
        start, end = _span(tu, den, today())
        who = reader(at)
        async with door.database.reading() as session:
            rows = await complaint_repository.received_between(
                session, *_moments(start, end), units=who.units, limit=_MOST
            )
        async with door.database.writing() as session:
            await at.note(session, "complaints.export", f"{start.isoformat()}..{end.isoformat()}")
        headers = {
            "Content-Disposition": f'attachment; filename="phan-anh-{start}-{end}.csv"',
            "Cache-Control": "no-store",
        }
        body = as_csv(complaint_desk.readable(rows, who))
        return Response(body, media_type="text/csv; charset=utf-8", headers=headers)

    async def one(
        request: Request, complaint_id: str, at: AtConsole, *, trouble: str | None = None, typed: str = ""
    ) -> Response:
        try:
            async with door.database.reading() as session:
                row = await complaint_desk.complaint_for(session, complaint_id, reader(at), lock=False)
                photos = await photo_repository.photos_of(session, complaint_id)
                staff = (
                    await accounts_repository.staff_of_unit(session, row.unit, today()) if row.unit else []
                )
            async with door.database.writing() as session:
                await at.note(session, "complaint.read", f"complaint:{complaint_id}")
        except Hidden:
            raise HTTPException(404) from None
        return pages.page(
            request,
            "complaint.html",
            at,
            status=422 if trouble else 200,
            row=row,
            text=mask_personal(row.text),
            staff=[one for one in staff if one.id != at.actor.staff_id],
            photos=photos,
            today=today(),
            trouble=trouble,
            typed=typed,
            categories=CATEGORIES,
            kind_words=KIND_WORDS,
            status_words=STATUS_WORDS,
            spell=spell_date,
            is_open=row.status == ComplaintStatus.RECEIVED,
        )

    @router.get("/{complaint_id}")
    async def read(request: Request, complaint_id: str, at: AtConsole = allowed) -> Response:
        return await one(request, complaint_id, at)

    @router.get("/{complaint_id}/anh/{photo_id}")
    async def photo(complaint_id: str, photo_id: str, at: AtConsole = allowed) -> Response:
        """Shown to who may read the complaint; every look is on record."""
        try:
            async with door.database.writing() as session:
                await complaint_desk.complaint_for(session, complaint_id, reader(at))
                found = await photo_repository.photo(session, complaint_id, photo_id)
                if found is None:
                    raise Hidden
                await at.note(session, "complaint.photo", f"complaint:{complaint_id}")
        except Hidden:
            raise HTTPException(404) from None
        return Response(found, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})

    @router.post("/{complaint_id}/{step}")
    async def act(
        request: Request,
        complaint_id: str,
        step: str,
        category: str = Form(""),
        about_staff: str = Form(""),
        is_complex: bool = Form(False),
        to: str = Form(""),
        text: str = Form(""),
        question: str = Form(""),
        reply: str = Form(""),
        at: AtConsole = allowed,
    ) -> Response:
        now = door.clock()
        try:
            async with door.database.writing() as session:
                row = await complaint_desk.complaint_for(session, complaint_id, reader(at))
                match step:
                    case "xep":
                        complaint_desk.sort_out(
                            row,
                            kind=ComplaintKind(row.kind),
                            category=category,
                            about_staff=about_staff,
                            is_complex=is_complex,
                            calendar=calendar(),
                            terms=terms(),
                        )
                    case "chuyen":
                        await complaint_desk.forward(session, row, to=to, note=text, now=now)
                    case "tra-loi":
                        await complaint_desk.answer(session, row, text=text, now=now)
                    case "to-cao":
                        await complaint_desk.redirect(session, row, now=now)
                    case "cong-khai":
                        complaint_desk.show_in_public(row, question=question, reply=reply, now=now)
                    case _:
                        raise HTTPException(404)
                if step in ("chuyen", "tra-loi", "to-cao"):
                    await _say_in_chat(session, row, now)
                await at.note(session, f"complaint.{step}", f"complaint:{complaint_id}")
        except Hidden:
            raise HTTPException(404) from None
        except ComplaintProblem as error:
            return await one(request, complaint_id, at, trouble=str(error), typed=text)
        leaves = step == "xep" and about_staff == at.actor.staff_id
        return RedirectResponse(HOME if leaves else f"{HOME}/{complaint_id}", 303)

    return router


async def _say_in_chat(session: AsyncSession, row: Complaint, now: datetime) -> None:
    """Where it was written in a chat, the answer stands in that chat."""
    if row.conversation_id is None:
        return
    text = f"Về phản ánh mã {row.receipt_code} của anh/chị:\n{row.answer}"
    if row.status != ComplaintStatus.REDIRECTED:
        text += f"\nMời đánh giá trả lời này tại /phan-anh?ma={row.receipt_code}"
    message = OutboundMessage(text=text, message_id=new_id(), sent_at=now)
    await notices.tell(session, row.conversation_id, message, at=now)


def _moments(start: date, end: date) -> tuple[datetime, datetime]:
    """From the start of one local day to the end of another."""
    return datetime.combine(start, time(), LOCAL), datetime.combine(end + timedelta(days=1), time(), LOCAL)


def _span(start: str, end: str, today: date) -> tuple[date, date]:
    """The days asked for; this year where nothing readable is asked."""
    try:
        return date.fromisoformat(start), date.fromisoformat(end)
    except ValueError:
        return date(today.year, 1, 1), today
