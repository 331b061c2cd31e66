"""The event log: nothing twice, nothing lost, nothing readable without the key."""

from sqlalchemy import text

from core.database import Database
from core.event_reading import advance, position, read_events
from core.events import PublishStatus, publish


async def _publish(database: Database, external_id: str, body: dict[str, object]) -> PublishStatus:
    async with database.writing() as session:
        published = await publish(
            session, type="t", subject="H99.01-261102-0001", body=body, source="s", external_id=external_id
        )
        return published.status


async def test_the_same_event_again_is_seen_and_not_stored_again(database: Database) -> None:
    assert await _publish(database, "1", {"a": 1, "b": 2}) is PublishStatus.NEW
    assert await _publish(database, "1", {"b": 2, "a": 1}) is PublishStatus.SEEN
    async with database.reading() as session:
        assert len(await read_events(session, after=0)) == 1


async def test_another_body_under_the_same_id_is_a_conflict(database: Database) -> None:
    await _publish(database, "1", {"a": 1})
    assert await _publish(database, "1", {"a": 2}) is PublishStatus.CONFLICT


async def test_a_reader_goes_on_where_it_stopped_and_never_back(database: Database) -> None:
    for number in range(3):
        await _publish(database, str(number), {"n": number})
    async with database.writing() as session:
        await advance(session, "planner", 2)
        await advance(session, "planner", 1)
    async with database.reading() as session:
        after = await position(session, "planner")
        assert after == 2
        assert [event.body["n"] for event in await read_events(session, after=after)] == [2]


async def test_a_phone_in_an_event_cannot_be_read_from_the_database_file(database: Database) -> None:
    await _publish(database, "1", {"phone": "0900000001"})
    async with database.reading() as session:
        stored = await session.scalar(text("SELECT body FROM event"))
    assert "0900000001" not in str(stored)
