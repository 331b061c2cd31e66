"""What comes by webhook: kept once, claimed by one, erased when it is done. On both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from core import inbox
from core.database import Database
from core.inbox import DeliveryStatus

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
LEASE = timedelta(seconds=60)


async def store(database: Database, identity: str, account: str | None = None) -> bool:
    async with database.writing() as session:
        return bool(await inbox.store(session, [("zalo", identity, identity, account)], now=NOW))


async def claim(database: Database, *, at: datetime = NOW, limit: int = 10) -> list[str]:
    async with database.writing() as session:
        rows = await inbox.claim(session, now=at, lease=LEASE, limit=limit)
        return [row.body for row in rows]


async def test_however_often_and_at_once_it_comes_it_is_kept_once(database: Database) -> None:
    found = await asyncio.gather(*(store(database, "a") for _ in range(8)))
    assert sorted(found) == [False] * 7 + [True]
    assert await claim(database) == ["a"]


async def test_two_workers_never_hold_the_same_delivery(database: Database) -> None:
    for number in range(6):
        await store(database, str(number))
    first, second = await asyncio.gather(claim(database, limit=3), claim(database, limit=3))
    assert not set(first) & set(second)
    assert await claim(database, limit=10) == sorted(set("012345") - {*first, *second})


async def test_what_its_worker_deserted_is_taken_over_when_the_lease_is_out(database: Database) -> None:
    await store(database, "a")
    assert await claim(database) == ["a"]
    assert await claim(database, at=NOW + LEASE - timedelta(seconds=1)) == []
    assert await claim(database, at=NOW + LEASE) == ["a"]


async def test_what_is_done_is_erased_and_still_recognised(database: Database) -> None:
    await store(database, "a")
    async with database.writing() as session:
        (row,) = await inbox.claim(session, now=NOW, lease=LEASE, limit=1)
        await inbox.finish(session, row.position)
    async with database.reading() as session:
        kept = await session.get(inbox.InboundDelivery, row.position)
    assert kept is not None
    assert (kept.status, kept.body) == (DeliveryStatus.DONE, "")
    assert not await store(database, "a")
    async with database.writing() as session:
        assert await inbox.forget(session, before=NOW + timedelta(days=1)) == 1


async def test_what_one_citizen_sent_is_worked_on_in_its_order_by_whichever_machine(
    database: Database,
) -> None:
    await store(database, "first", "citizen")
    assert await claim(database) == ["first"]
    for name, account in (("second", "citizen"), ("third", "citizen"), ("of somebody else", "another")):
        await store(database, name, account)
    assert await claim(database) == ["of somebody else"]
    async with database.writing() as session:
        await inbox.finish(session, 1)
    assert await claim(database) == ["second", "third"], "together, to be answered as one"


async def test_what_fails_again_and_again_does_not_keep_a_citizen_from_being_heard(
    database: Database,
) -> None:
    await store(database, "poison", "citizen")
    await store(database, "later", "citizen")
    later = NOW + timedelta(hours=1)
    for waits in (True, True, False):
        assert "poison" in await claim(database, limit=1)
        async with database.writing() as session:
            await inbox.again(session, 1, at=later, error="x")
        assert (await claim(database) == []) is waits
        async with database.writing() as session:
            await inbox.again(session, 1, at=NOW, error="x")


async def test_machines_that_claim_at_once_never_share_out_one_citizens_messages(database: Database) -> None:
    for n in range(12):
        await store(database, str(n), f"citizen {n % 3}")
    other = Database(database.url)
    found = await asyncio.gather(*(claim(one, limit=1) for one in (database, other) for _ in range(4)))
    await other.dispose()
    begun = [name for names in found for name in names]
    assert sorted(begun, key=int) == ["0", "1", "2"]
