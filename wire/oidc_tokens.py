"""What a token of OpenID Connect proves: who somebody is, or that somebody has left.

OpenID Connect Core 1.0 (3.1.3.7 what is checked in an ID token), Back-Channel Logout 1.0 (2.6 what is checked
in a logout token). Signatures are joserfc's work; every failure is a typed error whose code holds no word of
the token.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from core.sign_in_settings import OidcSettings

# Only what a published key can prove: never "none", never a signature made with our own secret.
ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
# A header that we do not know is passed over (RFC 7515, 4), unless it is marked as critical.
_READING = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
_LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
# A logout token older than this is not believed, so that its id need not be kept longer.
LOGOUT_LASTS = timedelta(minutes=5)


class OidcError(Exception):
    """Nobody is signed in; ``code`` says why, for the log and the audit."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OidcRefused(OidcError):
    """The province said no, or what it sent proves nothing."""


class OidcUnreachable(OidcError):
    """No connection, no answer in time, or a server that fails: try again."""


class OidcMisconfigured(OidcError):
    """An administrator has to mend the settings, here or at the province."""


@dataclass(frozen=True)
class Vouched:
    """Who the province says it is: the chosen claim, and whether a second factor was asked for there.

    ``subject``, ``session``: by which it may say later that somebody has left (``sub`` and ``sid``).
    """

    account: str
    strong: bool
    subject: str
    session: str | None = None


@dataclass(frozen=True)
class Left:
    """Somebody has left the province's sign-in: of its session, or of all where none is named.

    ``token_id``: of this word, which counts once.
    """

    subject: str | None
    session: str | None
    token_id: str


def decoded(token: str, keys: KeySet) -> dict[str, Any]:
    """The claims that a key proves. Raises joserfc's errors, or ValueError."""
    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS, registry=_READING).claims
    except (RecursionError, TypeError, AttributeError, KeyError):
        # A header that is a list, or names one, or has lists in lists without end: anybody may send that.
        raise ValueError("no token") from None


class TokenRules:
    """What must stand in a proved token, for us and now."""

    def __init__(self, settings: OidcSettings) -> None:
        self._settings = settings
        self._issuer, self._client_id = settings.issuer or "", settings.client_id or ""

    def vouched(self, claims: dict[str, Any], nonce: str, now: float) -> Vouched:
        """Whom an ID token of this sign-in speaks of. Raises an ``OidcError``."""
        self._check(claims, now, sub={"essential": True})
        audience = claims["aud"]
        # One token for several clients says in azp whose it is (3.1.3.7, points 3 to 5).
        if claims.get("azp", self._client_id) != self._client_id or (
            isinstance(audience, list) and len(audience) > 1 and "azp" not in claims
        ):
            raise OidcRefused("token_azp")
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise OidcRefused("token_nonce")
        return Vouched(
            self._account(claims), self._strong(claims), str(claims["sub"]), _text(claims.get("sid"))
        )

    def left(self, claims: dict[str, Any], now: float) -> Left:
        """Who has left, by a logout token. Raises an ``OidcError``."""
        self._check(claims, now, jti={"essential": True})
        if claims["iat"] < now - (LOGOUT_LASTS + self._settings.leeway).total_seconds():
            raise OidcRefused("token_iat")
        events = claims.get("events")
        if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT), dict):
            raise OidcRefused("token_events")
        # An ID token is no logout token, whoever sends it.
        if "nonce" in claims:
            raise OidcRefused("token_nonce")
        token_id = _text(claims["jti"])
        if token_id is None:
            raise OidcRefused("token_jti")
        found = Left(_text(claims.get("sub")), _text(claims.get("sid")), token_id)
        if found.subject is None and found.session is None:
            raise OidcRefused("token_sub")
        return found

    def _check(self, claims: dict[str, Any], now: float, **more: Any) -> None:
        """For us, from the province, of now; ``more``: what else must be there."""
        registry = jwt.JWTClaimsRegistry(
            now=int(now),
            leeway=int(self._settings.leeway.total_seconds()),
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client_id},
            exp={"essential": True},
            iat={"essential": True},
            **more,
        )
        try:
            registry.validate(claims)
        except JoseError as error:
            raise OidcRefused(f"token_{getattr(error, 'claim', None) or error.error}") from None

    def _account(self, claims: Mapping[str, Any]) -> str:
        name = self._settings.account_claim
        found = claims.get(name)
        if not isinstance(found, str) or not found.strip():
            raise OidcMisconfigured("claim_missing")
        if name == "email" and claims.get("email_verified") is not True:
            raise OidcRefused("email_unverified")
        return found.strip()

    def _strong(self, claims: Mapping[str, Any]) -> bool:
        found = claims.get("amr")
        return isinstance(found, list) and any(one in self._settings.strong_amr for one in found)


def _text(found: object) -> str | None:
    return found if isinstance(found, str) and found else None
