"""Work that is done again and again in a process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from core import metrics

log = structlog.get_logger()


async def every(seconds: float, stop: asyncio.Event, work: Callable[[], Awaitable[object]]) -> None:
    """Do something again and again; a failure is reported and does not end the loop."""
    while not stop.is_set():
        try:
            await work()
        except Exception as error:
            metrics.LOOP_FAILURES.labels("schedule").inc()
            log.error("worker_loop_failed", exc_info=error)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)
