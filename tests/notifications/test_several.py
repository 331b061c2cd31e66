"""Several planners and several senders: a short queue is the work of one, and nobody is missed who dies."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import event as heard
from sqlalchemy.engine import Engine

from core.relay import Relay
from dossiers.lookup import request_code
from notifications.buckets import Limits, MemoryWardens, Rate
from notifications.planner import Planner
from notifications.pushing import PlannerPolicy
from notifications.worker import run_sender
from tests.dossiers.samples import full_event
from tests.notifications.helpers import (
    LADDERS,
    WORDINGS,
    Clock,
    StubProvider,
    messages,
    planner,
    post,
    sender,
)
from tests.waiting import comes_true


def code(number):
    return f"H98.01-261102-{number:04}"


async def come(database, clock, numbers):
    events = [full_event(number=1, dossier_code=code(number)) | {"id": f"n{number}"} for number in numbers]
    await post(database, events, clock)


class Seconds:
    now = 0.0

    def __call__(self):
        return self.now


def planners(database, clock, count, *, batch=10):
    seconds = Seconds()
    return seconds, [
        Planner(
            database,
            lambda: WORDINGS,
            policy=PlannerPolicy(ladders=LADDERS, batch=batch),
            relay=Relay(clock=seconds),
            clock=clock,
        )
        for _ in range(count)
    ]


async def test_of_four_planners_one_plans_and_three_watch(database):
    clock = Clock()
    _, several = planners(database, clock, 4)
    for first in range(0, 100, 25):
        await come(database, clock, range(first, first + 25))
        await asyncio.gather(*(one.tick() for one in several))  # all are woken at once
    while any([await one.tick() for one in several]):
        pass
    assert [one.watches for one in several].count(False) == 1
    assert len(await messages(database)) == 100


async def test_whoever_watches_reads_no_events(database):
    clock = Clock()
    _, (one, other) = planners(database, clock, 2)
    await come(database, clock, range(30))
    assert [await one.tick(), await other.tick(), await one.tick()] == [10, 10, 0]
    assert one.watches
    statements = []

    def hear(_connection, _cursor, statement, *_):
        statements.append(statement)

    await other.tick()
    heard.listen(Engine, "before_cursor_execute", hear)
    try:
        assert await one.tick() == 0
    finally:
        heard.remove(Engine, "before_cursor_execute", hear)
    asked = [one for one in statements if one.lstrip().upper().startswith("SELECT")]
    assert len(asked) == 1


async def test_when_the_planner_at_work_dies_another_goes_on_where_it_stopped(database):
    clock = Clock()
    seconds, (one, other) = planners(database, clock, 2)
    await come(database, clock, range(30))
    assert [await other.tick(), await one.tick(), await other.tick()] == [10, 10, 0]
    looks = 0
    while not await other.tick():  # ``one`` is never heard of again
        seconds.now += 0.25
        looks += 1
    assert looks <= 4  # of a quarter of a second
    while await other.tick():
        pass
    assert len(await messages(database)) == 30


@pytest.mark.parametrize(
    ("at_once", "waits", "of_the_second"),
    [(64, 0.0, 0), (2, 0.0, 2), (64, 3.0, 5)],
    ids=["short", "longer than two turns", "old"],
)
async def test_a_short_queue_is_left_to_the_first_sender_and_a_long_one_is_everybodys(
    database, at_once, waits, of_the_second
):
    clock = Clock()
    await come(database, clock, range(5))
    while await planner(database, clock).tick():
        pass
    clock.pass_(seconds=waits)
    zalo = StubProvider("zalo")
    zalo.can_be_settled = True
    policy = {"at_once": at_once, "batch": min(at_once, 100)}
    await sender(database, clock, zalo, leads=lambda: False, policy=policy).tick()
    assert len(zalo.sent) == of_the_second
    await sender(database, clock, zalo, leads=lambda: True).tick()
    assert len(zalo.sent) == 5


async def test_what_is_urgent_is_left_to_nobody(database):
    clock = Clock()
    await come(database, clock, range(2))
    async with database.writing() as session:
        await request_code(session, conversation_id="c1", dossier_code=code(1), now=clock())
    while await planner(database, clock).tick():
        pass
    zalo, sms = StubProvider("zalo"), StubProvider("sms")
    await sender(database, clock, zalo, sms, leads=lambda: False).tick()
    assert (len(zalo.sent), len(sms.sent)) == (0, 1)


async def test_when_the_first_sender_has_died_the_second_sends_everything(database):
    clock = Clock()
    await come(database, clock, range(5))
    while await planner(database, clock).tick():
        pass
    zalo, stop = StubProvider("zalo"), asyncio.Event()
    follower = sender(database, clock, zalo, leads=lambda: False)  # nobody leads
    await follower.tick()
    assert not zalo.sent
    clock.pass_(seconds=3)
    running = asyncio.create_task(run_sender(follower, stop))

    async def all_sent() -> bool:
        return len(zalo.sent) == 5

    await comes_true(all_sent)
    stop.set()
    await running


async def test_what_waits_for_a_route_that_takes_no_call_is_not_read_to_find_what_may_go(sqlite):
    """Lane and route are looked up together, and the route that rests is not asked for."""
    clock = Clock()
    await come(sqlite, clock, range(60))
    while await planner(sqlite, clock).tick():
        pass
    zalo, sms = StubProvider("zalo"), StubProvider("sms")
    zalo.can_be_settled = True
    wardens = MemoryWardens(Limits({"zalo": Rate(0.01, 4)}), clock=lambda: clock().timestamp())
    one = sender(sqlite, clock, zalo, sms, wardens=wardens)
    await one.tick()
    assert 0 < len(zalo.sent) < 60  # the rest is held
    asked = []

    def hear(_connection, _cursor, statement, parameters, *_):
        if "FROM message" in statement:
            asked.append((statement, parameters))

    heard.listen(Engine, "before_cursor_execute", hear)
    try:
        assert await one.turn() == 0
    finally:
        heard.remove(Engine, "before_cursor_execute", hear)
    assert asked
    assert "zalo" not in str([parameters for _, parameters in asked])
    async with sqlite.reading() as session:
        connection = await session.connection()
        for statement, given in asked:
            plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)).all()
            details = [row.detail for row in plan]
            assert any("lane=? AND provider=? AND due_at<?" in one for one in details), details
