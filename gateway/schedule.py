"""Work that is done again and again in a process."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from core import metrics

log = structlog.get_logger()

_LOOK_SECONDS = 1.0
_AGAIN_SECONDS = 600.0
"""After a failure: what is done once a day must not wait until tomorrow."""


@dataclass(frozen=True)
class Work:
    """``name``: in the log and for the alarm *WorkStuck*; ``seconds``: from one round to the next."""

    name: str
    seconds: float
    do: Callable[[], Awaitable[object]]

    def begin(self) -> None:
        """Let its rounds be counted from nought (``core.metrics``)."""
        for end in metrics.WorkEnd:
            metrics.WORK.labels(self.name, end)

    async def round(self) -> float:
        """Seconds until the next one; a failure is reported and ends nothing."""
        try:
            await self.do()
        except Exception as error:
            metrics.WORK.labels(self.name, metrics.WorkEnd.FAILED).inc()
            metrics.LOOP_FAILURES.labels(metrics.WorkerLoop.SCHEDULE).inc()
            log.error("worker_loop_failed", work=self.name, exc_info=error)
            return min(self.seconds, _AGAIN_SECONDS)
        metrics.WORK.labels(self.name, metrics.WorkEnd.DONE).inc()
        return self.seconds


async def every(work: Work, stop: asyncio.Event) -> None:
    """Do it again and again."""
    work.begin()
    while not stop.is_set():
        seconds = await work.round()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds)


async def alone(work: Work, stop: asyncio.Event, leads: Callable[[], bool]) -> None:
    """``every``, while this process leads; whoever begins to lead does it at once, for the last one may
    have died.
    """
    work.begin()
    due: float | None = None
    while not stop.is_set():
        if not leads():
            due = None
        elif due is None or time.monotonic() >= due:
            began = time.monotonic()
            due = began + await work.round()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), min(work.seconds, _LOOK_SECONDS))
