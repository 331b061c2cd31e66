"""Who may call the machine API: a bearer key with the scope that the path needs."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fastapi import HTTPException, Request

from core.database import Database, utc_now
from people.service import Scope, key_allows

RequireKey = Callable[[Scope], Callable[[Request], Awaitable[str]]]


@dataclass(frozen=True)
class Doorkeeper:
    """``local_token``: the secret that the supervisor gives to commands on the same machine."""

    database: Database
    local_token: str | None = None

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
            async with self.database.reading() as session:
                key = await key_allows(session, secret=secret, scope=scope, now=utc_now())
            if key is None:
                raise HTTPException(403, f"Khóa không đúng, đã hết hạn, hoặc không có quyền '{scope}'.")
            return key.name

        return check
