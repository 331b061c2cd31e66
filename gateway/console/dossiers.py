"""One dossier on one page: found by its code, told in order, its person hidden until somebody says why."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from dossiers import complaint_repository
from dossiers.complaint_desk import Reader, may_read
from dossiers.lookup import normal_code
from dossiers.models import Complaint, Dossier
from dossiers.repository import dossier_by_code
from dossiers.status_text import STATE_WORDS
from dossiers.vocabularies import DossierStatus
from gateway.console.doors import AtConsole, Door
from gateway.console.dossier_story import story_of
from gateway.console.pages import ConsolePages
from gateway.console.units import is_theirs, seen_units
from gateway.console.words import CHANNEL_WORDS
from notifications import repository as messages
from notifications.resending import NotAgain, send_again
from people.permissions import Permission

HOME = "/console/ho-so"
_NOT_HERE = "Không có hồ sơ mang mã này, hoặc hồ sơ thuộc đơn vị khác. Xem lại mã trên giấy hẹn."
_SHORTEST_REASON = 8
WHY_SHORT = "Ghi lý do thành câu, ví dụ: người dân gọi hỏi vì đổi số điện thoại."


def dossiers_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.DOSSIERS))
    personal = Depends(door.require(Permission.PERSONAL_DATA))
    notices = Depends(door.require(Permission.NOTICES))

    @router.get("")
    async def search(request: Request, ma: str = "", at: AtConsole = allowed) -> Response:
        if not ma.strip():
            return pages.page(request, "dossier_search.html", at, asked="", trouble=None)
        code = normal_code(ma)
        async with door.database.reading() as session:
            found = await _dossier(session, code, at)
        if found is None:
            return pages.page(request, "dossier_search.html", at, status=404, asked=ma, trouble=_NOT_HERE)
        return RedirectResponse(f"{HOME}/{code}", 303)

    async def one(
        request: Request,
        code: str,
        at: AtConsole,
        *,
        action: str,
        reason: str | None = None,
        revealed: bool = False,
        trouble: str | None = None,
    ) -> Response:
        async with door.database.reading() as session:
            dossier = await _dossier(session, normal_code(code), at)
            if dossier is None:
                raise HTTPException(404)
            story = await story_of(session, dossier, await _complaints(session, dossier, at))
        async with door.database.writing() as session:
            await at.note(session, action, f"dossier:{dossier.code}", reason=reason)
        return pages.page(
            request,
            "dossier.html",
            at,
            status=422 if trouble else 200,
            dossier=dossier,
            state=STATE_WORDS[DossierStatus(dossier.status)],
            story=story,
            revealed=revealed,
            trouble=trouble,
            channel_words=CHANNEL_WORDS,
            may_reveal=at.actor.may(Permission.PERSONAL_DATA),
            may_send=at.actor.may(Permission.NOTICES),
            may_draft=at.actor.may(Permission.EXTENSION_REASON),
        )

    @router.get("/{code}")
    async def read(request: Request, code: str, at: AtConsole = allowed) -> Response:
        return await one(request, code, at, action="dossier.read")

    @router.post("/{code}/xem")
    async def reveal(
        request: Request, code: str, reason: str = Form(""), at: AtConsole = personal
    ) -> Response:
        """Name, phone and mail on this one page; the reason stands in the audit."""
        reason = " ".join(reason.split())
        if len(reason) < _SHORTEST_REASON:
            return await one(request, code, at, action="dossier.read", trouble=WHY_SHORT)
        return await one(request, code, at, action="personal_data.read", reason=reason[:200], revealed=True)

    @router.post("/{code}/gui-lai/{message_id}")
    async def again(
        request: Request, code: str, message_id: str, reason: str = Form(""), at: AtConsole = notices
    ) -> Response:
        reason = " ".join(reason.split())
        if len(reason) < _SHORTEST_REASON:
            return await one(request, code, at, action="dossier.read", trouble=WHY_SHORT)
        try:
            async with door.database.writing() as session:
                dossier = await _dossier(session, normal_code(code), at)
                message = await messages.message_by_id(session, message_id)
                if dossier is None or message is None or message.dossier_code != dossier.code:
                    raise HTTPException(404)
                await send_again(session, message, by=at.actor.username, now=door.clock())
                await at.note(session, "notice.resend", f"message:{message_id}", reason=reason)
        except NotAgain as error:
            return await one(request, code, at, action="dossier.read", trouble=str(error))
        return RedirectResponse(f"{HOME}/{code}", 303)

    return router


async def _dossier(session: AsyncSession, code: str, at: AtConsole) -> Dossier | None:
    """The dossier, if it belongs to a unit in which this person looks at dossiers."""
    found = await dossier_by_code(session, code)
    if found is None or not is_theirs(found.unit, seen_units(at, Permission.DOSSIERS)):
        return None
    return found


async def _complaints(session: AsyncSession, dossier: Dossier, at: AtConsole) -> list[Complaint]:
    """For those who handle complaints: the officer of a dossier does not see who complained."""
    if not at.actor.may(Permission.COMPLAINTS):
        return []
    units = seen_units(at, Permission.COMPLAINTS)
    who = Reader(at.actor.staff_id, at.actor.display_name, units)
    return [row for row in await complaint_repository.of_dossier(session, dossier.code) if may_read(row, who)]
