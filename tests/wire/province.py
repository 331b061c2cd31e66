"""A province's OpenID Connect server: the real addresses and formats, RS256 keys, and every way to be wrong.

What it checks itself is what a real one checks: client, redirect address, code once, PKCE.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import BasicAuth, web
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from core.sign_in_settings import OidcSettings

CLIENT, SECRET = "motcua", "mat khau+mau/cua:ung dung"


@dataclass
class Person:
    """Who is at the province's page."""

    claims: dict[str, Any] = field(default_factory=lambda: {"preferred_username": "lan.mau"})


class ProvinceServer:
    """``spoil`` changes claims of the next tokens; ``sign`` how they are signed."""

    def __init__(self) -> None:
        self.person = Person()
        self.keys = [self._new_key("k1")]
        self.announced: list[RSAKey] | None = None
        self.spoil: Callable[[dict[str, Any]], None] = lambda claims: None
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.discovery: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.key_reads = 0
        self.down = False
        self.codes_work_once = True
        self._runner: web.AppRunner | None = None
        self.issuer = ""

    @staticmethod
    def _new_key(kid: str) -> RSAKey:
        return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})

    def rotate(self, kid: str, *, keep_old: bool = True) -> None:
        """A new key signs from now on; the old one is still announced for a while, or not."""
        self.keys = [self._new_key(kid), *(self.keys if keep_old else [])]

    def signed(self, claims: dict[str, Any]) -> str:
        key = self.keys[0]
        return jwt.encode({"alg": "RS256", "kid": key.kid, "typ": "JWT"}, claims, key)

    def unsigned(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "none"}, claims, OctKey.import_key("x" * 32), algorithms=["none"])

    def signed_with_the_secret(self, claims: dict[str, Any]) -> str:
        """What anybody who knows the client's secret could make."""
        return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET.ljust(32, "x")))

    def signed_by_a_stranger(self, claims: dict[str, Any]) -> str:
        key = self._new_key(str(self.keys[0].kid))
        return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)

    def logout_claims(self, **more: Any) -> dict[str, Any]:
        """What is said when somebody leaves: one session of the person of the ID tokens."""
        now = int(time.time())
        known = {
            "iss": self.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": f"jti-{now}",
            "sub": "6f0c",
            "sid": "phien-1",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        }
        return {name: value for name, value in (known | more).items() if value is not None}

    def logout_token(self, **more: Any) -> str:
        return self.sign(self.logout_claims(**more))

    def settings(self, **more: Any) -> OidcSettings:
        known = {"issuer": self.issuer, "client_id": CLIENT, "client_secret": SECRET, "timeout_seconds": 1.0}
        return OidcSettings(**{**known, **more})

    def browser_goes_to(self, address: str) -> str:
        """The person signs in at the page; returns the query with which the browser is sent back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return urlencode({"code": code, "state": asked["state"], "iss": self.issuer})

    async def start(self) -> None:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._discovery)
        app.router.add_get("/keys", self._keys)
        app.router.add_post("/token", self._token)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.issuer = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _discovery(self, _request: web.Request) -> web.Response:
        if self.down:
            return web.Response(status=503)
        known = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/logout",
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return web.json_response({**known, **self.discovery})

    async def _keys(self, _request: web.Request) -> web.Response:
        self.key_reads += 1
        return web.json_response(KeySet(list(self.announced or self.keys)).as_dict(private=False))

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        who = BasicAuth.decode(request.headers["Authorization"])
        if (who.login, who.password) != (CLIENT, urlencode({"": SECRET})[1:]):
            return web.json_response({"error": "invalid_client"}, status=401)
        asked = self.codes.get(str(form["code"]))
        challenge = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        if (
            asked is None
            or form["redirect_uri"] != asked["redirect_uri"]
            or base64.urlsafe_b64encode(challenge).rstrip(b"=").decode() != asked["code_challenge"]
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        if self.codes_work_once:
            del self.codes[str(form["code"])]
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "6f0c",
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.person.claims,
        }
        self.spoil(claims)
        return web.json_response(
            {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(claims)},
            headers={"Cache-Control": "no-store"},
        )
