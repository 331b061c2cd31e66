"""Who may open a console page: a session, a permission, and a form that came from our own page."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from urllib.parse import quote

from fastapi import HTTPException, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database, utc_now
from people import repository, staff_sessions
from people.permissions import Actor, Permission

COOKIE = "motcua_staff"
PASSWORD_PAGE = "/console/mat-khau"  # noqa: S105 - a page
_BEFORE_OWN_PASSWORD = (PASSWORD_PAGE, "/console/dang-xuat")
FORM_FIELD = "form_token"
FORM_HEADER = "x-form-token"
_LONGEST_SUBJECT, _LONGEST_REASON = 100, 400

RequireActor = Callable[[Request], Awaitable["AtConsole"]]


@dataclass(frozen=True)
class AtConsole:
    """Somebody signed in, and the token that their forms carry."""

    actor: Actor
    form_token: str

    async def note(
        self, session: AsyncSession, action: str, subject: str, *, reason: str | None = None
    ) -> None:
        """Their line in the audit, in the transaction of what they did or saw."""
        await repository.add_audit(
            session,
            actor=self.actor.username,
            action=action,
            subject=subject[:_LONGEST_SUBJECT],
            reason=(reason or "").strip()[:_LONGEST_REASON] or None,
        )


class OwnPasswordNeeded(Exception):
    """Signed in with a first password: nothing opens before one's own is chosen."""


class SignInNeeded(Exception):
    """Nobody is signed in: the page is shown after signing in."""

    def __init__(self, then: str) -> None:
        self.then = then


def form_token(token: str) -> str:
    """Tied to the session, so that a page elsewhere cannot send a form in somebody's name."""
    return hmac.new(token.encode(), b"console-form", hashlib.sha256).hexdigest()


class Door:
    def __init__(
        self, database: Database, *, secure_cookie: bool, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.database, self.clock, self.secure_cookie = database, clock, secure_cookie
        # A browser takes this name from this host alone, by https and for the whole site: no other site under
        # the office's domain can plant one.
        self.cookie, self._path = (f"__Host-{COOKIE}", "/") if secure_cookie else (COOKIE, "/console")

    def token(self, request: Request) -> str:
        """The session's secret; empty for a stranger."""
        return request.cookies.get(self.cookie, "")

    def require(self, permission: Permission | None = None) -> RequireActor:
        """A dependency: signed in, and allowed somewhere. A POST must carry the form's token.

        Raises SignInNeeded, OwnPasswordNeeded, or 403, which is written into the audit.
        """

        async def check(request: Request) -> AtConsole:
            token = self.token(request)
            now = self.clock()
            async with self.database.reading() as session:
                found = await staff_sessions.signed_in(session, token, now=now) if token else None
            if found is None:
                raise SignInNeeded(_then(request))
            actor = found.actor
            refused = permission is not None and not actor.may(permission)
            if request.method not in ("GET", "HEAD"):
                await self._own_form(request, token)
            if actor.first_password and request.url.path not in _BEFORE_OWN_PASSWORD:
                raise OwnPasswordNeeded
            # Nobody waits for a turn to write when there is nothing to be written.
            if found.untouched or refused:
                async with self.database.writing() as session:
                    await staff_sessions.touch(session, token, now=now)
                    if permission is not None and refused:
                        await _note_refusal(session, request, actor, permission)
            if refused:
                raise HTTPException(403)
            return AtConsole(actor, form_token(token))

        # Read by the test that tries every route in every role.
        check.permission = permission  # type: ignore[attr-defined]
        return check

    async def refuse(self, request: Request, at: AtConsole, permission: Permission) -> NoReturn:
        """403, written into the audit: allowed somewhere, but not with this record of another unit."""
        async with self.database.writing() as session:
            await _note_refusal(session, request, at.actor, permission)
        raise HTTPException(403)

    async def _own_form(self, request: Request, token: str) -> None:
        given = request.headers.get(FORM_HEADER)
        if given is None:
            form = await request.form()
            given = str(form.get(FORM_FIELD, ""))
        if not hmac.compare_digest(given, form_token(token)):
            raise HTTPException(403)

    def let_in(self, response: Response, token: str) -> None:
        response.set_cookie(
            self.cookie,
            token,
            max_age=int(staff_sessions.LONGEST.total_seconds()),
            httponly=True,
            secure=self.secure_cookie,
            samesite="lax",
            path=self._path,
        )

    def let_out(self, response: Response) -> None:
        response.delete_cookie(self.cookie, path=self._path, secure=self.secure_cookie, httponly=True)


async def _note_refusal(
    session: AsyncSession, request: Request, actor: Actor, permission: Permission
) -> None:
    await repository.add_audit(
        session,
        actor=actor.username,
        action="refused",
        subject=f"{request.method} {request.url.path}"[:_LONGEST_SUBJECT],
        reason=permission.value,
    )


def _then(request: Request) -> str:
    """Where to go after signing in: only a page of the console that was being read."""
    if request.method != "GET":
        return "/console"
    query = f"?{request.url.query}" if request.url.query else ""
    return quote(request.url.path + query, safe="/?=&%")
