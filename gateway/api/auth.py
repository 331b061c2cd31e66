"""Who may call the machine API: a bearer key with the scope that the path needs."""

from __future__ import annotations

import hmac
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from fastapi import HTTPException, Request

from core import metrics
from core.database import Database, utc_now
from gateway.limits import PerMinute
from people.service import Scope, hash_of_key, key_allows

# How long a yes is remembered: a key that is taken away still opens for this long.
_REMEMBERED = timedelta(seconds=2)
_MOST_REMEMBERED = 1000

RequireKey = Callable[[Scope], Callable[[Request], Awaitable[str]]]


@dataclass(frozen=True)
class Doorkeeper:
    """``local_token``: the secret that the supervisor gives to commands on the same machine. ``per_minute``:
    calls of one key; zero for as many as it likes.
    """

    database: Database
    local_token: str | None = None
    per_minute: int = 0
    _calls: PerMinute = field(init=False, repr=False)
    _said_yes: dict[tuple[str, Scope], tuple[str, datetime]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_calls", PerMinute(self.per_minute, time.monotonic))

    def require(self, scope: Scope) -> Callable[[Request], Awaitable[str]]:
        """A dependency that gives the name of the caller, or answers 401 or 403."""

        async def check(request: Request) -> str:
            kind, _, secret = request.headers.get("authorization", "").partition(" ")
            if kind.lower() != "bearer" or not secret:
                raise HTTPException(
                    401,
                    "Thiếu khóa: gửi tiêu đề 'Authorization: Bearer <khóa>'.",
                    {"WWW-Authenticate": "Bearer"},
                )
            if self.local_token and hmac.compare_digest(secret, self.local_token):
                return "local"
            name = await self._name(secret, scope)
            if name is None:
                metrics.GUESSES.labels(metrics.GuessedDoor.API_KEY).inc()
                raise HTTPException(403, f"Khóa không đúng, đã hết hạn, hoặc không có quyền '{scope}'.")
            if self.per_minute and not self._calls.admits(name):
                raise HTTPException(
                    429, "Khóa này gọi nhiều quá: chờ một phút rồi gửi tiếp.", {"Retry-After": "60"}
                )
            return name

        return check

    async def _name(self, secret: str, scope: Scope) -> str | None:
        now, asked = utc_now(), (hash_of_key(secret), scope)
        name, until = self._said_yes.get(asked, ("", now))
        if now < until:
            return name
        async with self.database.reading() as session:
            key = await key_allows(session, secret=secret, scope=scope, now=now)
        if key is None:
            return None
        if len(self._said_yes) >= _MOST_REMEMBERED:
            self._said_yes.clear()
        until = now + _REMEMBERED
        self._said_yes[asked] = key.name, min(until, key.expires_at) if key.expires_at else until
        return key.name
