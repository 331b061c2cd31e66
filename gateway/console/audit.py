"""The audit log: searched by the auditor, written by everybody, changed by nobody."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from fastapi import APIRouter, Depends, Request, Response

from core.calendar import LOCAL
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from people import audit_repository
from people.permissions import Permission

_PAGE = 50


def audit_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(prefix="/console/nhat-ky", include_in_schema=False)
    allowed = Depends(door.require(Permission.AUDIT))

    @router.get("")
    async def show(
        request: Request,
        actor: str = "",
        action: str = "",
        subject: str = "",
        tu: str = "",
        den: str = "",
        before: str = "",
        at: AtConsole = allowed,
    ) -> Response:
        async with door.database.reading() as session:
            entries = await audit_repository.audit_entries(
                session,
                actor=actor.strip() or None,
                action=action.strip() or None,
                subject=subject.strip() or None,
                since=_start(tu),
                until=_start(den, after=True),
                before=before or None,
                limit=_PAGE,
            )
        return pages.page(
            request,
            "audit.html",
            at,
            entries=entries,
            asked={"actor": actor, "action": action, "subject": subject, "tu": tu, "den": den},
            more=entries[-1].id if len(entries) == _PAGE else None,
        )

    return router


def _start(text: str, *, after: bool = False) -> datetime | None:
    """The beginning of a day, or of the one after; nothing for an empty or unreadable field."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime.combine(day + timedelta(days=1 if after else 0), time(), LOCAL)
