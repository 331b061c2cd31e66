"""``/p/{code}/giay-to``: a few questions, then the citizen's own list of papers, on screen and on paper.

The whole state is in the address: choices only, so it can be sent on, printed as a QR code and opened
anywhere, and the server keeps nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from core.text.spell import spell_date
from gateway.public.knowledge import PublicKnowledge
from gateway.public.pages import Pages
from gateway.public.present import procedure_page
from gateway.public.printing.compose import card_sheet, list_sheet
from gateway.public.printing.printer import Printer, qr_svg
from gateway.public.printing.sheet import PaperSize, Sheet
from knowledge.answer.figures import basis_line, capital
from knowledge.checklist.choices import Chosen, read_token
from knowledge.checklist.facts import version_of
from knowledge.checklist.my_list import my_list
from knowledge.checklist.questions import Ask, Choice, questions
from knowledge.schemas import Procedure

_FIELD = "c-"


@dataclass(frozen=True)
class AskView:
    """A question of the form: the name of its fields, each choice with its value and whether it is set."""

    name: str
    text: str
    several: bool
    missing: bool
    choices: tuple[tuple[str, str, bool], ...]


def papers_router(pages: Pages, knowledge: PublicKnowledge, printer: Printer) -> APIRouter:
    router = APIRouter()

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
        procedure, asks = found
        on = knowledge.today()
        address = knowledge.url(request, f"/p/{code}/giay-to/{token}")
        sheet = list_sheet(procedure, my_list(procedure, asks, chosen, on), pages.site, address, on)
        return await printed(request, sheet, f"giay-to-{code}")

    @router.get("/p/{code}/giay-to/{token}", include_in_schema=False)
    async def show(code: str, token: str, request: Request) -> Response:
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
