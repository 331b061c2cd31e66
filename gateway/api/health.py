"""Whether this process lives, and whether a citizen can be served."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import aiohttp
from fastapi import APIRouter, Response
from sqlalchemy import text

from conversations.rasa import servers_of
from core.database import Database

_PROBE = aiohttp.ClientTimeout(total=2)


def health_router(database: Database, *, rasa_url: str, actions_url: str | None) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz(response: Response) -> dict[str, str]:
        """200 when the database, the assistant and its actions answer; 503 with what does not."""
        parts = {
            "database": await _database_answers(database),
            "assistant": await any_answers(servers_of(rasa_url)),
        }
        if actions_url:
            parts["actions"] = await any_answers([f"{one}/healthz" for one in servers_of(actions_url)])
        if not all(parts.values()):
            response.status_code = 503
        return {name: "ok" if good else "down" for name, good in parts.items()}

    return router


async def _database_answers(database: Database) -> bool:
    try:
        async with database.reading() as session:
            await session.execute(text("SELECT 1"))
    except Exception:
        return False
    return True


async def any_answers(urls: Sequence[str]) -> bool:
    return any(await asyncio.gather(*(answers(url) for url in urls)))


async def answers(url: str) -> bool:
    """Whether a service says 200 within two seconds."""
    try:
        async with aiohttp.ClientSession(timeout=_PROBE) as session, session.get(url) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False
