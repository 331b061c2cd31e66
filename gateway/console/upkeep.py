"""Legal documents and what rests on them; and everything in the content that waits for somebody's eye."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.content import authors_of, live_versions, published
from core.generations import generations
from core.text.fold import fold
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import numbered
from gateway.upkeep import (
    GAP_WORDS,
    SAMPLE_TARGET,
    Gap,
    GapLine,
    LegalLine,
    gap_lines,
    has_sample,
    legal_lines,
)
from knowledge.base import Content, KnowledgeBase
from knowledge.catalogue import GENERATION
from knowledge.legal import Standing
from knowledge.stale_tasks import FINDINGS, open_tasks
from people.permissions import Permission

STANDING_WORDS = {
    Standing.IN_FORCE: "Đang có hiệu lực",
    Standing.NOT_YET: "Chưa có hiệu lực",
    Standing.ENDED: "Đã hết hiệu lực",
    Standing.UNKNOWN: "Chưa rõ",
}


@dataclass(frozen=True)
class _Looked:
    """What was found in one state of content, catalogue and findings on one day."""

    state: Hashable
    base: KnowledgeBase
    lines: Any


def upkeep_router(pages: ConsolePages, door: Door, base: Callable[[], KnowledgeBase]) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    allowed = Depends(door.require(Permission.CONTENT_READ))
    # Nothing here changes but with the content, an import, or what the watch has found.
    kept: dict[str, _Looked] = {}

    async def looked[Found](
        name: str, on: date, look: Callable[[AsyncSession, Content], Awaitable[Callable[[], Found]]]
    ) -> Found:
        now = base()
        async with door.database.reading() as session:
            state = (on, await generations(session, "content", GENERATION, FINDINGS))
            known = kept.get(name)
            if known is None or known.state != state or known.base is not now:
                work = await look(session, now.content)
                known = kept[name] = _Looked(state, now, await asyncio.to_thread(work))
        found: Found = known.lines
        return found

    @router.get("/console/van-ban")
    async def documents(
        request: Request, q: str = "", ngay: str = "", trang: int = 1, at: AtConsole = allowed
    ) -> Response:
        """As of today, or as of a day that is asked for."""
        on = _day(ngay) or local_day(door.clock())

        async def look(session: AsyncSession, content: Content) -> Callable[[], list[LegalLine]]:
            files = await published(session, ["legal"])
            return partial(legal_lines, files, content, await open_tasks(session), on)

        lines = await looked("legal", on, look)
        asked = fold(q)
        found = numbered(
            [one for one in lines if asked in fold(f"{one.document.number} {one.document.title}")], trang
        )
        return pages.page(
            request,
            "legal.html",
            at,
            lines=found.rows,
            sheet=found,
            q=q,
            on=on,
            words=STANDING_WORDS,
            may_edit=at.actor.may(Permission.CONTENT_FIGURES),
        )

    @router.get("/console/can-xem-lai")
    async def gaps(
        request: Request, loai: Gap | None = None, trang: int = 1, at: AtConsole = allowed
    ) -> Response:
        on = local_day(door.clock())

        async def look(session: AsyncSession, content: Content) -> Callable[[], Mapping[Gap, list[GapLine]]]:
            keys = [key for key, _ in await live_versions(session, "procedures")]
            findings, authors = await open_tasks(session), await authors_of(session, ["procedures"])
            return lambda: _by_gap(gap_lines(keys, content, findings, authors, on))

        lines = await looked("gaps", on, look)
        content = base().content
        with_sample = sum(has_sample(content, code) for code in content.curated)
        chosen = loai or next((gap for gap in Gap if lines[gap]), Gap.STALE)
        found = numbered(lines[chosen], trang)
        return pages.page(
            request,
            "gaps.html",
            at,
            lines=found.rows,
            sheet=found,
            chosen=chosen,
            counts={gap: len(lines[gap]) for gap in Gap},
            words=GAP_WORDS,
            curated=len(content.curated),
            with_sample=with_sample,
            target=SAMPLE_TARGET,
        )

    return router


def _by_gap(lines: Sequence[GapLine]) -> Mapping[Gap, list[GapLine]]:
    return {gap: [line for line in lines if line.gap is gap] for gap in Gap}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
