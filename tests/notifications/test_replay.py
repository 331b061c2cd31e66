"""A replay shows what would have been sent and what it would have cost, and leaves everything as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import DatabaseError

from core.database import Base, utc_now
from core.events import Event, publish
from notifications import replay_repository
from notifications.gatekeeper import Gatekeeper
from notifications.ladder import Rung
from notifications.models import Message
from notifications.pushing import PlannerPolicy
from notifications.replay import Change, _read_only, replay
from notifications.rules import Rules
from notifications.schemas import Channel, Purpose
from notifications.wording import Wordings
from tests.dossiers.samples import full_event
from tests.notifications.helpers import (
    LADDERS,
    REAL,
    WORDINGS,
    Clock,
    StubProvider,
    planner,
    post,
    sender,
)

SMS_FIRST = {**LADDERS, Purpose.STATUS: (Rung(Channel.SMS, "sms"),)}
OTHER = "H98.01-261102-0002"


@pytest.fixture
async def past(database):
    """Three events: two told by Zalo, one that nobody was told of because its dossier has no contact."""
    clock = Clock()
    await post(database, full_event("received", dossier_code=REAL), clock)
    await post(database, full_event("result_ready", number=2, dossier_code=REAL), clock)
    await post(
        database, full_event("received", number=3, dossier_code=OTHER, applicant={"name": "Lê Mẫu"}), clock
    )
    await planner(database, clock).tick()
    await sender(database, clock, StubProvider("zalo")).tick()
    return database


def price(channel, parts):
    return {Channel.ZALO: 300, Channel.SMS: 800}[channel] * parts


async def run(database, ladders=LADDERS, wordings=WORDINGS, start=-1, end=1):
    def rules(desk, clock):
        return Rules(
            lambda: wordings,
            policy=PlannerPolicy(ladders=ladders),
            gatekeeper=Gatekeeper(history=False),
            clock=clock,
            write=desk.write,
        )

    return await replay(
        database,
        rules,
        start=utc_now() + timedelta(days=start),
        end=utc_now() + timedelta(days=end),
        price=price,
    )


async def counts(database):
    async with database.reading() as session:
        return {
            table.name: await session.scalar(select(func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


async def test_the_same_rules_change_nothing_and_write_nothing(past):
    before = await counts(past)
    found = await run(past)
    assert await counts(past) == before
    assert (found.events, found.changes, found.differences) == (3, {}, [])
    assert found.now == found.then
    assert found.cost(found.now) == 600
    assert found.held_back == {"no_contact": 1}


async def test_another_ladder_shows_as_another_channel_with_its_price(past):
    found = await run(past, SMS_FIRST)
    assert found.changes == {Change.CHANNEL: 2}
    assert {(one.what, one.then, one.now) for one in found.differences} == {
        ("đã tiếp nhận hồ sơ", "Zalo", "tin nhắn SMS"),
        ("đã có kết quả", "Zalo", "tin nhắn SMS"),
    }
    assert (found.cost(found.now), found.cost(found.then)) == (1600, 600)


async def test_what_is_no_longer_or_only_now_sent_is_shown_with_its_reason(past):
    gone = await run(past, {**LADDERS, Purpose.STATUS: ()})
    assert gone.changes == {Change.GONE: 2}
    assert gone.differences[0].now == "hồ sơ không có số điện thoại hay địa chỉ thư dùng được"
    async with past.writing() as session:
        await session.execute(update(Message).values(status="suppressed", reason="no_wording"))
    assert (await run(past)).changes == {Change.NEW: 2}


async def test_other_words_show_but_another_code_does_not(past):
    async with past.writing() as session:
        row = await session.scalar(select(Message).order_by(Message.position).limit(1))
        row.wordings = {**row.wordings, "zalo": {**row.wordings["zalo"], "text": "câu cũ"}}
    assert (await run(past)).changes == {Change.WORDS: 1}
    assert (await run(past, wordings=Wordings({}))).changes == {Change.GONE: 2}


async def test_only_the_days_asked_for_are_looked_at(past):
    assert (await run(past, start=-5, end=-1)).events == 0
    async with past.writing() as session:
        await session.execute(
            update(Event).where(Event.position == 1).values(recorded_at=utc_now() - timedelta(9))
        )
    assert (await run(past, start=-20, end=-3)).events == 1


async def test_the_database_itself_refuses_to_write_during_a_replay(past):
    with pytest.raises(DatabaseError):
        async with _read_only(past) as session:
            await publish(session, type="x", subject="x", body={})
    async with past.writing() as session:  # and lets others write afterwards
        await publish(session, type="x", subject="x", body={})


async def test_a_moment_is_found_in_the_log_by_halving(past):
    async with past.reading() as session:
        assert await replay_repository.position_at(session, utc_now() - timedelta(1)) in (0, 1)
        last = await session.scalar(select(func.max(Event.position)))
        assert await replay_repository.position_at(session, utc_now() + timedelta(1)) == last + 1
