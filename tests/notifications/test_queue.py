"""Who goes first, what waits, and what happens when no receipt comes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.engine import Engine

from dossiers.lookup import request_code
from gateway.receipts import Receipts
from notifications.audit import check_all
from notifications.buckets import Limits, MemoryWardens, Rate
from notifications.carriers import InOrder
from notifications.desk_models import UnitTask
from notifications.ladder import Rung
from notifications.lanes import Lane
from notifications.models import LedgerEntry, Message
from notifications.receipts import IncomingReceipt, ReceiptDesk
from notifications.schemas import Channel, MessageStatus, Purpose, Reason
from tests.dossiers.samples import full_event
from tests.notifications.helpers import (
    LADDERS,
    MORNING,
    REAL,
    Clock,
    StubProvider,
    messages,
    only,
    planner,
    post,
    sender,
)
from tests.waiting import PATIENCE_SECONDS
from wire.provider import About, Accepted, Ambiguous, Confidence, Lookup, Rejected
from wire.receipt import Fate, Statement


def code(number):
    return f"H98.01-261102-{number:04}"


async def plan_many(database, clock, count, **more):
    events = [
        full_event(number=1, dossier_code=code(number), **more) | {"id": f"n{number}"}
        for number in range(count)
    ]
    await post(database, events, clock)
    while await planner(database, clock).tick():
        pass


class Endless(StubProvider):
    """A provider that takes its time, until it is let go."""

    can_be_settled = True

    def __init__(self, name):
        super().__init__(name)
        self.go_on = asyncio.Event()

    async def send(self, notice):
        self.sent.append(notice)
        await self.go_on.wait()
        return Accepted(f"{self.name}-{len(self.sent)}")


async def test_a_one_time_code_passes_a_queue(database):
    clock = Clock()
    await plan_many(database, clock, 30)
    async with database.writing() as session:
        await request_code(session, conversation_id="c1", dossier_code=code(3), now=clock())
    await planner(database, clock).tick()
    zalo, sms = StubProvider("zalo"), StubProvider("sms")
    await sender(database, clock, zalo, sms, policy={"batch": 1}).tick()
    assert (len(zalo.sent), len(sms.sent)) == (0, 1)


async def test_a_one_time_code_passes_thousands_of_events_that_have_just_come(database):
    clock = Clock()
    await post(database, [full_event(dossier_code=code(0)) | {"id": "first"}], clock)
    many = [full_event(dossier_code=code(number)) | {"id": f"n{number}"} for number in range(1, 300)]
    await post(database, many, clock)
    async with database.writing() as session:
        await request_code(session, conversation_id="c1", dossier_code=code(0), now=clock())
    desk = planner(database, clock)
    await desk.tick()
    first = [row.purpose for row in await messages(database)]
    assert (first.count(Purpose.ONE_TIME_CODE), len(first)) == (1, 101)
    while await desk.tick():
        pass
    everything = [row.purpose for row in await messages(database)]
    assert (everything.count(Purpose.ONE_TIME_CODE), len(everything)) == (1, 301)


async def test_codes_that_were_told_ahead_cost_nothing_when_their_turn_comes(database):
    """Those who come right behind them would wait for it."""
    clock = Clock()
    many = [full_event(dossier_code=code(number)) | {"id": f"n{number}"} for number in range(120)]
    await post(database, many, clock)
    async with database.writing() as session:
        for number in range(60):
            await request_code(session, conversation_id=f"c{number}", dossier_code=code(number), now=clock())
    desk = planner(database, clock)
    await desk.tick()
    sent = []

    def hear(_connection, _cursor, statement, *_):
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        assert await desk.tick() == 80  # the last events, and the codes
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    assert len(sent) < 40
    everything = [row.purpose for row in await messages(database)]
    assert (everything.count(Purpose.ONE_TIME_CODE), len(everything)) == (60, 180)


async def test_many_codes_are_looked_up_together(database):
    clock = Clock()
    many = [full_event(dossier_code=code(number)) | {"id": f"n{number}"} for number in range(40)]
    await post(database, many, clock)
    await planner(database, clock).tick()
    async with database.writing() as session:
        for number in range(40):
            await request_code(session, conversation_id=f"c{number}", dossier_code=code(number), now=clock())
    sent = []

    def hear(_connection, _cursor, statement, *_):
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        assert await planner(database, clock).tick() == 40
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    assert len(sent) < 40


def same_day_story(number):
    """Handed in and decided on one day: two events of one dossier."""
    same_day = "2026-11-02T10:00:00+07:00"
    return [
        full_event(dossier_code=code(number)) | {"id": f"in{number}"},
        full_event("result_ready", number=2, dossier_code=code(number), occurred_at=same_day)
        | {"id": f"out{number}"},
    ]


async def test_a_decision_of_the_same_day_passes_thousands_of_events_behind_its_own_dossiers_news(database):
    clock = Clock()
    many = [full_event(dossier_code=code(number)) | {"id": f"n{number}"} for number in range(250)]
    await post(database, many, clock)
    await post(database, same_day_story(999), clock)
    desk = planner(database, clock)
    await desk.tick()
    told = [
        row.event_type.rpartition(".")[2] for row in await messages(database) if row.dossier_code == code(999)
    ]
    assert told == ["received", "result_ready"]
    assert len(await messages(database)) == 102
    while await desk.tick():
        pass
    assert len(await messages(database)) == 252  # and each is told once
    zalo = StubProvider("zalo")
    await sender(database, clock, zalo, policy={"batch": 1}).tick()
    assert [row.dossier_code for row in await messages(database) if row.attempts] == [code(999)]


async def test_while_a_limit_holds_a_provider_what_is_urgent_is_the_next_to_go(database):
    clock = Clock()
    only_by_sms = {Purpose.STATUS: (Rung(Channel.SMS, "sms"),)}
    await post(
        database,
        [full_event(dossier_code=code(number)) | {"id": f"n{number}"} for number in range(20)],
        clock,
    )
    await planner(database, clock, LADDERS | only_by_sms).tick()
    sms = StubProvider("sms")
    sms.can_be_settled = True
    wardens = MemoryWardens(Limits({"sms": Rate(1, 8)}), clock=lambda: clock().timestamp())
    one = sender(database, clock, sms, wardens=wardens)
    await one.tick()
    before = len(sms.sent)
    assert 0 < before < 20  # the bucket is empty
    async with database.writing() as session:
        await request_code(session, conversation_id="c1", dossier_code=code(3), now=clock())
    await planner(database, clock, LADDERS | only_by_sms).tick()
    while len(sms.sent) == before:
        clock.pass_(seconds=1)
        await one.tick()
    urgent = [row for row in await messages(database) if row.purpose == Purpose.ONE_TIME_CODE]
    assert urgent[0].attempts == 1
    assert sum(row.attempts for row in await messages(database)) == before + 1


async def test_a_full_provider_still_takes_what_somebody_waits_for(database):
    clock = Clock()
    await plan_many(database, clock, 12)
    slow = Endless("zalo")
    sms = Endless("sms")
    one = sender(database, clock, slow, sms, policy={"at_once": 6, "per_provider": 6, "urgent": 2})
    await one.turn()
    assert await one.turn() == 0  # every place is taken
    async with database.writing() as session:
        await request_code(session, conversation_id="c1", dossier_code=code(3), now=clock())
    await planner(database, clock).tick()
    await one.turn()
    await asyncio.sleep(0)
    assert (len(slow.sent), len(sms.sent)) == (6, 1)
    slow.go_on.set()
    sms.go_on.set()
    await one.finish()
    assert sum(message.status == MessageStatus.ACCEPTED for message in await messages(database)) == 7


async def test_a_decision_on_the_day_it_was_asked_for_is_urgent(database):
    clock = Clock()
    same_day, later = (f"2026-11-{day}T10:00:00+07:00" for day in ("02", "04"))
    await post(
        database,
        [
            full_event(dossier_code=code(1)),
            full_event("result_ready", number=2, dossier_code=code(1), occurred_at=same_day),
            full_event("result_ready", number=3, dossier_code=code(2), occurred_at=later),
        ],
        clock,
    )
    await planner(database, clock).tick()
    assert [message.lane for message in await messages(database)] == [
        Lane.STATUTORY,
        Lane.URGENT,
        Lane.STATUTORY,
    ]


async def test_of_a_provider_that_cannot_be_asked_few_calls_are_under_way(database):
    clock = Clock()
    await plan_many(database, clock, 12)
    mute = Endless("zalo")
    mute.can_be_settled = False
    one = sender(database, clock, mute, policy={"unsettled": 3})
    for _ in range(3):
        await one.turn()
        await asyncio.sleep(0)
    assert len(mute.sent) == 3
    mute.go_on.set()
    await one.finish()


async def test_a_message_for_later_waits_for_its_time(database):
    clock = Clock()
    await plan_many(database, clock, 1)
    async with database.writing() as session:
        await session.execute(update(Message).values(due_at=MORNING + timedelta(hours=2)))
    zalo = StubProvider("zalo")
    one = sender(database, clock, zalo)
    await one.tick()
    assert zalo.sent == []
    clock.pass_(hours=2)
    await one.tick()
    assert len(zalo.sent) == 1


async def test_what_the_buckets_hold_back_goes_out_later(database):
    clock = Clock()
    await plan_many(database, clock, 3)
    zalo = StubProvider("zalo")
    wardens = MemoryWardens(Limits({"zalo": Rate(1, 2)}), clock=lambda: clock().timestamp())
    one = sender(database, clock, zalo, wardens=wardens)
    due = [row.due_at for row in await messages(database)]
    await one.tick()
    assert len(zalo.sent) == 2
    await one.tick()
    assert len(zalo.sent) == 2
    waiting = [row.due_at for row in await messages(database) if row.status == MessageStatus.PLANNED]
    assert waiting == due[2:]  # it keeps its place: nothing is written to the database for it
    clock.pass_(seconds=2)
    await one.tick()
    assert len(zalo.sent) == 3


async def test_a_busy_provider_hands_over_to_the_other_one_of_the_rung_at_once(database):
    clock = Clock()
    await plan_many(database, clock, 1)
    busy, other = StubProvider("zalo", Rejected(permanent=False, code="503")), StubProvider("second")
    one = sender(database, clock, busy, other, routes={"zalo": ("zalo", "second")})
    one._carriers.health("second").sick = True  # so that the busy one is asked first
    while not busy.sent and not other.sent:
        await one.tick()
    await one.tick()
    assert len(other.sent) == 1


BRANDNAME = Rejected(permanent=True, code="177", about=About.ROUTE)
NO_MONEY = Rejected(permanent=True, code="103", about=About.ACCOUNT)
WRONG_NUMBER = Rejected(permanent=True, code="108", about=About.PERSON)
SOMETHING = Rejected(permanent=True, code="999")


async def two_gateways(database, first, *second, answers=()):
    """A text that the first of two gateways refuses: calls of both, and tasks of the unit afterwards."""
    clock = Clock()
    only_by_sms = {Purpose.STATUS: (Rung(Channel.SMS, "both"),)}
    await post(database, full_event(dossier_code=REAL), clock)
    await planner(database, clock, LADDERS | only_by_sms).tick()
    gateways = StubProvider("one", *first, answers=answers), StubProvider("two", *second)
    one = sender(database, clock, *gateways, routes={"both": InOrder(("one", "two"))})
    for _ in range(4):
        await one.tick()
        clock.pass_(seconds=31)
    while await planner(database, clock, LADDERS | only_by_sms).tick():
        pass
    async with database.reading() as session:
        tasks = list(await session.scalars(select(UnitTask)))
    return [len(one.sent) for one in gateways], len(tasks)


@pytest.mark.parametrize("refusal", [BRANDNAME, NO_MONEY], ids=["brandname", "no money"])
async def test_what_one_gateway_cannot_carry_goes_with_the_other_before_anybody_gets_a_task(
    database, refusal
):
    assert await two_gateways(database, [refusal]) == ([1, 1], 0)
    assert (await only(database)).status == MessageStatus.ACCEPTED


@pytest.mark.parametrize("refusal", [WRONG_NUMBER, SOMETHING], ids=["wrong number", "unknown code"])
async def test_a_wrong_number_is_not_paid_for_at_a_second_gateway(database, refusal):
    assert await two_gateways(database, [refusal]) == ([1, 0], 1)


async def test_when_no_gateway_carries_it_somebody_of_the_unit_tells_the_citizen(database):
    assert await two_gateways(database, [NO_MONEY], BRANDNAME) == ([1, 1], 1)
    message = await only(database)
    assert (message.status, message.reason) == (MessageStatus.FAILED, Reason.CHANNELS_EXHAUSTED)


async def test_a_gateway_that_is_only_busy_is_asked_again_when_the_other_refuses_for_good(database):
    busy = Rejected(permanent=False, code="120")
    assert await two_gateways(database, [busy], BRANDNAME) == ([2, 1], 0)


async def test_what_may_be_out_with_one_gateway_is_never_given_to_the_other(database):
    """The answer was lost, it was handed over again, and the money was gone: was the first copy out?"""
    lost = [Ambiguous("timeout"), NO_MONEY]
    assert await two_gateways(database, lost, answers=(Lookup.NOT_TAKEN,)) == ([2, 0], 1)


WITHIN = {"receipt_within": {"zalo": timedelta(minutes=30)}}


async def receipt(database, status, *, clock, number=1):
    message = await only(database)
    desk = ReceiptDesk()
    async with database.writing() as session:
        await desk.store(
            session,
            [
                IncomingReceipt(
                    "zalo", f"r{number}", status, Confidence.HANDSET, clock(), reference=f"{message.id}0"
                )
            ],
            now=clock(),
        )
    async with database.writing() as session:
        assert await desk.work(session, now=clock()) == 1


@pytest.mark.parametrize(
    ("heard", "rungs"),
    [(None, [1, 1]), (MessageStatus.SENT, [1, 1]), (MessageStatus.DELIVERED, [1, 0])],
)
async def test_a_receipt_that_does_not_come_in_its_time_starts_the_next_rung(database, heard, rungs):
    clock = Clock()
    await plan_many(database, clock, 1)
    zalo, sms = StubProvider("zalo"), StubProvider("sms")
    one = sender(database, clock, zalo, sms, policy=WITHIN)
    await one.tick()
    if heard:
        await receipt(database, heard, clock=clock)
    clock.pass_(minutes=29)
    await one.tick()
    assert len(sms.sent) == 0
    clock.pass_(minutes=2)
    await one.tick()
    await one.tick()
    assert [len(zalo.sent), len(sms.sent)] == rungs
    assert (await only(database)).maybe_second_copy is (rungs[1] == 1)


async def test_a_receipt_that_comes_late_cancels_the_rung_that_waits(database):
    clock = Clock()
    await plan_many(database, clock, 1)
    zalo, sms = StubProvider("zalo"), StubProvider("sms")
    one = sender(database, clock, zalo, sms, policy=WITHIN)
    await one.tick()
    clock.pass_(minutes=31)
    await one.look_after()
    assert (await only(database)).channel == "sms"
    await receipt(database, MessageStatus.DELIVERED, clock=clock)
    await one.tick()
    assert len(sms.sent) == 0
    assert (await only(database)).status == MessageStatus.DELIVERED


async def test_on_the_last_rung_what_was_accepted_stays_accepted(database):
    clock = Clock()
    await plan_many(database, clock, 1, applicant={"name": "Lê Mẫu", "email": "mau@example.com"})
    mail = StubProvider("mail")
    one = sender(database, clock, mail, policy={"receipt_within": {"mail": timedelta(minutes=5)}})
    await one.tick()
    clock.pass_(minutes=6)
    for _ in range(2):
        await one.tick()
    message = await only(database)
    assert (message.status, message.due_at, len(mail.sent)) == (MessageStatus.ACCEPTED, None, 1)


async def test_receipts_doubled_and_disordered_end_in_the_right_state(database):
    clock = Clock()
    await plan_many(database, clock, 20)
    zalo = StubProvider("zalo")
    zalo.can_be_settled = True
    await sender(database, clock, zalo).tick()
    told = [
        IncomingReceipt(
            "zalo", f"{kind}-{notice.reference}", kind, Confidence.HANDSET, clock(), notice.reference
        )
        for kind in (MessageStatus.READ, MessageStatus.SENT, MessageStatus.DELIVERED)
        for notice in zalo.sent
    ]
    desk = ReceiptDesk()
    async with database.writing() as session:
        assert len(await desk.store(session, [*told[::-1], *told], now=clock())) == 60
        assert await desk.store(session, told, now=clock()) == set()
    done = 1
    while done:
        async with database.writing() as session:
            done = await desk.work(session, now=clock(), limit=7)
    assert {message.status for message in await messages(database)} == {MessageStatus.READ}


async def test_two_who_work_on_the_same_receipts_write_each_into_the_ledger_once(database):
    """The second looked before the first had written: what is taken is left alone."""
    clock = Clock()
    await plan_many(database, clock, 3)
    zalo = StubProvider("zalo")
    await sender(database, clock, zalo).tick()
    desk = ReceiptDesk()
    told = [
        IncomingReceipt("zalo", f"r-{one.reference}", status, Confidence.HANDSET, clock(), one.reference)
        for one, status in zip(
            zalo.sent, (MessageStatus.FAILED, MessageStatus.SENT, MessageStatus.READ), strict=True
        )
    ]
    async with database.writing() as session:
        await desk.store(session, told, now=clock())
    async with database.reading() as session:
        looked_up = await desk.look_up(session, now=clock())
    moved = []
    for _ in range(2):
        async with database.writing() as session:
            moved.append(len(await desk.apply(session, looked_up, now=clock())))
    assert moved == [3, 0]
    async with database.reading() as session:
        lines = list(await session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "receipt")))
    assert len(lines) == 3
    assert (await check_all(database)).intact


async def test_a_receipt_that_comes_again_within_minutes_does_not_wait_for_the_database(database):
    receipts = Receipts(database)
    said = Statement("zalo", "r1", Fate.DELIVERED, Confidence.HANDSET, reference="x")
    await receipts.store(said)
    async with database.writing():  # somebody else writes, and does not let go
        async with asyncio.timeout(PATIENCE_SECONDS):
            await receipts.store(said)


async def test_a_receipt_that_is_faster_than_the_answer_waits_for_it(database):
    clock = Clock()
    await plan_many(database, clock, 1)
    desk = ReceiptDesk()
    early = IncomingReceipt(
        "zalo", "r1", MessageStatus.DELIVERED, Confidence.HANDSET, clock(), provider_message_id="zalo-1"
    )
    async with database.writing() as session:
        await desk.store(session, [early], now=clock())
        assert await desk.work(session, now=clock()) == 1
        assert await desk.work(session, now=clock()) == 0
    await sender(database, clock, StubProvider("zalo")).tick()
    clock.pass_(seconds=6)
    async with database.writing() as session:
        assert await desk.work(session, now=clock()) == 1
    assert (await only(database)).status == MessageStatus.DELIVERED


async def test_a_receipt_of_nobody_is_not_asked_about_for_ever(database):
    clock = Clock()
    desk = ReceiptDesk()
    stranger = IncomingReceipt("zalo", "r1", MessageStatus.READ, Confidence.HANDSET, clock(), reference=REAL)
    async with database.writing() as session:
        await desk.store(session, [stranger], now=clock())
        clock.pass_(minutes=11)
        assert await desk.work(session, now=clock()) == 1
        clock.pass_(hours=1)
        assert await desk.work(session, now=clock()) == 0


async def test_many_receipts_that_are_faster_than_the_answers_are_believed_together(database):
    clock = Clock()
    await plan_many(database, clock, 3)
    slow = Endless("zalo")
    one = sender(database, clock, slow)
    await one.turn()
    await asyncio.sleep(0)
    told = [
        IncomingReceipt(
            "zalo", f"r-{notice.reference}", MessageStatus.DELIVERED, Confidence.HANDSET, clock(),
            reference=notice.reference,
        )
        for notice in slow.sent
    ]  # fmt: skip
    desk = ReceiptDesk()
    async with database.writing() as session:
        await desk.store(session, told, now=clock())
        assert await desk.work(session, now=clock()) == 3
    slow.go_on.set()
    await one.finish()
    assert {message.status for message in await messages(database)} == {MessageStatus.DELIVERED}
