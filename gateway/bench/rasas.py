"""Bursts of messages over two gateways and two Rasa servers, of which one is killed or restarted at a time.

Rasa is played by a server that says what it heard, so that every message can be looked for in what the
citizens got back; what every second citizen says does something as well (``FILED``). A message is *lost* when
its sender heard nothing about it: neither an answer nor the card that asks to say it again.
"""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from sqlalchemy import exists, func, select

from conversations.answering import DeskLimits
from conversations.desk import Desk
from conversations.models import Turn
from conversations.rasa import RasaAssistant
from core import metrics
from core.database import Database, utc_now
from core.events import Event
from core.message import InboundMessage, Outcome
from gateway.bench.kinds import Kind
from gateway.bench.rasa_stub import FILED, FILES
from gateway.bench.world import World, answers, world
from gateway.supervisor import free_port

_AT_ONCE = 40
"""Citizens who speak at the same time."""
_THINKS = "0.25"
_LOOKS_SECONDS, _MOST_LOOKS = 0.02, 50
_DOOR = "/webhooks/rest/"
_SPEAK_ONLY = 2
"""Of four citizens, at either gateway one; with what the others say something is done."""
_SERVERS = ("rasa-1", "rasa-2")
_DOWN_SECONDS = 1.0
_UP_SECONDS = 2.0


@dataclass
class Found:
    answered: int = 0
    asked_again: int = 0
    lost: int = 0
    disordered: int = 0
    twice: int = 0
    blows: dict[str, int] = field(default_factory=dict)


async def measure(
    *, bursts: int = 1_000, size: int = 20, seed: int = 1, tell: Callable[[str], None]
) -> dict[str, Any]:
    """``bursts`` citizens, each of whom says ``size`` things at once. Counts are of messages; ``disordered``
    and ``twice`` of conversations whose answers show it; second tries and what was done are counted by turns.
    """
    found, draw, second_tries = Found(), random.Random(seed), _second_tries()
    async with world(Kind.POSTGRESQL, redis=False) as made:
        tell("starting two Rasa servers")
        ports = {name: free_port() for name in _SERVERS}
        for name, port in ports.items():
            await made.start(
                name, "gateway.bench.rasa_stub", "--port", str(port), "--thinks-seconds", _THINKS
            )
            await answers(f"http://127.0.0.1:{port}{_DOOR}")
        urls = [f"http://127.0.0.1:{port}" for port in ports.values()]
        databases = [made.database() for _ in range(2)]
        assistants = [RasaAssistant(urls, timeout_seconds=8) for _ in databases]
        limits = DeskLimits(turns_per_minute=10 * size)
        desks = [
            Desk(database, assistant, limits=limits)
            for database, assistant in zip(databases, assistants, strict=True)
        ]
        over = asyncio.Event()
        striking = asyncio.create_task(_strike(made, ports, over, draw, found))
        gate = asyncio.Semaphore(_AT_ONCE)
        done = 0

        async def citizen(number: int) -> None:
            nonlocal done
            async with gate:
                await _burst(desks[number % 2], number, size, found)
            done += 1
            if done % 100 == 0:
                tell(f"{done} of {bursts} bursts, {sum(found.blows.values())} blows")

        try:
            async with asyncio.TaskGroup() as group:
                for number in range(bursts):
                    group.create_task(citizen(number))
            done_twice, untold = await _done(databases[0])
        finally:
            over.set()
            await striking
            for assistant in assistants:
                await assistant.close()
            for database in databases:
                await database.dispose()
    return {
        "bursts": bursts,
        "messages": bursts * size,
        **found.blows,
        "answered": found.answered,
        "asked_to_say_again": found.asked_again,
        "answered_by_second_try": _second_tries() - second_tries,
        "lost": found.lost,
        "answered_twice": found.twice,
        "out_of_order": found.disordered,
        "done_twice": done_twice,
        "done_and_not_told": untold,
    }


def _second_tries() -> int:
    """How many turns of this process so far ended well by being begun again."""
    ends = (metrics.SecondTry.ANSWERED, metrics.SecondTry.DONE)
    counts = (metrics.REGISTRY.get_sample_value("motcua_second_tries_total", {"end": one}) for one in ends)
    return int(sum(one or 0 for one in counts))


async def _done(database: Database) -> tuple[int, int]:
    """Turns in which something was done twice, and turns in which it was done and its words were not told."""
    times = select(Event.subject, func.count().label("times")).where(Event.type == FILED)
    of_turn = times.group_by(Event.subject).subquery()
    told = exists().where(Turn.reply_to == of_turn.c.subject, Turn.outcome == Outcome.ANSWER)
    async with database.reading() as session:
        twice = await session.scalar(select(func.count()).where(of_turn.c.times > 1))
        untold = await session.scalar(select(func.count()).select_from(of_turn).where(~told))
    return twice or 0, untold or 0


async def _burst(desk: Desk, number: int, size: int, found: Found) -> None:
    words = FILES if number % 4 >= _SPEAK_ONLY else "câu"
    said = [f"{words} {number} {place}." for place in range(size)]
    results = await asyncio.gather(
        *(
            desk.take(
                InboundMessage(
                    channel="webchat",
                    conversation_key=f"citizen {number}",
                    external_id=one,
                    text=one,
                    received_at=utc_now(),
                )
            )
            for one in said
        )
    )
    replies = [one.reply for one in results if one.reply.messages]
    cards = sum(reply.outcome is not Outcome.ANSWER for reply in replies)
    heard = "\n".join(reply.messages[0].text for reply in replies if reply.outcome is Outcome.ANSWER)
    places = [heard.find(words) for words in said]
    known = [place for place in places if place >= 0]
    found.answered += len(known)
    found.twice += any(heard.count(words) > 1 for words in said)
    found.disordered += known != sorted(known)
    if cards:
        found.asked_again += size - len(known)
    else:
        found.lost += size - len(known)


async def _strike(
    made: World, ports: dict[str, int], over: asyncio.Event, draw: random.Random, found: Found
) -> None:
    """One server after the other, killed or asked to stop, away for a second, and back."""
    turn = 0
    while not over.is_set():
        name = _SERVERS[turn % 2]
        blow = signal.SIGKILL if turn // 2 % 2 else signal.SIGTERM
        turn += 1
        await _thinks(f"http://127.0.0.1:{ports[name]}{_DOOR}")
        await made.stop(name, number=blow)
        key = "killed" if blow is signal.SIGKILL else "restarted"
        found.blows[key] = found.blows.get(key, 0) + 1
        await asyncio.sleep(_DOWN_SECONDS * draw.uniform(0.3, 1.0))
        await made.restart(name)
        await answers(f"http://127.0.0.1:{ports[name]}{_DOOR}")
        await asyncio.sleep(_UP_SECONDS * draw.uniform(0.2, 1.0))


async def _thinks(url: str) -> None:
    """Until a turn is under way there, or for a second: a blow between turns would show nothing."""
    async with aiohttp.ClientSession() as client:
        for _ in range(_MOST_LOOKS):
            async with client.get(url) as answer:
                if (await answer.json())["thinking"]:
                    return
            await asyncio.sleep(_LOOKS_SECONDS)
