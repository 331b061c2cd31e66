"""What the loops of the worker do while the database is away."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from core.metrics import WorkerLoop
from notifications import worker

AWAY = 40


async def _rounds(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses of a loop whose database is away for forty rounds."""
    pauses: list[float] = []
    stop = asyncio.Event()
    rounds = 0

    async def pause(seconds: float, *_: object) -> None:
        pauses.append(seconds)

    async def tick() -> int:
        nonlocal rounds
        rounds += 1
        if rounds <= AWAY:
            raise ConnectionError("no database")
        stop.set()
        return 0

    monkeypatch.setattr(worker, "_pause", pause)
    await worker._run(WorkerLoop.SENDER, tick, stop, lambda: (0.25, ()))
    return pauses


async def test_a_database_that_comes_back_is_found_within_seconds_however_long_it_was_away(monkeypatch):
    *while_away, afterwards = await _rounds(monkeypatch)
    assert while_away[:3] == [0.5, 1.0, 2.0]
    assert max(while_away) <= 5
    assert afterwards == 0.25


async def test_a_long_outage_does_not_fill_the_log(monkeypatch):
    with capture_logs() as lines:
        await _rounds(monkeypatch)
    assert [line["failures"] for line in lines] == [1, 2, 4, 8, 16, 32]
