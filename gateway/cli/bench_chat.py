"""Eight citizens at once, beside Rasa alone that is greeted: no search, no database, no gateway."""

from __future__ import annotations

import asyncio
import itertools
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import aiohttp

from bot import doors
from core.settings import settings
from gateway.cli.client import GatewayClient, gateway
from gateway.cli.timing import quantiles
from gateway.keys import assistant_secret
from knowledge.base import KnowledgeBase

CITIZENS = 8
_PAUSE_SECONDS = 2.0
_WARM_UP = 3

Ask = Callable[[str], Awaitable[float | None]]
"""Asks one question; how long the part that is ours took, in milliseconds, where that is known."""


async def chat_figures(questions: Sequence[str] | None, *, seconds: float) -> dict[str, Any]:
    """``seconds``: how long each way of asking is measured."""
    from gateway.knowledge import open_knowledge

    asked = questions or golden(await open_knowledge(settings()))
    async with gateway(settings()) as client, aiohttp.ClientSession(headers=_key()) as bare:
        turn = _turn(client)
        await _citizens(turn, asked, seconds=_WARM_UP)
        paced, own_paced = await _citizens(turn, asked, seconds=seconds, pause=_PAUSE_SECONDS)
        unpaced, own = await _citizens(turn, asked, seconds=seconds)
        figures: dict[str, Any] = {
            "citizens": CITIZENS,
            **_named("every_2_s", paced, own_paced),
            **_named("no_pause", unpaced, own),
            "no_pause_turns_per_s": round(len(unpaced) / seconds, 1),
        }
        if client.address.rasa_url:
            alone, _ = await _citizens(_bare(bare, client.address.rasa_url), asked, seconds=seconds)
            reference = quantiles(alone)
            figures |= {
                "reference_rasa_alone_p50_ms": reference[0],
                "reference_rasa_alone_p95_ms": reference[1],
                "ratio_p50": round(quantiles(unpaced)[0] / reference[0], 2),
            }
    return figures


def _key() -> dict[str, str]:
    """Of Rasa's door."""
    return doors.shown(doors.key_of(doors.RASA, assistant_secret(settings())))


def golden(base: KnowledgeBase) -> list[str]:
    return [question.text for one in base.content.curated.values() for question in one.golden]


def _named(name: str, whole: list[float], own: list[float]) -> dict[str, Any]:
    p50, p95 = quantiles(whole)
    return {f"{name}_p50_ms": p50, f"{name}_p95_ms": p95, f"{name}_own_p95_ms": quantiles(own)[1]}


def _turn(client: GatewayClient) -> Ask:
    async def ask(text: str) -> float | None:
        answer = await client.turn(text=text, conversation=f"bench-{uuid.uuid4().hex}")
        return answer.get("own_ms")

    return ask


def _bare(session: aiohttp.ClientSession, url: str) -> Ask:
    async def ask(_text: str) -> float | None:
        body = {"sender": f"bench-{uuid.uuid4().hex}", "message": "xin chào"}
        async with session.post(f"{url}/webhooks/rest/webhook", json=body) as response:
            await response.read()
        return None

    return ask


async def _citizens(
    ask: Ask, questions: Sequence[str], *, seconds: float, pause: float = 0.0
) -> tuple[list[float], list[float]]:
    """Milliseconds of every turn, and of our share in it; ``pause``: seconds from one message to the next."""
    whole: list[float] = []
    own: list[float] = []
    rows: Iterator[str] = itertools.cycle(questions)
    end = time.perf_counter() + seconds

    async def citizen(number: int) -> None:
        await asyncio.sleep(pause * number / CITIZENS)
        while time.perf_counter() < end:
            started = time.perf_counter()
            ours = await ask(next(rows))
            took = time.perf_counter() - started
            whole.append(took * 1000)
            if ours is not None:
                own.append(ours)
            await asyncio.sleep(max(0.0, pause - took))

    await asyncio.gather(*(citizen(number) for number in range(CITIZENS)))
    return whole, own
