"""Counter mode: what the person says in, a large list with its QR code out, and one complete request.

Made for a queue: one field, one press, nothing of the person is kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from markupsafe import Markup

from core.calendar import local_day
from dossiers.supplement_form import MissingPaper, SupplementForm, as_docx
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.public.printing.printer import qr_svg
from knowledge.answer.figures import basis_line, capital
from knowledge.base import GENERAL_PREFIX, MATTER_PREFIX, KnowledgeBase
from knowledge.dialogue.deciding import decide_on
from knowledge.schemas import Procedure
from knowledge.search.decide import Verdict
from people.permissions import Permission

HOME = "/console/quay"
_NEAREST = 5
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def counter_router(
    pages: ConsolePages, door: Door, base: Callable[[], KnowledgeBase], *, public_url: str
) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.COUNTER))

    async def show(
        request: Request, at: AtConsole, *, noi: str = "", ma: str = "", trouble: str | None = None
    ) -> Response:
        procedure = base().procedure(ma) if ma else None
        nearest: list[Procedure] = []
        if noi.strip():
            nearest, sure = await asyncio.to_thread(_nearest, base(), noi)
            if procedure is None and sure and nearest:
                procedure = nearest[0]
        house = public_url.rstrip("/") or str(request.base_url).rstrip("/")
        address = f"{house}/p/{procedure.code}" if procedure else ""
        return pages.page(
            request,
            "counter.html",
            at,
            status=422 if trouble else 200,
            noi=noi,
            procedure=procedure,
            name=capital(procedure.spoken_name) if procedure else "",
            basis=basis_line(procedure) if procedure else "",
            others=[one for one in nearest if procedure is None or one.code != procedure.code],
            address=address,
            qr=Markup(qr_svg(address)) if procedure else "",  # noqa: S704 - drawn here, from our own address
            trouble=trouble,
        )

    @router.get("")
    async def counter(request: Request, noi: str = "", ma: str = "", at: AtConsole = allowed) -> Response:
        return await show(request, at, noi=noi[:500], ma=ma[:40])

    @router.post("/phieu")
    async def form(
        request: Request,
        ma: str = Form(""),
        reason: str = Form(""),
        dossier_code: str = Form(""),
        applicant: str = Form(""),
        other: str = Form(""),
        at: AtConsole = allowed,
    ) -> Response:
        """The draft of form 02 as a Word file; the person's name goes into it and nowhere else."""
        procedure = base().procedure(ma)
        if procedure is None:
            raise HTTPException(404)
        sent = await request.form()
        papers = [
            MissingPaper(paper.name, paper.originals, paper.copies, str(sent.get(f"g{number}", "")).strip())
            for number, paper in enumerate(procedure.papers)
            if f"p{number}" in sent and not paper.is_note
        ]
        papers += [MissingPaper(line.strip(), 0, 0) for line in other.splitlines() if line.strip()]
        if not papers or len(reason.split()) < 3:
            trouble = "Chọn ít nhất một giấy tờ, và ghi lý do thành câu."
            return await show(request, at, ma=ma, trouble=trouble)
        async with door.database.writing() as session:
            await at.note(session, "supplement.draft", f"procedure:{ma}")
        made = await asyncio.to_thread(
            as_docx,
            SupplementForm(
                agency=at.actor.posts[0].unit_name if at.actor.posts else "",
                procedure=procedure.name,
                papers=papers,
                reason=" ".join(reason.split()),
                officer=at.actor.display_name,
                made_on=local_day(door.clock()),
                applicant=" ".join(applicant.split())[:100],
                dossier_code=" ".join(dossier_code.split())[:60],
            ),
        )
        headers = {
            "Content-Disposition": f'attachment; filename="phieu-bo-sung-{ma}.docx"',
            "Cache-Control": "no-store",
        }
        return Response(made, media_type=_DOCX, headers=headers)

    return router


def _nearest(base: KnowledgeBase, said: str) -> tuple[list[Procedure], bool]:
    """Procedures near to what was said, and whether the first is surely meant."""
    decision = decide_on(base, said)
    codes = [hit.code for hit in decision.hits if not hit.code.startswith((GENERAL_PREFIX, MATTER_PREFIX))]
    found = [procedure for code in codes[:_NEAREST] if (procedure := base.procedure(code)) is not None]
    return found, decision.verdict is Verdict.ANSWER and codes[:1] == [hit.code for hit in decision.hits[:1]]
