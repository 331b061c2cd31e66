"""Two machines' worth of processes over one PostgreSQL and one Redis, struck one at a time: stopped, left
without memory, killed; and the two servers taken away.

A stopped process is the worst: it holds what it held, and wakes up believing that no time has passed. What
counts is the carrier's own memory, as in ``gateway.bench.crash``.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from gateway.bench.crash import Diary, end, judge, post
from gateway.bench.kinds import PLANNER, WORKER, Kind
from gateway.bench.world import World, answers, world
from gateway.supervisor import free_port

_BATCH = 10
_POST_SECONDS = 4.0
_SHORTER = 4
"""A killed process is away for a part of the time that a stopped one is."""
_PROCESSES = ("worker", "planner-2", "gateway", "worker-2", "planner", "gateway-2")
_POSTGRESQL, _REDIS = "postgresql", "redis"
NAMES = (*_PROCESSES, _POSTGRESQL, _REDIS)


class Blow(StrEnum):
    """``STARVED``: it may not have a byte more than it has."""

    HUNG = "hung"
    STARVED = "starved"
    KILLED = "killed"


Strike = tuple[str, Blow]
"""Whom, and how."""


async def measure(
    *,
    messages: int = 4_000,
    cut_seconds: float = 45.0,
    strikes: Sequence[Strike],
    policy: dict[str, Any] | None = None,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """One strike after the other, for ``cut_seconds`` or a part of it, while events are posted to both
    gateways. Longer than the sender's lease: others take over what a stopped one held.
    """
    diary, cuts = Diary(), 0
    async with world(Kind.POSTGRESQL, redis=True) as made:
        tell("starting two of each")
        gateways = await start_two(made, policy or {})
        pause = sum(_seconds(one, cut_seconds) for one in strikes) / (messages / _BATCH)
        # a one-stop system behind a balancer: what one gateway does not answer goes to the other
        posting = asyncio.create_task(
            post(gateways, messages, diary, batch=_BATCH, pause=pause, patience=_POST_SECONDS)
        )
        try:
            for victim, blow in strikes:
                await _cut(made, victim, blow, _seconds((victim, blow), cut_seconds))
                cuts += 1
                tell(f"{victim} {blow}: {len(diary.acknowledged)} events acknowledged")
            await posting
            await end(made)
        finally:
            posting.cancel()
        found = await judge(made, messages, diary)
    return {"messages": messages, "cuts": cuts, "lost": found["lost"], "doubled": found["doubled"]}


async def start_two(made: World, policy: dict[str, Any]) -> list[str]:
    """Two of each process; addresses of the gateways, where they take events."""
    traits = {"can_be_asked": True, "refuses": False}
    names = ("first", "second")
    providers = {name: {"url": await made.start_stub(name, **traits), **traits} for name in names}
    rungs = [["zalo", "first"], ["sms", "second"]]
    await made.start_gateway()
    other = free_port()
    await made.start("gateway-2", "gateway.processes.gateway", "--port", str(other))
    await answers(f"http://127.0.0.1:{other}/healthz")
    await made.start_workers({"providers": providers, "rungs": rungs, "policy": policy})
    for name in (PLANNER, WORKER):
        ready = ready_file(made, f"{name}-2")
        ready.parent.mkdir(exist_ok=True)
        await made.start(f"{name}-2", "gateway.bench.worker", str(made.folder / "worker.json"), str(ready))
        await made.at_work(f"{name}-2", ready)
    return [f"http://127.0.0.1:{port}/v1/dossier-events" for port in (made.gateway_port, other)]


def ready_file(made: World, name: str) -> Path:
    """Made by a planner or worker when it is at work; each machine has its own folder."""
    kind, _, second = name.partition("-")
    return made.folder / "second-machine" / f"{kind}.ready" if second else made.ready(kind)


def every_strike(rounds: int) -> Iterator[Strike]:
    """Each process is stopped, starved and killed once a round, and each server taken away."""
    for _ in range(rounds):
        for blow in Blow:
            yield from ((name, blow) for name in _PROCESSES)
        yield _POSTGRESQL, Blow.KILLED
        yield _REDIS, Blow.KILLED


def _seconds(strike: Strike, cut_seconds: float) -> float:
    """How long it lasts: a process that was killed is started again soon, a server stays away."""
    name, blow = strike
    return cut_seconds / _SHORTER if blow is Blow.KILLED and name in _PROCESSES else cut_seconds


async def _cut(made: World, name: str, blow: Blow, seconds: float) -> None:
    await _keep_up(made)
    if name == _POSTGRESQL:
        assert made.postgres is not None  # noqa: S101 - asked for above
        await asyncio.to_thread(made.postgres.kill)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(made.postgres.restart)
    elif name == _REDIS:
        assert made.redis is not None  # noqa: S101 - asked for above
        made.redis.kill()
        await asyncio.sleep(seconds)
        await asyncio.to_thread(made.redis.start)
    elif blow is Blow.HUNG:
        os.killpg(made.pid(name), signal.SIGSTOP)
        await asyncio.sleep(seconds)
        os.killpg(made.pid(name), signal.SIGCONT)
    elif blow is Blow.STARVED:
        await _starve(made, name, seconds)
    else:
        await made.stop(name, number=signal.SIGKILL)
        await asyncio.sleep(seconds)
        await made.restart(name)


async def _starve(made: World, name: str, seconds: float) -> None:
    """What it asks for is refused; it may end over it, and is then started again as the supervisor does."""
    pid = made.pid(name)
    has = int(Path(f"/proc/{pid}/statm").read_text().split()[0]) * resource.getpagesize()
    soft, hard = resource.prlimit(pid, resource.RLIMIT_AS)
    resource.prlimit(pid, resource.RLIMIT_AS, (has, hard))
    await asyncio.sleep(seconds)
    if made.lives(name):
        resource.prlimit(pid, resource.RLIMIT_AS, (soft, hard))
    await _keep_up(made)


async def _keep_up(made: World) -> None:
    """Whoever ended by itself is started again, as the supervisor does."""
    for name in _PROCESSES:
        if not made.lives(name):
            await made.restart(name)
