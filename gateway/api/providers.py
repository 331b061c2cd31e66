"""Which providers of messages are on, for the command line and for monitoring."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Depends

from core.database import Database, utc_now
from gateway.channels.compose import Channels
from gateway.provider_report import ProviderLine, report


def providers_router(
    database: Database, channels: Channels, caller: Callable[..., Awaitable[str]]
) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["providers"])

    @router.get("/providers")
    async def listed(_caller: str = Depends(caller)) -> list[ProviderLine]:
        """On or off and why, quota, messages and cost of this month."""
        if channels.providers is None:
            return []
        return await report(database, channels.providers, now=utc_now())

    return router
