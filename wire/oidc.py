"""A client of OpenID Connect: Authorization Code with PKCE, and a token believed only after proof.

OpenID Connect Core 1.0 (3.1.2 the request), Discovery 1.0, Back-Channel Logout 1.0, RFC 7636, RFC 9207. What
must stand in a token is ``oidc_tokens``; nothing is taken from one before its signature holds.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from core.json_text import read_json
from core.sign_in_settings import OidcSettings
from wire.oidc_tokens import (
    Left,
    OidcMisconfigured,
    OidcRefused,
    OidcUnreachable,
    TokenRules,
    Vouched,
    decoded,
)

_FRESH_SECONDS = 600.0
_ASK_AGAIN_SECONDS = 30.0


@dataclass(frozen=True)
class Journey:
    """What is remembered of a sign-in under way, in the browser alone (sealed), until it comes back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def begin(cls) -> Journey:
        return cls(*(secrets.token_urlsafe(32) for _ in range(3)))


@dataclass(frozen=True)
class Province:
    """What its discovery document says."""

    authorization: str
    token: str
    keys: str
    end_session: str | None
    secret_in_header: bool
    names_itself: bool


class OidcClient:
    """Discovery and keys are kept for ten minutes; an unknown key is asked for at once, but not on and on."""

    def __init__(
        self, settings: OidcSettings, redirect_uri: str, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._settings, self._redirect_uri, self._clock = settings, redirect_uri, clock
        self._rules = TokenRules(settings)
        self._issuer, self._client_id = settings.issuer or "", settings.client_id or ""
        self.name = settings.name
        self._session: aiohttp.ClientSession | None = None
        self._province: tuple[Province, float] | None = None
        self._keys: tuple[KeySet, float] | None = None

    async def address_for(self, journey: Journey) -> str:
        """Where the browser is sent. Raises an ``OidcError``."""
        province = await self.province()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(journey.verifier.encode()).digest())
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._redirect_uri,
            "scope": self._settings.scopes,
            "state": journey.state,
            "nonce": journey.nonce,
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            "ui_locales": "vi",
        }
        return _with_query(province.authorization, asked)

    async def leave_address(self, back_to: str) -> str | None:
        """Where one signs out of the province too (RP-Initiated Logout 1.0); None if it has no such page."""
        found = (await self.province()).end_session
        asked = {"client_id": self._client_id, "post_logout_redirect_uri": back_to}
        return _with_query(found, asked) if found else None

    async def arrive(self, journey: Journey, query: Mapping[str, str]) -> Vouched:
        """What the browser brought back, checked step by step. Raises an ``OidcError``."""
        province = await self.province()
        if not hmac.compare_digest(query.get("state", "").encode(), journey.state.encode()):
            raise OidcRefused("state")
        # RFC 9207: an answer of another server is not ours, whatever it says.
        if query.get("iss", self._issuer if not province.names_itself else "") != self._issuer:
            raise OidcRefused("iss_of_answer")
        if "error" in query:
            known = query["error"] in ("access_denied", "login_required", "interaction_required")
            raise OidcRefused(query["error"] if known else "province_error")
        if not query.get("code"):
            raise OidcRefused("no_code")
        claims = await self._proved(await self._exchange(province, query["code"], journey))
        return self._rules.vouched(claims, journey.nonce, self._clock())

    async def left(self, token: str) -> Left:
        """What a logout token says, once it is proved. Raises an ``OidcError``."""
        return self._rules.left(await self._proved(token), self._clock())

    async def province(self) -> Province:
        """The discovery document, which must name the very issuer that was set. Raises an ``OidcError``."""
        if self._province is None or self._clock() - self._province[1] > _FRESH_SECONDS:
            found = await self._get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
            self._province = (_read_province(found, self._issuer), self._clock())
        return self._province[0]

    async def keys(self, *, anew: bool = False) -> KeySet:
        if self._keys is None or anew or self._clock() - self._keys[1] > _FRESH_SECONDS:
            found = await self._get((await self.province()).keys)
            try:
                self._keys = (KeySet.import_key_set(found), self._clock())  # type: ignore[arg-type]
            except (JoseError, AttributeError, KeyError, TypeError, ValueError):
                raise OidcUnreachable("keys_shape") from None
        return self._keys[0]

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _exchange(self, province: Province, code: str, journey: Journey) -> str:
        """The code against an ID token."""
        secret = self._settings.client_secret
        plain = secret.get_secret_value() if secret else ""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": journey.verifier,
        }
        headers = {"Accept": "application/json"}
        if province.secret_in_header:
            headers["Authorization"] = aiohttp.encode_basic_auth(*map(_formed, (self._client_id, plain)))
        else:
            form |= {"client_id": self._client_id, "client_secret": plain}
        status, answer = await self._call("POST", province.token, data=form, headers=headers)
        if status in (400, 401, 403):
            refused = answer.get("error")
            if refused in ("invalid_client", "unauthorized_client"):
                raise OidcMisconfigured("client_refused")
            raise OidcRefused("code_refused")
        token = answer.get("id_token")
        if status != 200 or not isinstance(token, str):
            raise OidcUnreachable("token_shape")
        return token

    async def _proved(self, token: str) -> dict[str, Any]:
        """The claims, once a key of the province has proved them. Its keys may be newer than ours."""
        try:
            return decoded(token, await self.keys())
        except (InvalidKeyIdError, BadSignatureError):
            assert self._keys is not None  # noqa: S101 - they were asked for above
            if self._clock() - self._keys[1] < _ASK_AGAIN_SECONDS:
                raise OidcRefused("token_signature") from None
        except (JoseError, ValueError):
            raise OidcRefused("token_unproved") from None
        try:
            return decoded(token, await self.keys(anew=True))
        except (JoseError, ValueError):
            raise OidcRefused("token_signature") from None

    async def _get(self, url: str) -> dict[str, Any]:
        status, answer = await self._call("GET", url)
        if status in (404, 410):
            raise OidcMisconfigured("not_there")
        if status != 200:
            raise OidcUnreachable(f"status_{status}")
        return answer

    async def _call(self, method: str, url: str, **more: Any) -> tuple[int, dict[str, Any]]:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=self._settings.timeout_seconds)
            self._session = aiohttp.ClientSession(timeout=timeout)
        try:
            # A redirect could carry our secret elsewhere.
            async with self._session.request(method, url, allow_redirects=False, **more) as response:
                status, answer = response.status, await response.json(content_type=None, loads=read_json)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise OidcUnreachable(type(error).__name__) from None
        except ValueError:
            raise OidcUnreachable("no_json") from None
        return status, answer if isinstance(answer, dict) else {}


