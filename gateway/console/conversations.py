"""The officers' inbox and one conversation: take, answer, note, pass on, give back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from conversations import inbox
from conversations.inbox import InboxError, Thread
from conversations.models import Direction
from core.calendar import WorkingCalendar
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import SIZE, place_of, sheet
from knowledge.answer.compose import FACET_BUTTONS
from knowledge.base import GENERAL_PREFIX, KnowledgeBase
from knowledge.schemas import Facet
from people import accounts_repository, unit_repository
from people.permissions import Permission

_CANNED = 6
HOME = "/console/tro-chuyen"


@dataclass(frozen=True)
class Canned:
    """A published general answer that an officer may send as it is."""

    title: str
    text: str


def conversations_router(
    pages: ConsolePages,
    door: Door,
    base: Callable[[], KnowledgeBase],
    calendar: Callable[[], WorkingCalendar],
) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.CONVERSATIONS))

    async def lines(at: AtConsole, sau: str) -> dict[str, Any]:
        after = place_of(sau, str, datetime.fromisoformat, str)
        async with door.database.reading() as session:
            units = at.actor.units_for(Permission.CONVERSATIONS)
            found = await inbox.inbox(
                session, units, now=door.clock(), calendar=calendar(), limit=SIZE + 1, after=after
            )
        shown = sheet(found, lambda line: (line.handover.status, line.handover.created_at, line.handover.id))
        return {"lines": shown.rows, "after": shown.after, "sau": sau if after else ""}

    @router.get("")
    async def show(request: Request, sau: str = "", at: AtConsole = allowed) -> Response:
        return pages.page(request, "inbox.html", at, **await lines(at, sau))

    @router.get("/danh-sach")
    async def listed(sau: str = "", at: AtConsole = allowed) -> Response:
        """The list alone, for the page to renew."""
        return HTMLResponse(pages.text("inbox_lines.html", at=at, **await lines(at, sau)))

    async def found(session: object, handover_id: str, at: AtConsole) -> Thread:
        try:
            return await inbox.thread(
                session,  # type: ignore[arg-type]
                handover_id,
                at.actor.units_for(Permission.CONVERSATIONS),
            )
        except InboxError as error:
            raise HTTPException(404, str(error)) from None

    async def one(
        request: Request, handover_id: str, at: AtConsole, *, trouble: str | None = None, draft: str = ""
    ) -> Response:
        async with door.database.reading() as session:
            thread = await found(session, handover_id, at)
            units = await unit_repository.all_units(session)
            people = {note.author for note in thread.notes} | {thread.handover.taken_by or ""}
            staff = await accounts_repository.names_of_staff(session, people)
        said = [turn.text for turn in thread.turns if turn.direction == Direction.IN]
        procedure = base().procedure(thread.summary["code"] or None)
        return pages.page(
            request,
            "conversation.html",
            at,
            status=409 if trouble else 200,
            thread=thread,
            mine=thread.handover.taken_by == at.actor.staff_id,
            names=staff,
            units=units,
            procedure=procedure.spoken_name if procedure else None,
            asked=_asked(thread.summary["facets"]),
            canned=await asyncio.to_thread(_canned, base(), said[-1] if said else ""),
            trouble=trouble,
            draft=draft,
        )

    @router.get("/{handover_id}")
    async def read(request: Request, handover_id: str, at: AtConsole = allowed) -> Response:
        async with door.database.writing() as session:
            await at.note(session, "conversation.read", f"handover:{handover_id}")
        return await one(request, handover_id, at)

    @router.get("/{handover_id}/luot")
    async def turns(handover_id: str, at: AtConsole = allowed) -> Response:
        """What was said, for the page to renew while it is open."""
        async with door.database.reading() as session:
            thread = await found(session, handover_id, at)
        return HTMLResponse(pages.text("conversation_turns.html", thread=thread))

    @router.post("/{handover_id}/{step}")
    async def act(
        request: Request,
        handover_id: str,
        step: str,
        text: str = Form(""),
        unit: str = Form(""),
        at: AtConsole = allowed,
    ) -> Response:
        now, me = door.clock(), at.actor.staff_id
        try:
            async with door.database.writing() as session:
                thread = await found(session, handover_id, at)
                handover = thread.handover
                match step:
                    case "nhan":
                        await inbox.take(session, handover, officer=me, now=now)
                    case "tra-loi":
                        await inbox.answer(
                            session,
                            handover,
                            officer=me,
                            shown_name=at.actor.display_name,
                            text=text,
                            now=now,
                        )
                    case "ghi-chu":
                        await inbox.note(session, handover, officer=me, text=text, now=now)
                    case "chuyen":
                        await inbox.pass_on(session, handover, officer=me, unit=unit)
                    case "tra-lai":
                        await inbox.give_back(session, handover, officer=me, now=now)
                    case _:
                        raise HTTPException(404)
                await at.note(session, f"conversation.{step}", f"handover:{handover_id}")
        except InboxError as error:
            return await one(request, handover_id, at, trouble=str(error), draft=text)
        leaves = step in ("chuyen", "tra-lai")
        return RedirectResponse(HOME if leaves else f"{HOME}/{handover_id}", 303)

    return router


def _asked(facets: str) -> str:
    """What of the procedure was asked last, in words."""
    return ", ".join(FACET_BUTTONS[Facet(one)] for one in facets.split(", ") if one in set(Facet))


def _canned(base: KnowledgeBase, last: str) -> list[Canned]:
    """General answers nearest to what the citizen said last."""
    hits = [hit.code for hit in base.search(last, 40) if hit.code.startswith(GENERAL_PREFIX)] if last else []
    entries = [entry for code in hits if (entry := base.general(code)) is not None]
    return [Canned(entry.title, entry.text) for entry in entries[:_CANNED]]
