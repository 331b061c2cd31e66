"""``/status``: what works and what does not, for anybody; ``/rieng-tu``: what happens with personal data."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from core.retention_settings import RetentionSettings
from gateway.public.pages import Pages
from gateway.service_status import Standing


def status_router(
    pages: Pages,
    look: Callable[[], Awaitable[Standing]],
    *,
    keep: RetentionSettings,
    contact: str | None = None,
) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/status")
    async def status(request: Request) -> Response:
        standing = await look()
        at = pages.local(standing.at)
        return pages.page(request, "status.html", standing=standing, at=at, private=True)

    @router.get("/status.json")
    async def as_json() -> Response:
        standing = await look()
        return JSONResponse(
            {
                "at": standing.at.isoformat(),
                "status": standing.whole,
                "chat": standing.chat,
                "notices": standing.notices,
                "events": standing.events,
                "behind_minutes": standing.behind_minutes,
            }
        )

    @router.get("/.well-known/security.txt")
    async def security_txt() -> Response:
        """Where to tell of a hole (RFC 9116)."""
        if contact is None:
            raise HTTPException(404)
        ends = (datetime.now(UTC) + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
        words = f"Contact: {contact}\nExpires: {ends}\nPreferred-Languages: vi, en\n"
        return PlainTextResponse(words)

    @router.get("/rieng-tu")
    async def privacy(request: Request) -> Response:
        return pages.page(request, "privacy.html", keep=keep)

    return router
