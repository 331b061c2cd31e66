"""A token pair, who keeps it, and how it is read from Zalo's answer."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlencode


@dataclass(frozen=True)
class TokenPair:
    """``access_token`` works until ``access_expires_at``; ``refresh_token`` buys one new pair, once."""

    access_token: str
    refresh_token: str
    access_expires_at: datetime
    refresh_expires_at: datetime

    def __repr__(self) -> str:
        return f"TokenPair(access until {self.access_expires_at}, refresh until {self.refresh_expires_at})"


@dataclass(frozen=True)
class Stored:
    """The pair as it stands in the store. ``generation`` counts up with each new pair.

    ``asked_at``: a refresh was sent with this very pair and its answer has not been stored.
    """

    pair: TokenPair
    generation: int
    asked_at: datetime | None = None
    failure: str | None = None


class TokenStore(Protocol):
    """The one row of an account. Every method is a transaction of its own, committed when it returns."""

    async def read(self, oa_id: str) -> Stored | None: ...

    async def claim(self, oa_id: str, *, generation: int, owner: str, now: datetime, until: datetime) -> bool:
        """Become the one writer for this generation, under a row lock; False when somebody else is."""
        ...

    async def put(self, oa_id: str, pair: TokenPair, *, now: datetime, after: int | None) -> bool:
        """Store a new pair durably and end the claim; False if a newer one than ``after`` is there.

        ``after=None`` is a fresh consent and overwrites whatever stands there.
        """
        ...

    async def release(self, oa_id: str, *, owner: str, failure: str | None, answered: bool) -> None:
        """End a claim without a new pair. ``answered``: Zalo said no, so no answer can be under way."""
        ...


class BadTokenAnswer(Exception):
    """An answer without error and without a usable pair."""


def pair_from(
    whole: Mapping[str, Any], now: datetime, refresh_life: timedelta, *, default_seconds: int = 3600
) -> TokenPair:
    """Read ``{"access_token", "refresh_token", "expires_in"}``; ``expires_in`` may be a text."""
    try:
        access, refresh = str(whole["access_token"]), str(whole["refresh_token"])
    except KeyError as error:
        raise BadTokenAnswer(f"{error.args[0]} is missing") from None
    if not access or not refresh:
        raise BadTokenAnswer("a token is empty")
    try:
        seconds = int(whole.get("expires_in", default_seconds))
    except (TypeError, ValueError):
        seconds = default_seconds
    return TokenPair(access, refresh, now + timedelta(seconds=seconds), now + refresh_life)


@dataclass(frozen=True)
class Consent:
    """One walk through Zalo's consent page: ``verifier`` is kept until the code comes back."""

    url: str
    state: str
    verifier: str


def consent_page(oauth_url: str, *, app_id: str, redirect_uri: str) -> Consent:
    """Where an administrator gives the account to the app (OAuth v4 with PKCE, S256).

    The shape of verifier and challenge is remembered: 43 characters, base64url of SHA-256 without padding.
    """
    verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(16)
    query = urlencode(
        {
            "app_id": app_id,
            "redirect_uri": redirect_uri,
            "code_challenge": challenge_of(verifier),
            "state": state,
        }
    )
    return Consent(f"{oauth_url}/v4/oa/permission?{query}", state, verifier)


def challenge_of(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
