"""Writers that queue share a commit; each still stands or falls alone."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import event, select, text

from core import group_commit
from core.database import Database
from core.event_reading import Consumer
from tests.waiting import PATIENCE_SECONDS


async def add(
    database: Database,
    name: str,
    *,
    fails: bool = False,
    entered: asyncio.Event | None = None,
    go_on: asyncio.Event | None = None,
) -> None:
    async with database.writing() as session:
        session.add(Consumer(name=name, position=1))
        await session.flush()
        if entered is not None and go_on is not None:
            entered.set()
            await go_on.wait()
        if fails:
            raise ValueError(name)


async def names(database: Database) -> set[str]:
    async with database.reading() as session:
        return set(await session.scalars(select(Consumer.name)))


def counted_commits(database: Database) -> list[int]:
    commits: list[int] = []
    event.listen(database.engine.sync_engine, "commit", lambda _connection: commits.append(1))
    return commits


async def test_many_writers_share_few_commits_and_all_are_there_when_they_return(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(group_commit, "_LONGEST_SECONDS", PATIENCE_SECONDS)  # a busy machine takes longer
    commits = counted_commits(sqlite)
    await asyncio.gather(*(add(sqlite, str(number)) for number in range(40)))
    assert len(await names(sqlite)) == 40
    assert len(commits) < 20


async def test_what_a_writer_did_is_seen_by_others_as_soon_as_it_returns(sqlite: Database) -> None:
    async def one(name: str) -> None:
        await add(sqlite, name)
        assert name in await names(sqlite)

    await asyncio.gather(*(one(str(number)) for number in range(20)))


@pytest.mark.parametrize("failing", [0, 3, 9])
async def test_one_that_fails_takes_nobody_with_it(sqlite: Database, failing: int) -> None:
    found = await asyncio.gather(
        *(add(sqlite, str(number), fails=number == failing) for number in range(10)), return_exceptions=True
    )
    assert [type(one) for one in found if one is not None] == [ValueError]
    assert await names(sqlite) == {str(number) for number in range(10)} - {str(failing)}


async def test_one_that_is_called_off_while_it_queues_leaves_nobody_waiting(sqlite: Database) -> None:
    entered, go_on = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(add(sqlite, "first", entered=entered, go_on=go_on))
    await entered.wait()
    second, third = (asyncio.create_task(add(sqlite, name)) for name in ("second", "third"))
    await asyncio.sleep(0)
    third.cancel()
    go_on.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(first, second, third, return_exceptions=True)
    assert await names(sqlite) == {"first", "second"}


async def test_one_that_is_called_off_in_the_middle_is_undone_alone(sqlite: Database) -> None:
    entered, go_on = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(add(sqlite, "first"))
    await asyncio.sleep(0)
    second = asyncio.create_task(add(sqlite, "second", entered=entered, go_on=go_on))
    third = asyncio.create_task(add(sqlite, "third"))
    await entered.wait()
    second.cancel()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await asyncio.gather(first, second, third, return_exceptions=True)
    assert await names(sqlite) == {"first", "third"}


async def test_a_transaction_that_the_database_gave_up_is_not_called_committed(sqlite: Database) -> None:
    async def broken() -> None:
        async with sqlite.writing() as session:
            session.add(Consumer(name="broken", position=1))
            await session.flush()
            raw = await (await session.connection()).get_raw_connection()
            await raw.driver_connection.rollback()  # as SQLite does when the disk is full

    found = await asyncio.gather(add(sqlite, "before"), broken(), return_exceptions=True)
    assert all(isinstance(one, Exception) for one in found)
    assert await names(sqlite) == set()
    await add(sqlite, "after")
    assert await names(sqlite) == {"after"}


async def test_two_processes_write_the_same_file_without_failing(sqlite: Database) -> None:
    other = Database(sqlite.url)
    try:
        await asyncio.gather(
            *(
                add(one, f"{name}{number}")
                for number in range(15)
                for name, one in (("a", sqlite), ("b", other))
            )
        )
        assert len(await names(sqlite)) == 30
    finally:
        await other.dispose()


async def test_a_commit_is_on_the_disk_before_it_is_told(sqlite: Database) -> None:
    async with sqlite.writing() as session:
        assert await session.scalar(text("PRAGMA synchronous")) == 2
        assert await session.scalar(text("PRAGMA journal_mode")) == "wal"
