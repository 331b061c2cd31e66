"""Work that is done again and again in a process."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable

import structlog

from core import metrics

log = structlog.get_logger()

_LOOK_SECONDS = 1.0


async def every(seconds: float, stop: asyncio.Event, work: Callable[[], Awaitable[object]]) -> None:
    """Do something again and again; a failure is reported and does not end the loop."""
    while not stop.is_set():
        await _once(work)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


async def alone(
    seconds: float, stop: asyncio.Event, leads: Callable[[], bool], work: Callable[[], Awaitable[object]]
) -> None:
    """``every``, while this process leads; whoever begins to lead does it at once, for the last one may
    have died.
    """
    done: float | None = None
    while not stop.is_set():
        if not leads():
            done = None
        elif done is None or time.monotonic() - done >= seconds:
            done = time.monotonic()
            await _once(work)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), min(seconds, _LOOK_SECONDS))


async def _once(work: Callable[[], Awaitable[object]]) -> None:
    try:
        await work()
    except Exception as error:
        metrics.LOOP_FAILURES.labels(metrics.WorkerLoop.SCHEDULE).inc()
        log.error("worker_loop_failed", exc_info=error)
