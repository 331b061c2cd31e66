"""Whether this process lives, and whether a citizen can be served."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import aiohttp
from fastapi import APIRouter, Response
from sqlalchemy import text

from core.database import Database

_PROBE = aiohttp.ClientTimeout(total=2)


class Answer(StrEnum):
    """Of a part; ``refused``: it does not know our secret, or we do not know its."""

    OK = "ok"
    REFUSED = "refused"
    DOWN = "down"


@dataclass(frozen=True)
class Part:
    """Servers of one kind, any of which will do, and the headers that open their doors."""

    urls: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)

    async def answer(self) -> Answer:
        found = await asyncio.gather(*(answer_of(url, self.headers) for url in self.urls))
        return min(found, key=list(Answer).index, default=Answer.DOWN)

    async def answers(self) -> bool:
        return await self.answer() is Answer.OK


def health_router(database: Database, *, assistant: Part, actions: Part | None) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz(response: Response) -> dict[str, str]:
        """200 when the database, the assistant and its actions answer; 503 with what does not."""
        parts = {"database": await _database_answer(database), "assistant": await assistant.answer()}
        if actions is not None:
            parts["actions"] = await actions.answer()
        if set(parts.values()) != {Answer.OK}:
            response.status_code = 503
        return {name: answer.value for name, answer in parts.items()}

    return router


async def _database_answer(database: Database) -> Answer:
    try:
        async with database.reading() as session:
            await session.execute(text("SELECT 1"))
    except Exception:
        return Answer.DOWN
    return Answer.OK


async def answer_of(url: str, headers: Mapping[str, str]) -> Answer:
    """Whether a service says 200 within two seconds."""
    try:
        async with (
            aiohttp.ClientSession(timeout=_PROBE, headers=headers) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            if response.status == 401:
                return Answer.REFUSED
            return Answer.OK if response.status == 200 else Answer.DOWN
    except (aiohttp.ClientError, TimeoutError):
        return Answer.DOWN
