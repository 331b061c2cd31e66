"""Coming in by the province's own sign-in: it says who somebody is, their posts here say what they may do."""

from __future__ import annotations

import structlog
from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from core.sealed_note import seal, unseal
from gateway.console.entrance import BY_PROVINCE, SIGN_IN, Entrance, inside
from people import province, province_repository, repository, sign_in
from people.models import Via
from people.province import ProvinceMark
from wire.oidc import Journey, OidcClient
from wire.oidc_tokens import OidcError, OidcRefused

log = structlog.get_logger()
COOKIE = "motcua_province"
LASTS = sign_in.HALF_LASTS
"""A sign-in under way, and how long what was said once is remembered: longer than it could be believed, and
as long as a sign-in may be half-way.
"""
_PURPOSE = "province-sign-in"
_TOO_LATE = "Lần đăng nhập này đã quá 10 phút, đã dùng, hoặc bắt đầu ở trình duyệt khác. Bấm đăng nhập lại."
_REFUSED = "Chưa đăng nhập được bằng {name}. Thử lại; vẫn không được thì báo người quản trị mã: {code}."
_AWAY = "Máy chủ đăng nhập của tỉnh đang không trả lời. Dùng mật khẩu, hoặc thử lại sau vài phút. Mã: {code}."


def province_router(entrance: Entrance, client: OidcClient, *, public_url: str) -> APIRouter:
    """``public_url``: ours, to which the province sends people back after signing out there."""
    router = APIRouter(prefix=BY_PROVINCE, include_in_schema=False)
    door = entrance.door

    def failed(request: Request, error: OidcError, then: str) -> Response:
        log.warning("province_sign_in_failed", code=error.code)
        refused = isinstance(error, OidcRefused)
        words = (_REFUSED if refused else _AWAY).format(name=entrance.province, code=error.code)
        return entrance.page(request, then, trouble=words, status=401 if refused else 503)

    @router.get("")
    async def start(request: Request, then: str = "/console") -> Response:
        journey = Journey.begin()
        try:
            address = await client.address_for(journey)
        except OidcError as error:
            return failed(request, error, then)
        response = RedirectResponse(address, 303)
        note = {
            "state": journey.state,
            "nonce": journey.nonce,
            "verifier": journey.verifier,
            "then": inside(then),
        }
        response.set_cookie(
            COOKIE,
            seal(_PURPOSE, note, door.clock()),
            max_age=int(LASTS.total_seconds()),
            httponly=True,
            secure=door.secure_cookie,
            samesite="lax",
            path=SIGN_IN,
        )
        return response

    @router.get("/ve")
    async def arrive(request: Request) -> Response:
        note = unseal(_PURPOSE, request.cookies.get(COOKIE, ""), door.clock(), lasts=LASTS)
        if note is None:
            return entrance.page(request, "/console", trouble=_TOO_LATE, status=401)
        journey, then = Journey(note["state"], note["nonce"], note["verifier"]), note["then"]
        response = await _entered(request, journey, then)
        response.delete_cookie(COOKIE, path=SIGN_IN)
        return response

    async def _entered(request: Request, journey: Journey, then: str) -> Response:
        try:
            who = await client.arrive(journey, request.query_params)
        except OidcError as error:
            await _note_refusal(error.code)
            return failed(request, error, then)
        now = door.clock()
        async with door.database.writing() as session:
            state = province.state_hash(journey.state)
            first = await province_repository.spend_state(session, state, now, keep=LASTS)
            result = (
                await sign_in.vouched_for(
                    session,
                    account=who.account,
                    strong=who.strong,
                    now=now,
                    mark=ProvinceMark.of(who.subject, who.session),
                )
                if first
                else None
            )
        if result is None:
            await _note_refusal("state_spent")
            return entrance.page(request, then, trouble=_TOO_LATE, status=401)
        return entrance.first_half(request, result, then)

    async def _note_refusal(code: str) -> None:
        async with door.database.writing() as session:
            await repository.add_audit(
                session, actor=Via.PROVINCE, action="sign_in.refused", subject="province", reason=code
            )

    @router.get("/thoat")
    async def leave(request: Request) -> Response:
        """Out of the province's account too, for a machine that others use."""
        try:
            address = await client.leave_address(f"{public_url}{SIGN_IN}")
        except OidcError as error:
            return failed(request, error, "/console")
        return RedirectResponse(address or SIGN_IN, 303)

    @router.post("/da-thoat")
    async def left(logout_token: str = Form("")) -> Response:
        """The province's server says that somebody has left it (Back-Channel Logout 1.0, 2.5 to 2.8)."""
        headers = {"Cache-Control": "no-store"}
        try:
            found = await client.left(logout_token)
        except OidcError as error:
            # Anybody may send something here: it is logged, and the audit is left to what was proved.
            log.warning("province_logout_failed", code=error.code)
            status = 400 if isinstance(error, OidcRefused) else 503
            return JSONResponse({"error": "invalid_request"}, status, headers)
        async with door.database.writing() as session:
            ended = await province.leave(
                session,
                ProvinceMark.of(found.subject, found.session),
                token_id=found.token_id,
                now=door.clock(),
                keep=LASTS,
            )
        if ended is None:
            return JSONResponse({"error": "invalid_request"}, 400, headers)
        log.info("province_logout", sessions=ended)
        return Response(status_code=200, headers=headers)

    return router
