"""The loops of the worker process. They are composed by the gateway; tests call ``tick`` instead."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from notifications.planner import Planner
from notifications.sender import Sender

log = structlog.get_logger()

_PAUSE = 0.5
_LONGEST_PAUSE = 30.0


async def run_planner(
    planner: Planner,
    stop: asyncio.Event,
    *,
    wake: asyncio.Event | None = None,
    planned: asyncio.Event | None = None,
) -> None:
    """Plan until ``stop``. ``wake`` cuts a pause short; ``planned`` is set when the sender has work."""

    async def tick() -> int:
        done = await planner.tick()
        if done and planned is not None:
            planned.set()
        return done

    await _run("planner", tick, stop, wake)


async def run_sender(sender: Sender, stop: asyncio.Event, *, wake: asyncio.Event | None = None) -> None:
    """Send until ``stop``; what is on its way then is finished first."""
    await _run("sender", sender.tick, stop, wake)


async def _run(
    name: str, tick: Callable[[], Awaitable[int]], stop: asyncio.Event, wake: asyncio.Event | None
) -> None:
    """Tick on while there is work, pause while there is none, pause longer after each failure in a row."""
    failures = 0
    while not stop.is_set():
        try:
            done = await tick()
            failures = 0
        except Exception:
            failures += 1
            done = 0
            log.exception("tick failed", loop=name, failures=failures)
        if not done:
            await _pause(min(_PAUSE * 2**failures, _LONGEST_PAUSE), stop, wake)


async def _pause(seconds: float, stop: asyncio.Event, wake: asyncio.Event | None) -> None:
    waits = [asyncio.create_task(event.wait()) for event in (stop, wake) if event is not None]
    try:
        await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waits:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if wake is not None:
            wake.clear()
