"""What is measured beside ours in the same minutes: the same calls without any of our promises."""

from __future__ import annotations

import asyncio
import time
from itertools import count

import aiohttp

from gateway.bench.world import World

_TEXT = "x" * 150


async def bare_calls(url: str, *, calls: int, at_once: int) -> float:
    """Calls a second of a bare aiohttp loop to the stub: no database, no attempt, no outcome."""
    left = iter(range(calls))
    names = count()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def one() -> None:
            for _ in left:
                body = {
                    "reference": f"bare-{next(names)}",
                    "channel": "sms",
                    "to": "+84900000000",
                    "text": "x" * 150,
                }
                async with session.post(f"{url}/send", json=body) as answer:
                    await answer.read()

        started = time.perf_counter()
        await asyncio.gather(*(one() for _ in range(at_once)))
        return calls / (time.perf_counter() - started)


async def peer_calls(made: World, url: str, *, calls: int, at_once: int) -> float | None:
    """Calls a second of a plain taskiq job on Redis that does the same; None where it is missing."""
    try:
        import taskiq_redis  # noqa: F401
    except ImportError:
        return None
    from gateway.bench.peer import run_peer

    return await run_peer(made, url, calls=calls, at_once=at_once)
