"""Who looks again and again is told when there may be news, and left alone while there is none."""

from __future__ import annotations

import contextlib

from core.database import Database
from core.event_reading import advance, stand
from core.events import publish


async def _publish(database: Database, name: str) -> None:
    async with database.writing() as session:
        await publish(session, type="vn.motcua.dossier.received", subject=name, body={}, external_id=name)


async def test_each_asker_hears_of_a_commit_once_whoever_made_it(sqlite: Database) -> None:
    first, second, other = sqlite.pulse(), sqlite.pulse(), Database(sqlite.url)
    assert (first.moved(), second.moved()) == (True, True), "nobody has looked yet"
    assert first.tells
    for database in (sqlite, other):
        assert (first.moved(), second.moved()) == (False, False)
        await _publish(database, database.url + str(id(database)))
        assert first.moved()
        assert not first.moved()
        assert second.moved()
    first.forget()
    assert first.moved(), "the look failed: it is news still"
    await other.dispose()


async def test_what_was_only_read_or_taken_back_is_no_news(sqlite: Database) -> None:
    await _publish(sqlite, "before")
    pulse = sqlite.pulse()
    pulse.moved()
    async with sqlite.reading() as session:
        assert await stand(session, "reader") == (0, 1)
    with contextlib.suppress(LookupError):
        async with sqlite.writing() as session:
            await publish(session, type="vn.motcua.dossier.received", subject="a", body={})
            raise LookupError
    assert not pulse.moved()


async def test_where_nobody_counts_there_may_always_be_news(postgresql: Database) -> None:
    pulse = postgresql.pulse()
    assert not pulse.tells
    assert [pulse.moved() for _ in range(3)] == [True] * 3


async def test_how_far_a_reader_and_the_log_have_come_is_one_answer(database: Database) -> None:
    async with database.writing() as session:
        assert await stand(session, "reader") == (0, 0)
    for name in ("a", "b"):
        await _publish(database, name)
    async with database.writing() as session:
        _, end = await stand(session, "reader")
        assert end > 1
        await advance(session, "reader", end - 1)
    async with database.asking() as session:
        assert await stand(session, "reader") == (end - 1, end)