def _read_province(found: Mapping[str, Any], issuer: str) -> Province:
    if found.get("issuer") != issuer:
        raise OidcMisconfigured("issuer_differs")
    places = [found.get(f"{name}_endpoint") for name in ("authorization", "token")] + [found.get("jwks_uri")]
    if not all(isinstance(place, str) and place.startswith(("https://", "http://")) for place in places):
        raise OidcMisconfigured("discovery_shape")
    # Nobody may be sent from a safe page to one that is not.
    if issuer.startswith("https://") and any(not str(place).startswith("https://") for place in places):
        raise OidcMisconfigured("discovery_not_https")
    end = found.get("end_session_endpoint")
    ways = found.get("token_endpoint_auth_methods_supported")
    ways = ways if isinstance(ways, list) and ways else ["client_secret_basic"]
    authorization, token, keys = map(str, places)
    return Province(
        authorization,
        token,
        keys,
        end if isinstance(end, str) and end.startswith(issuer.split("://", 1)[0] + "://") else None,
        "client_secret_basic" in ways,
        found.get("authorization_response_iss_parameter_supported") is True,
    )


def _with_query(address: str, asked: Mapping[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(asked)}"


def _formed(value: str) -> str:
    """RFC 6749, 2.3.1: both are form-encoded before they go into the header."""
    return urlencode({"": value})[1:]
