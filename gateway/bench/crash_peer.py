"""The peer under the same kills: taskiq jobs on a Redis that keeps nothing on the disk, as ours is used."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable
from typing import Any

from gateway.bench.world import World, world


async def measure(
    *,
    messages: int,
    kills: int,
    pause: tuple[float, float] = (0.5, 4.0),
    seed: int = 1,
    tell: Callable[[str], None],
) -> dict[str, Any] | None:
    """What was put into Redis and never came to the carrier, and what came twice; None without the peer."""
    try:
        from gateway.bench.peer import queue
    except ImportError:
        return None
    draw = random.Random(seed)
    async with world(redis=True) as made:
        assert made.redis is not None  # noqa: S101 - asked for above
        url = await made.start_stub()
        await _work(made)
        accepted: set[str] = set()

        async def post() -> None:
            rest = kills * sum(pause) / 2 / messages
            for number in range(messages):
                while f"peer-{number}" not in accepted:
                    with contextlib.suppress(Exception):  # whatever its client raises: tried again
                        async with queue(made) as task:
                            await task.kiq(url, f"peer-{number}")
                            accepted.add(f"peer-{number}")
                await asyncio.sleep(rest)

        posting = asyncio.create_task(post())
        for number in range(kills):
            await asyncio.sleep(draw.uniform(*pause))
            victim = draw.choice(["worker", "redis", "flushall"])
            if victim == "worker":
                await made.stop("peer", number=9)
                await _work(made)
            elif victim == "redis":
                made.redis.kill()
                await asyncio.to_thread(made.redis.start)
                await made.stop("peer", number=9)  # its worker does not survive the loss of its stream
                await _work(made)
            else:
                await asyncio.to_thread(made.redis.flush)
            if (number + 1) % 10 == 0:
                tell(f"the peer: {number + 1} of {kills} kills")
        await posting
        await _quiet(made)
        arrivals: dict[str, list[float]] = (await made.arrivals())["arrivals"]
    return {
        "lost": len(accepted - arrivals.keys()),
        "doubled": sum(len(moments) - 1 for moments in arrivals.values()),
    }


async def _work(made: World) -> None:
    await made.start(
        "peer", "taskiq", "worker", "gateway.bench.peer:broker",
        "--workers", "1", "--max-async-tasks", "48", "--log-level", "ERROR",
    )  # fmt: skip


async def _quiet(made: World, *, seconds: float = 15.0) -> None:
    """Until nothing has come for a while."""
    seen, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        if (now := await made.count()) != seen:
            seen, since = now, time.monotonic()
        await asyncio.sleep(0.5)
