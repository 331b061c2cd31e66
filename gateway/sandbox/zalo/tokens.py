"""Zalo's OAuth: a pair of tokens, the second of which works once."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from aiohttp import web

from gateway.sandbox.accounts import Accounts
from gateway.sandbox.wire import Handler, Wire
from gateway.sandbox.zalo.answers import refused
from wire.zalo.pair import challenge_of

_EXPIRES = 90_000


class ZaloTokens:
    """``refresh``: tokens that still work; ``spent``: those that were taken."""

    def __init__(self, wire: Wire, accounts: Accounts) -> None:
        self._wire, self._state, self._accounts = wire, wire.state, accounts
        self._access: dict[str, float] = {}
        self.refresh: set[str] = set()
        self.spent: set[str] = set()
        self._codes: dict[str, str] = {}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/zalo-oauth/v4/oa/permission", self._consent),
            web.post(
                "/zalo-oauth/v4/oa/access_token", self._wire.handle("zalo-oauth", self._token, error=refused)
            ),
        ]

    def first_pair(self) -> dict[str, str]:
        """A pair as if somebody had consented."""
        return self._pair()

    def expire_access(self) -> None:
        self._access.clear()

    def _pair(self) -> dict[str, str]:
        access, refresh = f"at-{secrets.token_hex(16)}", f"rt-{secrets.token_hex(16)}"
        self._access[access] = self._state.clock() + _EXPIRES
        self.refresh.add(refresh)
        return {"access_token": access, "refresh_token": refresh, "expires_in": str(_EXPIRES)}

    async def _token(self, request: web.Request, _raw: bytes) -> web.Response:
        form = await request.post()
        if request.headers.get("secret_key") != self._accounts.zalo_app_secret:
            return _oauth_error(-14004, "Invalid secret key")
        if form.get("app_id") != self._accounts.zalo_app_id:
            return _oauth_error(-14002, "Invalid app id")
        if form.get("grant_type") == "authorization_code":
            challenge = self._codes.pop(str(form.get("code")), None)
            if challenge is None or challenge != challenge_of(str(form.get("code_verifier"))):
                return _oauth_error(-14010, "Invalid authorization code")
            return web.json_response(self._pair())
        token = str(form.get("refresh_token"))
        if token in self.spent or token not in self.refresh:
            return _oauth_error(-14014, "Invalid refresh token")
        self.refresh.discard(token)
        self.spent.add(token)
        return web.json_response(self._pair())

    async def _consent(self, request: web.Request) -> web.StreamResponse:
        """The consent page says yes at once: there is nobody to ask."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = request.query.get("code_challenge", "")
        answer = {"code": code, "oa_id": self._accounts.zalo_oa_id, "state": request.query.get("state", "")}
        raise web.HTTPFound(f"{request.query.get('redirect_uri', '/')}?{urlencode(answer)}")

    def guards(self, handler: Handler, *, code: int, words: str) -> Handler:
        """A handler that only a valid token opens; ``code``: how this part of Zalo refuses another."""

        async def handled(request: web.Request, raw: bytes) -> web.StreamResponse:
            if self._access.get(request.headers.get("access_token", ""), 0) <= self._state.clock():
                return refused(code, words)
            return await handler(request, raw)

        return handled


def _oauth_error(code: int, words: str) -> web.Response:
    return web.json_response({"error": code, "error_name": "Error", "error_description": words})
