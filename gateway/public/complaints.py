"""``/phan-anh``: the citizen says which kind it is, gets a code, follows it, rates the answer.

A denunciation is never taken: whoever chooses it is told where to go, and nothing is stored.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from core.calendar import WorkingCalendar
from core.database import Database
from core.phones import read_phone
from core.text.spell import spell_date
from dossiers import complaint_desk, complaint_repository
from dossiers.complaint_desk import WHERE_TO_DENOUNCE, ComplaintProblem
from dossiers.complaint_terms import ComplaintKind, ComplaintTerms
from dossiers.complaints import ComplaintStatus, file_complaint
from dossiers.photo import LARGEST, MOST, PhotoRefused, clean_photo
from gateway.limits import PerMinute
from gateway.public.pages import Pages
from gateway.security import same_origin

HOME = "/phan-anh"
LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
_SHORTEST, _LONGEST = 15, 4000
_A_VISITOR, _ALL = 10, 300
_SHOWN = 30
_FIELDS = ("kind", "text", "place", "about", "unit", "phone", "ma")


def complaints_router(
    pages: Pages,
    database: Database,
    *,
    units: Callable[[], Sequence[str]],
    calendar: Callable[[], WorkingCalendar],
    clock: Callable[[], datetime],
    terms: Callable[[], ComplaintTerms],
    seconds: Callable[[], float] = time.monotonic,
) -> APIRouter:
    """``units``: names of the units that a citizen can choose."""
    router = APIRouter(include_in_schema=False)
    visitor, everybody = PerMinute(_A_VISITOR, seconds), PerMinute(_ALL, seconds)

    def page(request: Request, state: str, *, status: int = 200, **context: object) -> Response:
        given = context.pop("typed", {})
        typed = {name: given.get(name, "") for name in _FIELDS} if isinstance(given, dict) else {}
        known: dict[str, Any] = {"trouble": None, "typed": typed, "row": None, "shown": [], "done": ""}
        answer = pages.page(
            request,
            "complaint.html",
            status=status,
            private=True,
            state=state,
            units=units(),
            levels=LEVELS,
            where=WHERE_TO_DENOUNCE,
            spell=spell_date,
            **{**known, **context},
        )
        answer.headers["Referrer-Policy"] = "same-origin"
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    def admitted(request: Request) -> bool:
        host = request.client.host if request.client else ""
        return visitor.admits(host) and everybody.admits("")

    @router.get(HOME)
    async def show(request: Request, ma: str = "", xong: str = "") -> Response:
        code = ma.strip().upper()[:6]
        if not code:
            async with database.reading() as session:
                shown = await complaint_repository.in_public(session, limit=_SHOWN)
            return page(request, "form", shown=shown)
        if not admitted(request):
            return page(request, "wait", status=429)
        async with database.reading() as session:
            row = await complaint_repository.by_receipt(session, code)
        if row is None:
            return page(request, "unknown", status=404, typed={"ma": ma})
        return page(request, "follow", row=row, done=xong)

    @router.post(HOME)
    async def send(
        request: Request,
        kind: str = Form(""),
        text: str = Form(""),
        place: str = Form(""),
        about: str = Form(""),
        unit: str = Form(""),
        phone: str = Form(""),
        photo: list[UploadFile] = File([]),
    ) -> Response:
        if not same_origin(request.headers.get("origin"), request.headers.get("host")):
            return page(request, "form", status=403, trouble="Mở lại trang này rồi gửi.")
        typed = {"kind": kind, "text": text, "place": place, "about": about, "unit": unit, "phone": phone}
        if kind == "denunciation":
            return page(request, "denounce")
        if kind not in (ComplaintKind.REFLECTION, ComplaintKind.COMPLAINT):
            return page(request, "form", status=422, trouble="Anh/chị chọn loại việc.", typed=typed)
        words = text.strip()
        if not _SHORTEST <= len(words) <= _LONGEST:
            trouble = f"Kể việc trong khoảng {_SHORTEST} đến {_LONGEST} ký tự: chuyện gì, ở đâu, lúc nào."
            return page(request, "form", status=422, trouble=trouble, typed=typed)
        if not admitted(request):
            return page(request, "form", status=429, trouble="Xin chờ một phút rồi gửi lại.", typed=typed)
        if phone.strip() and read_phone(phone).e164 is None:
            trouble = "Số di động này không nhắn được: xem lại, hoặc để trống."
            return page(request, "form", status=422, trouble=trouble, typed=typed)
        try:
            photos = await _photos(photo)
        except PhotoRefused as refused:
            trouble = f"{refused} Phần đã viết vẫn còn; ảnh thì phải chọn lại."
            return page(request, "form", status=422, trouble=trouble, typed=typed)
        async with database.writing() as session:
            receipt = await file_complaint(
                session,
                text=words,
                calendar=calendar(),
                now=clock(),
                unit=unit if unit in units() else None,
                phone=phone.strip() or None,
                kind=ComplaintKind(kind),
                place=place.strip()[:300] or None,
                about=about.strip()[:200] or None,
                photos=photos,
                terms=terms(),
            )
        return RedirectResponse(f"{HOME}?ma={receipt.code}&xong=gui", 303)

    @router.post(HOME + "/{code}")
    async def follow(request: Request, code: str, level: int = Form(0), kind: str = Form("")) -> Response:
        """Rate the answer, or say which kind it is where that was left open."""
        if not same_origin(request.headers.get("origin"), request.headers.get("host")):
            return page(request, "form", status=403, trouble="Mở lại trang này rồi gửi.")
        if not admitted(request):
            return page(request, "wait", status=429)
        done = "danh-gia"
        try:
            async with database.writing() as session:
                row = await complaint_repository.by_receipt(session, code.upper()[:6], lock=True)
                if row is None:
                    return page(request, "unknown", status=404, typed={"ma": code})
                if kind == "denunciation" and row.status == ComplaintStatus.RECEIVED:
                    await complaint_desk.redirect(session, row, now=clock())
                    done = ""
                elif kind and row.kind == ComplaintKind.UNSPECIFIED:
                    complaint_desk.choose_kind(row, ComplaintKind(kind), calendar(), terms())
                    done = "loai"
                else:
                    complaint_desk.rate(row, level, now=clock())
        except (ComplaintProblem, ValueError):
            return page(request, "unknown", status=422, typed={"ma": code})
        return RedirectResponse(f"{HOME}?ma={code.upper()}&xong={done}", 303)

    return router


async def _photos(files: Sequence[UploadFile]) -> list[bytes]:
    """Drawn anew, one after the other. Raises PhotoRefused."""
    given = [content for one in files if (content := await one.read(LARGEST + 1))]
    if len(given) > MOST:
        raise PhotoRefused(f"Gửi nhiều nhất {MOST} ảnh một lần.")
    return [await asyncio.to_thread(clean_photo, content) for content in given]
