"""How far a draft is that is being tried before it goes to review; a page one may leave and come back to."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from core import editing, trials
from core.trials import ContentTrial, TrialStatus
from gateway import content_desk, content_rights
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.golden import NOW
from gateway.trial_desk import TrialDesk, wrong_answers
from people.permissions import Permission

HOME = "/console/noi-dung"
_ENDED = {TrialStatus.HANDED_IN: "?xong=gui", TrialStatus.STOPPED: "?xong=dung"}
_PARTS = 4


def content_trials_router(pages: ConsolePages, door: Door, desk: TrialDesk) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    reading = Depends(door.require(Permission.CONTENT_READ))
    editor = Depends(door.require(Permission.CONTENT_EDIT))

    @router.get("/thu/{key:path}")
    async def look(request: Request, key: str, nghe: str = "", at: AtConsole = reading) -> Response:
        """``nghe``: what a screen reader has been told; it is told again only when there is news."""
        by_script = "hx-request" in request.headers
        trial = await desk.look(key)
        if trial is None or trial.status != TrialStatus.RUNNING:
            ended = _ENDED.get(TrialStatus(trial.status), "") if trial is not None else ""
            then = f"{HOME}/sua/{key}{ended}"
            return Response(headers={"HX-Redirect": then}) if by_script else RedirectResponse(then, 303)
        shown: dict[str, Any] = {
            "trial": trial,
            "news": _news(trial),
            "wrong": wrong_answers(trial),
            "now": NOW,
        }
        if by_script:
            piece = pages.text("content_trial_progress.html", key=key, told=nghe, **shown)
            return HTMLResponse(piece, headers={"Cache-Control": "no-store"})
        async with door.database.reading() as session:
            draft = await editing.open_version(session, key)
        return pages.page(
            request,
            "content_trial.html",
            at,
            name=content_desk.name_of(key, draft.body if draft else ""),
            key=key,
            told=nghe,
            **shown,
            may_edit=content_rights.may_edit(at.actor, key),
        )

    @router.post("/thoi-thu/{key:path}")
    async def stop(request: Request, key: str, at: AtConsole = editor) -> Response:
        needed = content_rights.needed_to_edit(key)
        if not content_rights.may(at.actor, needed, key):
            await door.refuse(request, at, needed)
        async with door.database.writing() as session:
            if await trials.stop(session, key):
                await at.note(session, "content.trial_stopped", f"content:{key}")
        return RedirectResponse(f"{HOME}/thu/{key}", 303)

    return router


def _news(trial: ContentTrial) -> str:
    """Changes when a quarter more is asked or something more is wrong."""
    return f"{_PARTS * trial.asked // max(trial.whole, 1)}-{len(trial.wrong)}"
