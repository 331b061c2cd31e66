"""Two machines' worth of processes over one PostgreSQL and one Redis, cut off one at a time: stopped, then
killed.

A stopped process is the worse half: it holds what it held, and wakes up believing that no time has passed.
What counts is the carrier's own memory, as in ``gateway.bench.crash``.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from typing import Any

from gateway.bench.crash import Diary, end, judge, post
from gateway.bench.kinds import PLANNER, WORKER, Kind
from gateway.bench.world import World, answers, world
from gateway.supervisor import free_port

_BATCH = 10
_POST_SECONDS = 4.0
_SHORTER = 4
"""A killed process is away for a part of the time that a stopped one is."""


async def measure(
    *,
    messages: int = 4_000,
    rounds: int = 3,
    cut_seconds: float = 45.0,
    most: int | None = None,
    policy: dict[str, Any] | None = None,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    """Each process is stopped for ``cut_seconds`` and killed once a round, while events are posted to both
    gateways.

    ``cut_seconds`` longer than the sender's lease: others take over what a stopped one held. ``most``: cuts
    in all, for a short trial. Events are posted all the while.
    """
    diary, cuts = Diary(), 0
    async with world(Kind.POSTGRESQL, redis=True) as made:
        tell("starting two of each")
        gateways = await _start(made, policy or {})
        planned = list(_blows(rounds))[:most]
        spans = [cut_seconds if blow is signal.SIGSTOP else cut_seconds / _SHORTER for _, blow in planned]
        pause = sum(spans) / (messages / _BATCH)
        # a one-stop system behind a balancer: what one gateway does not answer goes to the other
        posting = asyncio.create_task(
            post(gateways, messages, diary, batch=_BATCH, pause=pause, patience=_POST_SECONDS)
        )
        try:
            for victim, blow in planned:
                await _cut(made, victim, blow, cut_seconds)
                cuts += 1
                tell(f"{victim}: {blow.name}, {len(diary.acknowledged)} events acknowledged")
            await posting
            await end(made)
        finally:
            posting.cancel()
        found = await judge(made, messages, diary)
    return {"messages": messages, "cuts": cuts, "lost": found["lost"], "doubled": found["doubled"]}


async def _start(made: World, policy: dict[str, Any]) -> list[str]:
    """Addresses of the gateways."""
    traits = {"can_be_asked": True, "refuses": False}
    names = ("first", "second")
    providers = {name: {"url": await made.start_stub(name, **traits), **traits} for name in names}
    rungs = [["zalo", "first"], ["sms", "second"]]
    await made.start_gateway()
    other = free_port()
    await made.start("gateway-2", "gateway.processes.gateway", "--port", str(other))
    await answers(f"http://127.0.0.1:{other}/healthz")
    await made.start_workers({"providers": providers, "rungs": rungs, "policy": policy})
    beside = made.folder / "second-machine"
    beside.mkdir()
    for name in (PLANNER, WORKER):
        ready = beside / f"{name}.ready"
        await made.start(f"{name}-2", "gateway.bench.worker", str(made.folder / "worker.json"), str(ready))
        while not ready.exists():
            await asyncio.sleep(0.05)
    return [f"http://127.0.0.1:{port}/v1/dossier-events" for port in (made.gateway_port, other)]


def _blows(rounds: int) -> Iterator[tuple[str, signal.Signals]]:
    names = ("worker", "planner-2", "gateway", "worker-2", "planner", "gateway-2")
    for _ in range(rounds):
        for blow in (signal.SIGSTOP, signal.SIGKILL):
            for name in names:
                yield name, blow


async def _cut(made: World, name: str, blow: signal.Signals, seconds: float) -> None:
    if blow is signal.SIGSTOP:
        os.killpg(made.pid(name), signal.SIGSTOP)
        await asyncio.sleep(seconds)
        os.killpg(made.pid(name), signal.SIGCONT)
    else:
        await made.stop(name, number=signal.SIGKILL)
        await asyncio.sleep(seconds / _SHORTER)
        await made.restart(name)
