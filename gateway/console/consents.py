"""What citizens want to be told and by which way, said at the counter or over the telephone.

A brandname text message takes no replies and not everybody opens a link: here an officer writes it down. The
contact is typed into a form and stands in no address.
"""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends, Form, Request, Response

from dossiers import repository as dossiers
from dossiers.lookup import normal_code
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from notifications.schemas import Channel
from notifications.telling import CHANNELS
from people.citizen_models import ConsentSource, Purpose
from people.consents import WORDS
from people.desk import CHOICES, ConsentDesk, Known, NoContact
from people.permissions import Permission

HOME = "/console/nhan-tin"

SOURCES: Mapping[ConsentSource, str] = {
    ConsentSource.COUNTER: "tại quầy",
    ConsentSource.HOTLINE: "qua điện thoại",
}
PURPOSES: Mapping[Purpose, str] = {
    Purpose.SURVEY: "Mời góp ý sau khi làm xong thủ tục",
    Purpose.REMINDER: "Nhắc lịch hẹn, ngày hẹn",
    Purpose.CAMPAIGN: "Tuyên truyền, giới thiệu dịch vụ",
}
"""What is asked as a whole. News of dossiers is owed by law: of it only single channels are refused."""

_TOLD = {True: "đã đồng ý", False: "đã từ chối", None: "chưa nói gì"}
_WAYS = {name: CHANNELS[Channel(name)] for name in CHOICES}


def consents_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.COUNTER))
    desk = ConsentDesk(door.database, clock=door.clock)

    async def show(
        request: Request,
        at: AtConsole,
        contact: str = "",
        *,
        source: ConsentSource = ConsentSource.COUNTER,
        told: str | None = None,
        trouble: str | None = None,
    ) -> Response:
        known: Known | None = None
        if contact.strip():
            try:
                known = await desk.look(contact)
            except NoContact as error:
                trouble = str(error)
        return pages.page(
            request,
            "consents.html",
            at,
            status=422 if trouble else 200,
            contact=contact,
            known=known,
            source=source,
            sources=SOURCES,
            purposes=PURPOSES,
            ways=_WAYS,
            words=WORDS,
            about_dossiers=Purpose.STATUS,
            said=lambda purpose: _TOLD[_said(known, purpose)],
            refused=lambda way: _said(known, Purpose.STATUS, way) is False,
            told=told,
            trouble=trouble,
        )

    @router.get("")
    async def empty(request: Request, at: AtConsole = allowed) -> Response:
        return await show(request, at)

    @router.post("")
    async def look(request: Request, contact: str = Form(""), at: AtConsole = allowed) -> Response:
        trouble = None if contact.strip() else "Gõ số điện thoại hoặc địa chỉ thư của người dân."
        return await show(request, at, contact, trouble=trouble)

    @router.post("/tra-loi")
    async def answer(
        request: Request,
        contact: str = Form(""),
        said: str = Form(""),
        source: ConsentSource = Form(ConsentSource.COUNTER),
        at: AtConsole = allowed,
    ) -> Response:
        """``said``: purpose, ``yes`` or ``no``, and a channel where it is about one."""
        purpose, granted, channel = _read(said)
        if purpose is None:
            return await show(request, at, contact, trouble="Chưa rõ người dân trả lời điều gì: bấm lại.")
        try:
            words = await desk.answer(
                contact, purpose, granted=granted, source=source, by=at.actor.username, channel=channel
            )
        except NoContact as error:
            return await show(request, at, contact, trouble=str(error))
        return await show(request, at, contact, source=source, told=f"Đã ghi: {words}")

    @router.post("/kenh")
    async def choose(
        request: Request,
        contact: str = Form(""),
        channel: str = Form(""),
        source: ConsentSource = Form(ConsentSource.COUNTER),
        at: AtConsole = allowed,
    ) -> Response:
        wanted = channel if channel in CHOICES else None
        try:
            await desk.choose(contact, wanted, source=source, by=at.actor.username)
        except NoContact as error:
            return await show(request, at, contact, trouble=str(error))
        told = f"Đã ghi: gửi {_WAYS[wanted]} trước." if wanted else "Đã bỏ lựa chọn riêng."
        return await show(request, at, contact, source=source, told=told)

    @router.post("/khong-phai")
    async def not_theirs(
        request: Request,
        contact: str = Form(""),
        dossier: str = Form(""),
        source: ConsentSource = Form(ConsentSource.COUNTER),
        at: AtConsole = allowed,
    ) -> Response:
        code = normal_code(dossier)
        try:
            if not await _stands_on(door, await desk.look(contact), code):
                trouble = "Số hoặc địa chỉ thư này không đứng trên hồ sơ ấy: xem lại mã hồ sơ trong tin."
                return await show(request, at, contact, trouble=trouble)
            await desk.not_mine(contact, code, source=source, by=at.actor.username)
        except NoContact as error:
            return await show(request, at, contact, trouble=str(error))
        told = f"Đã ghi: không gửi tin của hồ sơ {code} tới đây nữa. Đơn vị giữ hồ sơ có việc xem lại số."
        return await show(request, at, contact, source=source, told=told)

    @router.post("/la-cua-ho")
    async def theirs(
        request: Request, contact: str = Form(""), dossier: str = Form(""), at: AtConsole = allowed
    ) -> Response:
        code = normal_code(dossier)
        try:
            lifted = await desk.theirs_after_all(contact, code, by=at.actor.username)
        except NoContact as error:
            return await show(request, at, contact, trouble=str(error))
        told = f"Đã ghi: tin của hồ sơ {code} lại gửi tới đây." if lifted else None
        return await show(request, at, contact, told=told)

    return router


def _said(known: Known | None, purpose: Purpose, way: str | None = None) -> bool | None:
    return known.standing.said.get((purpose, way)) if known else None


def _read(said: str) -> tuple[Purpose | None, bool, str | None]:
    purpose, _, rest = said.partition(":")
    answer, _, channel = rest.partition(":")
    asked = {**dict.fromkeys(PURPOSES), Purpose.STATUS: None}
    if purpose not in asked or answer not in ("yes", "no") or (channel and channel not in CHOICES):
        return None, False, None
    return Purpose(purpose), answer == "yes", channel or None


async def _stands_on(door: Door, known: Known, code: str) -> bool:
    async with door.database.reading() as session:
        dossier = await dossiers.dossier_by_code(session, code)
    return dossier is not None and known.contact_hash in (dossier.phone_hash, dossier.email_hash)
