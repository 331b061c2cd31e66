"""Of several processes one leads: never two at a time, and another takes over from one that hangs or dies."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from core.database import Database
from core.leases import LEASE, Leader
from gateway.schedule import Work, alone

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


async def test_of_many_who_ask_at_once_exactly_one_leads(database: Database) -> None:
    leaders = [Leader(database, "schedule", clock=Clock()) for _ in range(6)]
    assert sum(await asyncio.gather(*(one.renew() for one in leaders))) == 1
    assert sum(one.leads() for one in leaders) == 1


async def test_who_hangs_is_followed_when_the_lease_is_out_and_knows_it_on_waking(database: Database) -> None:
    first, second = Clock(), Clock()
    stopped, other = (Leader(database, "schedule", clock=clock) for clock in (first, second))
    assert await stopped.renew()
    second.now += LEASE - timedelta(seconds=1)
    assert not await other.renew()
    second.now += timedelta(seconds=1)
    assert await other.renew()
    first.now = second.now
    assert not stopped.leads(), "before it has asked anybody"
    assert not await stopped.renew()


async def test_who_ends_in_order_gives_the_lease_back(database: Database) -> None:
    stop, left = asyncio.Event(), Leader(database, "schedule", clock=Clock())
    keeping = asyncio.create_task(left.keep(stop))
    while not left.leads():
        await asyncio.sleep(0.01)
    stop.set()
    await keeping
    assert await Leader(database, "schedule", clock=Clock()).renew()


async def test_scheduled_work_is_done_by_the_one_that_leads_and_at_once_by_the_next() -> None:
    stop, done, leading = asyncio.Event(), [], {"a": True, "b": False}

    def loop(name: str) -> asyncio.Task[None]:
        async def work() -> None:
            done.append(name)

        return asyncio.create_task(alone(Work("bells", 0.01, work), stop, lambda: leading[name]))

    tasks = [loop("a"), loop("b")]
    while done.count("a") < 3:
        await asyncio.sleep(0.01)
    assert "b" not in done
    leading.update(a=False, b=True)
    seen = len(done)
    while "b" not in done[seen:]:
        await asyncio.sleep(0.01)
    seen = len(done)
    await asyncio.sleep(0.05)
    assert "a" not in done[seen:]
    stop.set()
    await asyncio.gather(*tasks)
