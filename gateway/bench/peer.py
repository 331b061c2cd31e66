"""The peer: a plain taskiq job on Redis that hands one message to the stub (dependency group "peer")."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from taskiq import TaskiqEvents, TaskiqState
from taskiq_redis import RedisStreamBroker

from gateway.bench.world import World

broker = RedisStreamBroker(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"))
_clients: list[aiohttp.ClientSession] = []


@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def _open(_state: TaskiqState) -> None:
    _clients.append(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))


@broker.task(task_name="send")
async def send(url: str, reference: str) -> None:
    body = {"reference": reference, "channel": "sms", "to": "+84900000000", "text": "x" * 150}
    async with _clients[0].post(f"{url}/send", json=body) as answer:
        answer.raise_for_status()


@asynccontextmanager
async def queue(made: World) -> AsyncIterator[Any]:
    """The job as a client sees it: ``kiq`` puts one into Redis."""
    assert made.redis is not None, "the peer needs Redis"  # noqa: S101
    client = RedisStreamBroker(made.redis.url)
    await client.startup()
    try:
        yield client.register_task(send.original_func, task_name="send")
    finally:
        await client.shutdown()


async def run_peer(made: World, url: str, *, calls: int, at_once: int) -> float:
    """Jobs are put into Redis first; then one worker works them off. Calls a second of that."""
    await made.forget()
    async with queue(made) as task:
        await asyncio.gather(*(task.kiq(url, f"peer-{number}") for number in range(calls)))
    await made.start(
        "peer", "taskiq", "worker", "gateway.bench.peer:broker",
        "--workers", "1", "--max-async-tasks", str(at_once), "--log-level", "ERROR",
    )  # fmt: skip
    while await made.count() == 0:
        await asyncio.sleep(0.02)
    started = time.perf_counter()
    while (done := await made.count()) < calls:
        await asyncio.sleep(0.05)
    passed = time.perf_counter() - started
    await made.stop("peer")
    return done / passed
