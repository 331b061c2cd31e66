"""Many senders at once: each gets their own answer, and nobody pays for another's mistake."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from core.events import Event, PublishStatus
from dossiers import intake_desk
from dossiers.intake_desk import IntakeDesk
from dossiers.service import EventConflict
from tests.dossiers.samples import full_event, read

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def events(number: int, **more):
    return read(full_event(number=number, dossier_code=f"H99.01-261102-{number:04}", **more))


@pytest.fixture
def desk(database):
    return IntakeDesk(database, clock=lambda: NOW)


async def count(database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Event))


async def test_everybody_gets_the_answer_to_their_own_events(desk, database):
    answers = await asyncio.gather(*(desk.submit(events(number)) for number in range(30)))
    for number, answer in enumerate(answers):
        assert [one.dossier_code for one in answer] == [f"H99.01-261102-{number:04}"]
        assert answer[0].status is PublishStatus.NEW
    assert await count(database) == 30


async def test_a_conflict_refuses_its_own_batch_alone(desk, database):
    await desk.submit(events(1))
    bad = [*events(2), *events(1, reason="khác")]
    answers = await asyncio.gather(
        desk.submit(events(3)), desk.submit(bad), desk.submit(events(4)), return_exceptions=True
    )
    assert isinstance(answers[1], EventConflict)
    assert [problem.index for problem in answers[1].problems] == [1]
    assert await count(database) == 3
    again = await desk.submit(events(2))
    assert again[0].status is PublishStatus.NEW


async def test_the_same_event_from_two_senders_at_once_is_stored_once(desk, database):
    answers = await asyncio.gather(*(desk.submit(events(1)) for _ in range(5)))
    assert sorted(answer[0].status for answer in answers) == ["new", "seen", "seen", "seen", "seen"]
    assert len({answer[0].event_id for answer in answers}) == 1


async def test_when_the_database_refuses_one_batch_the_others_are_stored(desk, database, monkeypatch):
    real = intake_desk.accept_batches

    async def breaks(session, batches, *, now):
        answers = await real(session, batches, now=now)
        if any(event.external_id == "test-2" for batch in batches for event in batch):
            raise RuntimeError("disk error")
        return answers

    monkeypatch.setattr(intake_desk, "accept_batches", breaks)
    answers = await asyncio.gather(
        *(desk.submit(events(number)) for number in (1, 2, 3)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [list, RuntimeError, list]
    assert await count(database) == 2


async def test_a_sender_that_hangs_up_does_not_stop_the_others(desk, database):
    gone = asyncio.create_task(desk.submit(events(1)))
    stays = asyncio.create_task(desk.submit(events(2)))
    await asyncio.sleep(0)
    gone.cancel()
    assert (await stays)[0].status is PublishStatus.NEW
    assert (await desk.submit(events(3)))[0].status is PublishStatus.NEW
