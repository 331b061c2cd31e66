"""The button against a doubtful answer: it stops at once; who may say that it is right lets it go again."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from core import editing
from gateway import content_rights
from gateway.console.doors import AtConsole, Door
from people import accounts_repository, staff_sessions
from people.permissions import Permission

HOME = "/console/noi-dung"


async def may_lift(door: Door, key: str, at: AtConsole) -> bool:
    """Whether this document may be answered from again on the word of this person."""
    async with door.database.reading() as session:
        found = (await editing.held(session)).get(key)
        if found is None:
            return at.actor.may(Permission.CONTENT_HOLD)
        staff = await accounts_repository.staff_by_username(session, found.held_by)
        holder = await staff_sessions.actor_for(session, staff, now=door.clock()) if staff else None
    return content_rights.may_lift(at.actor, key, held_by=found.held_by, holder=holder)


def content_holds_router(door: Door) -> APIRouter:
    router = APIRouter(prefix=f"{HOME}/tam-dung", include_in_schema=False)
    holding = Depends(door.require(Permission.CONTENT_HOLD))

    @router.post("/{key:path}")
    async def hold(
        request: Request, key: str, reason: str = Form(""), lift: str = Form(""), at: AtConsole = holding
    ) -> Response:
        if not content_rights.can_be_held(key):
            raise HTTPException(404)
        allowed = await may_lift(door, key, at) if lift else content_rights.may_hold(at.actor, key)
        if not allowed:
            await door.refuse(request, at, Permission.CONTENT_HOLD)
        async with door.database.writing() as session:
            if lift:
                await editing.lift(session, key=key, by=at.actor.username, now=door.clock())
            else:
                await editing.hold(
                    session,
                    key=key,
                    reason=reason or "chưa ghi lý do",
                    by=at.actor.username,
                    now=door.clock(),
                )
            action = "content.lift" if lift else "content.hold"
            await at.note(session, action, f"content:{key}", reason=reason)
        done = "tra-loi-lai" if lift else "tam-dung"
        return RedirectResponse(f"{HOME}/sua/{key}?xong={done}", 303)

    return router
