"""``/p/{code}``: the public card of a procedure."""

from __future__ import annotations

from typing import Protocol

from fastapi import APIRouter, Request, Response

from gateway.public.knowledge import PublicKnowledge
from gateway.public.pages import Pages
from gateway.public.present import procedure_page
from gateway.public.sums import sums_for
from knowledge.schemas import Procedure


class ProcedureLookup(Protocol):
    async def __call__(self, code: str) -> Procedure | None:
        """The record of a code as it is answered from today; None when there is none."""
        ...


def procedures_router(pages: Pages, lookup: ProcedureLookup, knowledge: PublicKnowledge) -> APIRouter:
    router = APIRouter()

    @router.get("/p/{code}", include_in_schema=False)
    async def procedure_card(code: str, request: Request) -> Response:
        procedure = await lookup(code) if len(code) <= 40 else None
        if procedure is None:
            return pages.page(request, "no_procedure.html", status=404, code=code[:40])
        today = knowledge.today()
        sums = sums_for(knowledge.base(), knowledge.calendar(), procedure, today, dict(request.query_params))
        return pages.page(request, "procedure.html", p=procedure_page(procedure, today), sums=sums)

    return router
