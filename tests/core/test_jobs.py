"""Jobs run once, and come back when the worker that had them died."""

from datetime import UTC, datetime, timedelta

from core.database import Database
from core.jobs import claim, enqueue, finish

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=1)


async def test_a_job_with_the_same_key_is_added_once(database: Database) -> None:
    async with database.writing() as session:
        assert await enqueue(session, kind="k", unique_key="a", payload={}, run_at=NOW)
        assert not await enqueue(session, kind="k", unique_key="a", payload={}, run_at=NOW)


async def test_two_workers_never_hold_the_same_job(database: Database) -> None:
    async with database.writing() as session:
        await enqueue(session, kind="k", unique_key="a", payload={"n": 1}, run_at=NOW)
        first = await claim(session, kinds=["k"], now=NOW, lease=LEASE)
        second = await claim(session, kinds=["k"], now=NOW, lease=LEASE)
    assert first is not None
    assert first.payload == {"n": 1}
    assert second is None


async def test_a_dead_workers_job_is_taken_up_after_its_lease(database: Database) -> None:
    async with database.writing() as session:
        await enqueue(session, kind="k", unique_key="a", payload={}, run_at=NOW)
        await claim(session, kinds=["k"], now=NOW, lease=LEASE)
        again = await claim(session, kinds=["k"], now=NOW + 2 * LEASE, lease=LEASE)
        assert again is not None
        assert again.attempts == 2
        await finish(session, again.id)
        assert await claim(session, kinds=["k"], now=NOW + 9 * LEASE, lease=LEASE) is None


async def test_a_job_for_later_waits(database: Database) -> None:
    async with database.writing() as session:
        await enqueue(session, kind="k", unique_key="a", payload={}, run_at=NOW + LEASE)
        assert await claim(session, kinds=["k"], now=NOW, lease=LEASE) is None
