"""The loops of the worker process. They are composed by the gateway; tests call ``tick`` instead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog

from core import metrics
from core.metrics import WorkerLoop
from notifications.planner import Planner
from notifications.sender import Sender

log = structlog.get_logger()

# How long each pauses when there is nothing to do and nobody wakes it.
_PLANNER_PAUSE = 0.1
_PLANNER_ASKS_PAUSE = 0.2  # where each look is a question to a server
_WATCH_PAUSE = 0.25
_SENDER_PAUSE = 0.25
_RECEIPTS_PAUSE = 0.5
_MANY_RECEIPTS = 100
_LOOK_AFTER_PAUSE = 2.0
_LONGEST_REST = 0.1
_LONGEST_PAUSE = 5.0
"""Seconds. A database that comes back after an hour finds the first message on its way within ten."""

Waiting = tuple[float, Sequence[asyncio.Event | None]]
"""Seconds of a pause, and what cuts it short."""


async def run_planner(
    planner: Planner,
    stop: asyncio.Event,
    *,
    wake: asyncio.Event | None = None,
    planned: Callable[[], None] | None = None,
) -> None:
    """Plan until ``stop``. ``wake`` cuts a pause short, unless another planner is at work; ``planned`` is
    called when the sender has work.
    """

    async def tick() -> int:
        done = await planner.tick()
        if done and planned is not None:
            planned()
        return done

    def wait_for() -> Waiting:
        if planner.watches:
            return _WATCH_PAUSE, ()
        return _PLANNER_PAUSE if planner.glances else _PLANNER_ASKS_PAUSE, (wake,)

    await _run(WorkerLoop.PLANNER, tick, stop, wait_for)


async def run_sender(sender: Sender, stop: asyncio.Event, *, wake: asyncio.Event | None = None) -> None:
    """Send until ``stop``; what is on its way then is finished first."""

    def wait_for() -> Waiting:
        # Woken, all of several senders would ask for the same few messages.
        return _SENDER_PAUSE, (wake, sender.came_back) if sender.leads else (sender.came_back,)

    async def send() -> None:
        await _run(WorkerLoop.SENDER, sender.turn, stop, wait_for)
        await sender.finish()

    async def look_after() -> None:
        await _run(WorkerLoop.DOUBTFUL, sender.look_after, stop, lambda: (_LOOK_AFTER_PAUSE, ()))

    await asyncio.gather(send(), look_after())


async def run_receipts(work: Callable[[], Awaitable[int]], stop: asyncio.Event, *, one_writer: bool) -> None:
    """Work on stored receipts until ``stop``. Nobody wakes it: a few at a time would be dear.

    ``one_writer``: those who take receipts in wait while this writes (SQLite), and so does everybody else; so
    it rests after each turn for as long as the turn took.
    """

    async def tick() -> int:
        started = time.monotonic()
        done = await work()
        if done <= _MANY_RECEIPTS:
            return 0
        if one_writer:
            await asyncio.sleep(min(time.monotonic() - started, _LONGEST_REST))
        return done

    await _run(WorkerLoop.RECEIPTS, tick, stop, lambda: (_RECEIPTS_PAUSE, ()))


async def _run(
    name: WorkerLoop,
    tick: Callable[[], Awaitable[int]],
    stop: asyncio.Event,
    wait_for: Callable[[], Waiting],
) -> None:
    """Tick on while there is work, pause while there is none, pause longer after each failure in a row.

    A failure that goes on is told at the 1st, 2nd, 4th, 8th … time: an outage must not fill a disk.
    """
    failures = 0
    while not stop.is_set():
        for wake in wait_for()[1]:
            if wake is not None:
                wake.clear()
        try:
            done = await tick()
            failures = 0
        except Exception:
            failures += 1
            metrics.LOOP_FAILURES.labels(name).inc()
            done = 0
            if failures.bit_count() == 1:
                log.exception("tick failed", loop=name.value, failures=failures)
        if not done:
            pause, wakes = wait_for()
            await _pause(min(pause * 2**failures, _LONGEST_PAUSE), stop, *wakes)


async def _pause(seconds: float, stop: asyncio.Event, *wakes: asyncio.Event | None) -> None:
    waits = [asyncio.create_task(event.wait()) for event in (stop, *wakes) if event is not None]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waits:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
