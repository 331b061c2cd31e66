"""Legal documents and what rests on them; and everything in the content that waits for somebody's eye."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter, Depends, Request, Response

from core.calendar import local_day
from core.content import authors_of, published
from core.text.fold import fold
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.upkeep import GAP_WORDS, SAMPLE_TARGET, Gap, gap_lines, has_sample, legal_lines
from knowledge.base import KnowledgeBase
from knowledge.legal import Standing
from knowledge.stale_tasks import open_tasks
from people.permissions import Permission

STANDING_WORDS = {
    Standing.IN_FORCE: "Đang có hiệu lực",
    Standing.NOT_YET: "Chưa có hiệu lực",
    Standing.ENDED: "Đã hết hiệu lực",
    Standing.UNKNOWN: "Chưa rõ",
}
_SHOWN = 100


def upkeep_router(pages: ConsolePages, door: Door, base: Callable[[], KnowledgeBase]) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    allowed = Depends(door.require(Permission.CONTENT_READ))

    @router.get("/console/van-ban")
    async def documents(request: Request, q: str = "", ngay: str = "", at: AtConsole = allowed) -> Response:
        """As of today, or as of a day that is asked for."""
        on = _day(ngay) or local_day(door.clock())
        async with door.database.reading() as session:
            files = await published(session, ["legal"])
            findings = await open_tasks(session)
        lines = legal_lines(files, base().content, findings, on)
        asked = fold(q)
        lines = [one for one in lines if asked in fold(f"{one.document.number} {one.document.title}")]
        return pages.page(
            request,
            "legal.html",
            at,
            lines=lines[:_SHOWN],
            more=len(lines) - _SHOWN,
            q=q,
            on=on,
            words=STANDING_WORDS,
            may_edit=at.actor.may(Permission.CONTENT_EDIT),
        )

    @router.get("/console/can-xem-lai")
    async def gaps(request: Request, loai: Gap | None = None, at: AtConsole = allowed) -> Response:
        on = local_day(door.clock())
        async with door.database.reading() as session:
            files = await published(session, ["procedures"])
            findings = await open_tasks(session)
            authors = await authors_of(session, ["procedures"])
        content = base().content
        lines = gap_lines(files, content, findings, authors, on)
        counts = {gap: sum(line.gap is gap for line in lines) for gap in Gap}
        with_sample = sum(has_sample(content, code) for code in content.curated)
        chosen = loai or next((gap for gap in Gap if counts[gap]), Gap.STALE)
        shown = [line for line in lines if line.gap is chosen]
        return pages.page(
            request,
            "gaps.html",
            at,
            lines=shown[:_SHOWN],
            more=len(shown) - _SHOWN,
            chosen=chosen,
            counts=counts,
            words=GAP_WORDS,
            curated=len(content.curated),
            with_sample=with_sample,
            target=SAMPLE_TARGET,
        )

    return router


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
