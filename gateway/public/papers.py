"""``/p/{code}/giay-to``: a few questions, then the citizen's own list, on screen, on paper and by mail.

The whole state is in the address: choices only, so it can be sent on, printed as a QR code and opened
anywhere, and the server keeps nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from core.text.spell import spell_date
from gateway.public.knowledge import PublicKnowledge
from gateway.public.pages import Pages
from gateway.public.papers_mail import (
    NO_ADDRESS,
    TOO_OFTEN,
    TROUBLE,
    MailLimits,
    NoPost,
    Posted,
    PostOffice,
    read_address,
    words,
)
from gateway.public.present import procedure_page
from gateway.public.printing.compose import card_sheet, list_sheet
from gateway.public.printing.printer import Printer, qr_svg
from gateway.public.printing.sheet import PaperSize, Sheet
from gateway.security import same_origin
from knowledge.answer.figures import basis_line, capital
from knowledge.checklist.choices import Chosen, read_token
from knowledge.checklist.facts import version_of
from knowledge.checklist.my_list import my_list
from knowledge.checklist.questions import Ask, Choice, questions
from knowledge.schemas import Procedure
from wire.provider import Attachment

_FIELD = "c-"


@dataclass(frozen=True)
class AskView:
    """A question of the form: the name of its fields, each choice with its value and whether it is set."""

    name: str
    text: str
    several: bool
    missing: bool
    choices: tuple[tuple[str, str, bool], ...]


def papers_router(
    pages: Pages,
    knowledge: PublicKnowledge,
    printer: Printer,
    *,
    post: PostOffice | None = None,
    allowed_origins: Collection[str] = (),
) -> APIRouter:
    router = APIRouter()
    office, limits = post or NoPost(), MailLimits()

    def record(code: str) -> tuple[Procedure, tuple[Ask, ...]] | None:
        base = knowledge.base()
        found = base.procedure(code) if len(code) <= 40 else None
        return (found, questions(found, base.content.checklists.get(code))) if found else None

    def missing(request: Request, code: str) -> Response:
        return pages.page(request, "no_procedure.html", status=404, code=code[:40])

    async def printed(request: Request, sheet: Sheet, name: str) -> Response:
        size = request.query_params.get("kho", PaperSize.A4.value)
        paper = PaperSize(size) if size in PaperSize else PaperSize.A4
        return Response(
            await printer.pdf(sheet, paper),
            media_type="application/pdf",
            headers={
                "Content-Disposition": f'inline; filename="{name}-{paper.value}.pdf"',
                "Cache-Control": "private, no-cache",
            },
        )

    @router.get("/p/{code}.pdf", include_in_schema=False)
    async def card_pdf(code: str, request: Request) -> Response:
        found = record(code)
        if found is None:
            return missing(request, code)
        sheet = card_sheet(
            procedure_page(found[0], knowledge.today()), pages.site, knowledge.url(request, f"/p/{code}")
        )
        return await printed(request, sheet, f"thu-tuc-{code}")

    @router.get("/p/{code}/giay-to", include_in_schema=False)
    async def ask(code: str, request: Request) -> Response:
        found = record(code)
        if found is None:
            return missing(request, code)
        procedure, asks = found
        chosen, unanswered = _answered(request.query_params.multi_items(), procedure, asks)
        sent = any(name.startswith(_FIELD) or name == "xong" for name in request.query_params)
        if not asks or (sent and not unanswered):
            return RedirectResponse(f"/p/{code}/giay-to/{chosen.token}", 303)
        if before := read_token(request.query_params.get("tu", "")):
            chosen = before
        return pages.page(
            request,
            "papers_form.html",
            status=422 if sent else 200,
            code=code,
            title=capital(procedure.spoken_name),
            sad=procedure.sad,
            asks=_views(asks, chosen, unanswered if sent else (), filled=sent or before is not None),
            missing=sent,
        )

    @router.get("/p/{code}/giay-to/{token}.pdf", include_in_schema=False)
    async def list_pdf(code: str, token: str, request: Request) -> Response:
        found, chosen = record(code), read_token(token)
        if found is None:
            return missing(request, code)
        if chosen is None:
            return RedirectResponse(f"/p/{code}/giay-to", 303)
        return await printed(request, sheet_of(request, *found, chosen), f"giay-to-{code}")

    def sheet_of(request: Request, procedure: Procedure, asks: Sequence[Ask], chosen: Chosen) -> Sheet:
        on = knowledge.today()
        address = knowledge.url(request, f"/p/{procedure.code}/giay-to/{chosen.token}")
        return list_sheet(procedure, my_list(procedure, asks, chosen, on), pages.site, address, on)

    @router.get("/p/{code}/giay-to/{token}", include_in_schema=False)
    async def show(code: str, token: str, request: Request, thu: str = "") -> Response:
        return shown(request, code, token, mailed=thu == "da-gui")

    @router.post("/p/{code}/giay-to/{token}", include_in_schema=False)
    async def mail(code: str, token: str, request: Request, thu: str = Form("")) -> Response:
        """The list as a PDF to the address ``thu``, which is kept nowhere."""

        def not_sent(status: int, trouble: str) -> Response:
            return shown(request, code, token, status=status, trouble=trouble, typed=thu.strip()[:254])

        found, chosen = record(code), read_token(token)
        if found is None or chosen is None:
            return shown(request, code, token)
        if not same_origin(request.headers.get("origin"), request.headers.get("host"), allowed_origins):
            return not_sent(403, "Mở lại trang này rồi gửi.")
        to = read_address(thu)
        if to is None:
            return not_sent(422, NO_ADDRESS)
        if not office.on:
            return not_sent(503, TROUBLE[Posted.LATER])
        if not limits.admits(request.client.host if request.client else "", to):
            return not_sent(429, TOO_OFTEN)
        sheet = sheet_of(request, *found, chosen)
        file = Attachment(f"giay-to-{code}.pdf", "application/pdf", await printer.pdf(sheet, PaperSize.A4))
        posted = await office(
            to, title=sheet.title, text=words(found[0].spoken_name, sheet.address), file=file
        )
        if posted is Posted.LATER:
            limits.give_back(to)
        if posted is not Posted.SENT:
            return not_sent(422 if posted is Posted.REFUSED else 503, TROUBLE[posted])
        return RedirectResponse(f"/p/{code}/giay-to/{token}?thu=da-gui#thu", 303)

    def shown(
        request: Request,
        code: str,
        token: str,
        *,
        status: int = 200,
        mailed: bool = False,
        trouble: str = "",
        typed: str = "",
    ) -> Response:
        found, chosen = record(code), read_token(token)
        if found is None:
            return missing(request, code)
        if chosen is None:
            return pages.page(request, "papers_lost.html", status=404, code=code)
        procedure, asks = found
        on = knowledge.today()
        path = f"/p/{code}/giay-to/{token}"
        return pages.page(
            request,
            "papers_list.html",
            status=status,
            private=bool(typed),
            by_mail=office.on,
            mailed=mailed,
            trouble=trouble,
            typed=typed,
            code=code,
            title=capital(procedure.spoken_name),
            sad=procedure.sad,
            warnings=procedure.needs_check,
            found=my_list(procedure, asks, chosen, on),
            path=path,
            address=knowledge.url(request, path),
            again=f"/p/{code}/giay-to?tu={token}",
            has_questions=bool(asks),
            qr=Markup(qr_svg(knowledge.url(request, path))),  # noqa: S704 - drawn here, of our own address
            basis=basis_line(procedure),
            on=spell_date(on),
        )

    return router


def _answered(
    fields: Sequence[tuple[str, str]], procedure: Procedure, asks: Sequence[Ask]
) -> tuple[Chosen, list[Ask]]:
    """What the form says, and the questions it left open; a value that is no choice of ours is none."""
    sent: dict[str, set[str]] = {}
    for name, value in fields:
        sent.setdefault(name, set()).add(value)
    chosen = Chosen(version_of(procedure))
    unanswered = []
    for ask in asks:
        picked = [choice for choice in ask.choices if _value(choice) in sent.get(_FIELD + ask.id, set())]
        if not picked and not ask.several:
            unanswered.append(ask)
        chosen = chosen.plus(picked if ask.several else picked[:1])
    return chosen, unanswered


def _value(choice: Choice) -> str:
    return ".".join([*choice.facts, *(f"{key}~" for key in choice.unsure)]) or "-"


def _views(asks: Sequence[Ask], chosen: Chosen, unanswered: Sequence[Ask], *, filled: bool) -> list[AskView]:
    views = []
    for ask in asks:
        held = {
            _value(choice)
            for choice in ask.choices
            if (choice.facts and chosen.facts.issuperset(choice.facts))
            or (choice.unsure and chosen.unsure.issuperset(choice.unsure))
        }
        if filled and not held and ask not in unanswered and not ask.several:
            held = {"-"}
        views.append(
            AskView(
                _FIELD + ask.id,
                ask.text,
                ask.several,
                ask in unanswered,
                tuple((_value(choice), choice.label, _value(choice) in held) for choice in ask.choices),
            )
        )
    return views
