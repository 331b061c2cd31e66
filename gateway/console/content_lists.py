"""Content as lists: every document of a kind, and what is being edited or waits for a second person."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends, HTTPException, Request, Response

from core import editing
from core.text.fold import fold
from gateway import content_rights
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import SIZE, numbered, place_of, sheet
from gateway.content_desk import KINDS
from gateway.content_names import ContentNames, quick_name
from people.permissions import Permission

HOME = "/console/noi-dung"


def content_lists_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    reading = Depends(door.require(Permission.CONTENT_READ))
    names = ContentNames()

    @router.get("")
    async def listing(
        request: Request, loai: str = "procedures", q: str = "", trang: int = 1, at: AtConsole = reading
    ) -> Response:
        if loai not in KINDS:
            raise HTTPException(404)
        async with door.database.reading() as session:
            documents = await names.of(session, loai)
            drafts = await editing.open_statuses(session)
            asked = fold(q)
            rows = [one for one in documents if asked in one.folded]
            others = [name for name in KINDS if name != loai] if asked and not rows else []
            elsewhere = [
                (name, KINDS[name].title, count)
                for name in others
                if (count := sum(asked in one.folded for one in await names.of(session, name)))
            ]
            holds = await editing.held(session)
        rows.sort(key=lambda one: not content_rights.of_own_unit(at.actor, one.key))  # one's own ward first
        found = numbered(rows, trang)
        return pages.page(
            request,
            "content_list.html",
            at,
            rows=[(one, drafts.get(one.key), one.key in holds) for one in found.rows],
            sheet=found,
            elsewhere=elsewhere,
            q=q,
            kinds=KINDS,
            loai=loai,
            may_edit=at.actor.may(Permission.CONTENT_EDIT),
            may_decide=at.actor.may(Permission.CONTENT_FIGURES),
            words=editing.WORDS,
        )

    @router.get("/cho-duyet")
    async def waiting(request: Request, sau: str = "", at: AtConsole = reading) -> Response:
        after = place_of(sau, datetime.fromisoformat, str)
        async with door.database.reading() as session:
            versions = await editing.open_versions(session, limit=SIZE + 1, after=after)
        found = sheet(versions, lambda one: (one.created_at, one.id))
        return pages.page(
            request,
            "content_waiting.html",
            at,
            rows=[(one, quick_name(one.key, one.body)) for one in found.rows],
            after=found.after,
            later=after is not None,
            words=editing.WORDS,
        )

    return router
