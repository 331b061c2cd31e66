"""``kill -9`` at random moments: nothing that was answered with 201 may be lost, nothing may come twice.

What counts is the carrier's own memory: a telephone of its own for every event, and how often it was written
to. Our database is asked only whether what came twice is marked so.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import aiohttp
from sqlalchemy import select

from core.phones import read_phone
from gateway.bench import samples
from gateway.bench.dispatch import is_settled
from gateway.bench.kinds import PLANNER, WORKER, Carrier, Kind
from gateway.bench.world import TOKEN, World, world
from notifications.models import Attempt, Message

_BATCH = 20
_BATCH_SECONDS = 0.1
_POST_SECONDS = 10.0
_END_SECONDS = 300.0


class Victim(StrEnum):
    PLANNER = PLANNER
    WORKER = WORKER
    GATEWAY = "gateway"
    REDIS = "redis"
    FLUSHALL = "flushall"
    POSTGRESQL = "postgresql"


@dataclass
class Diary:
    """``acknowledged``: when an event was answered with 201 or 200, by its number. Seconds since 1970."""

    acknowledged: dict[int, float] = field(default_factory=dict)
    kills: dict[Victim, int] = field(default_factory=dict)
    worker_back: list[float] = field(default_factory=list)


async def measure(
    kind: Kind,
    *,
    messages: int = 10_000,
    kills: int = 100,
    carrier: Carrier = Carrier.ASKED,
    policy: dict[str, Any] | None = None,
    seed: int = 1,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """The kills fall between any two of the messages, as chance has it."""
    diary = Diary()
    async with world(kind, redis=True) as made:
        tell("starting")
        await _start(made, carrier, policy or {})
        address = f"http://127.0.0.1:{made.gateway_port}/v1/dossier-events"
        posting = asyncio.create_task(
            post([address], messages, diary, batch=_BATCH, pause=_BATCH_SECONDS, patience=_POST_SECONDS)
        )
        try:
            await _kill(made, kills, messages, random.Random(seed), diary, tell)
            tell("the last events, and what is still in doubt")
            await posting
            await end(made)
        finally:
            posting.cancel()
        return await judge(made, messages, diary)


async def _start(made: World, carrier: Carrier, policy: dict[str, Any]) -> None:
    traits = {"can_be_asked": carrier is Carrier.ASKED, "refuses": carrier is Carrier.REFUSES}
    providers = {
        name: {"url": await made.start_stub(name, **traits), **traits} for name in ("first", "second")
    }
    await made.start_gateway()
    await made.start_workers(
        {"providers": providers, "rungs": [["zalo", "first"], ["sms", "second"]], "policy": policy}
    )


async def post(
    gateways: Sequence[str],
    messages: int,
    diary: Diary,
    *,
    first: int = 0,
    batch: int,
    pause: float,
    patience: float,
) -> None:
    """A one-stop system: batch after batch, each sent until it is acknowledged, to the gateways by turns.

    ``gateways``: addresses that take events. ``first``: the number of the first event. ``pause``,
    ``patience``: seconds between two batches, and until one that is not answered is sent again.
    """
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/cloudevents+json"}
    limit = aiohttp.ClientTimeout(total=patience)
    turn = itertools.cycle(gateways)
    async with aiohttp.ClientSession(timeout=limit) as client:
        for start in range(first, messages, batch):
            numbers = range(start, min(start + batch, messages))
            body = samples.as_body([samples.event(number) for number in numbers])
            while True:
                try:
                    async with client.post(next(turn), data=body, headers=headers) as answer:
                        if answer.status in (200, 201):
                            diary.acknowledged |= dict.fromkeys(numbers, time.time())
                            break
                        if answer.status < 500:
                            raise RuntimeError(f"{answer.status}: {await answer.text()}")
                except (aiohttp.ClientError, TimeoutError):
                    pass
                await asyncio.sleep(0.1)
            await asyncio.sleep(pause)


async def _kill(
    made: World,
    kills: int,
    messages: int,
    draw: random.Random,
    diary: Diary,
    tell: Callable[[str], None],
) -> None:
    victims = [one for one in Victim if one is not Victim.POSTGRESQL or made.postgres is not None]
    moments = sorted(draw.randrange(messages - _BATCH) for _ in range(kills))
    for number, moment in enumerate(moments):
        while len(diary.acknowledged) < moment:
            await asyncio.sleep(0.02)
        await asyncio.sleep(draw.uniform(0.0, 2 * _BATCH_SECONDS))
        alive = [one for one in victims if await _is_up(made, one)]
        victim = draw.choice(alive or [Victim.FLUSHALL])
        diary.kills[victim] = diary.kills.get(victim, 0) + 1
        await _strike(made, victim, draw, diary)
        if (number + 1) % 10 == 0:
            tell(f"{number + 1} of {kills} kills, {len(diary.acknowledged)} events acknowledged")


async def _is_up(made: World, victim: Victim) -> bool:
    """A process that is just starting is not killed again: it would never come to work."""
    if victim in (Victim.PLANNER, Victim.WORKER):
        return made.ready(victim).exists()
    if victim is Victim.GATEWAY:
        return await made.gateway_answers()
    return True


async def _strike(made: World, victim: Victim, draw: random.Random, diary: Diary) -> None:
    match victim:
        case Victim.PLANNER | Victim.WORKER | Victim.GATEWAY:
            made.ready(victim).unlink(missing_ok=True)
            await made.stop(victim.value, number=9)
            await asyncio.sleep(draw.uniform(0.0, 0.5))
            await made.restart(victim.value)
            if victim is Victim.WORKER:
                diary.worker_back.append(time.time())
        case Victim.REDIS:
            assert made.redis is not None  # noqa: S101 - asked for above
            made.redis.kill()
            await asyncio.sleep(draw.uniform(0.0, 0.5))
            await asyncio.to_thread(made.redis.start)
        case Victim.FLUSHALL:
            assert made.redis is not None  # noqa: S101 - asked for above
            await asyncio.to_thread(made.redis.flush)
        case Victim.POSTGRESQL:
            assert made.postgres is not None  # noqa: S101 - only then a victim
            await asyncio.to_thread(made.postgres.kill)
            await asyncio.sleep(draw.uniform(0.0, 0.5))
            await asyncio.to_thread(made.postgres.restart)


async def end(made: World) -> None:
    """Until the log is planned and no message waits or is in doubt."""
    database = made.database()
    try:
        async with asyncio.timeout(_END_SECONDS):
            while not await is_settled(database):
                await asyncio.sleep(0.5)
    finally:
        await database.dispose()


async def judge(made: World, messages: int, diary: Diary) -> dict[str, Any]:
    by_phone: dict[str, list[tuple[str, float]]] = {}
    for name in ("first", "second"):
        told = await made.arrivals(name)
        for reference, moments in told["arrivals"].items():
            for moment in moments:
                by_phone.setdefault(told["sent"][reference][1], []).append((reference, moment))
    wanted = {
        read_phone(samples.event(number)["data"]["applicant"]["phone"]).e164 for number in diary.acknowledged
    }
    twice = {phone: came for phone, came in by_phone.items() if len(came) > 1}
    return {
        "messages": messages,
        "kills": sum(diary.kills.values()),
        "lost": len(wanted - by_phone.keys()),
        "doubled": sum(len(came) - 1 for came in twice.values()),
        "first_send_s": _first_send(diary, by_phone),
        "doubled_unmarked": await _unmarked(made, twice),
        "by_victim": {victim.value: count for victim, count in sorted(diary.kills.items())},
    }


async def _unmarked(made: World, twice: dict[str, list[tuple[str, float]]]) -> int:
    """Second copies that the message does not own up to, or that came over the channel of the first."""
    references = {reference for came in twice.values() for reference, _ in came}
    database = made.database()
    try:
        async with database.reading() as session:
            rows = await session.execute(
                select(Attempt.reference, Message.maybe_second_copy)
                .join(Message, Message.id == Attempt.message_id)
                .where(Attempt.reference.in_(references))
            )
            marked: dict[str, bool] = {row.reference: row.maybe_second_copy for row in rows}
    finally:
        await database.dispose()
    return sum(
        not all(marked.get(reference) for reference, _ in came)
        or len({reference for reference, _ in came}) < len(came)
        for came in twice.values()
    )


def _first_send(diary: Diary, by_phone: dict[str, list[tuple[str, float]]]) -> float:
    """The longest time from starting a worker again to the first arrival, where something waited for it.

    Where the worker was killed once more before, there is nothing to measure.
    """
    came = sorted(moment for arrivals in by_phone.values() for _, moment in arrivals)
    posted = sorted(diary.acknowledged.values())
    waits = []
    for number, started in enumerate(diary.worker_back):
        sent = bisect_left(came, started)
        next_start = diary.worker_back[number + 1] if number + 1 < len(diary.worker_back) else float("inf")
        if sent < min(len(came), bisect_left(posted, started)) and came[sent] < next_start:
            waits.append(came[sent] - started)
    return round(max(waits), 1) if waits else 0.0
