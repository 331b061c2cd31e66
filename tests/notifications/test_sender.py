"""Every message once: whatever the provider answers, and wherever the process dies."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update

from core.event_reading import read_events
from core.events import publish
from dossiers.lookup import request_code
from notifications import ledger, repository
from notifications.audit import check_chain
from notifications.draft import UNREACHABLE
from notifications.ladder import default_ladders
from notifications.models import Message
from notifications.receipts import IncomingReceipt, ReceiptDesk, ReceiptResult
from notifications.schemas import AttemptOutcome, MessageStatus, Reason, before
from notifications.survey_rules import SURVEY_INVITED
from notifications.worker import run_planner, run_sender
from people.citizen_models import Purpose as Consented
from tests.dossiers.samples import full_event, read_sample
from tests.notifications.helpers import (
    MORNING,
    NIGHT,
    REAL,
    Clock,
    StubProvider,
    answer,
    messages,
    only,
    planner,
    post,
    sender,
)
from tests.waiting import PATIENCE_SECONDS
from wire.outbox_file import OutboxFile
from wire.provider import Accepted, Ambiguous, Confidence, Lookup, Rejected

PERMANENT = Rejected(permanent=True, code="-118")
TEMPORARY = Rejected(permanent=False, code="-32")


def providers(*zalo, **more):
    return StubProvider("zalo", *zalo, **more), StubProvider("sms"), StubProvider("mail")


@pytest.fixture
async def planned(database):
    """A database with one planned message, at nine in the morning."""
    await post(database, full_event(dossier_code=REAL), Clock())
    await planner(database, Clock()).tick()
    return database


async def view(database):
    message = await only(database)
    async with database.reading() as session:
        return await ledger.for_message(session, message.id)


async def receive(
    database, status, *, provider="zalo", reference=None, number=1, clock=MORNING, identity=None
):
    message = await only(database)
    async with database.writing() as session:
        return await ReceiptDesk().record(
            session,
            IncomingReceipt(
                provider=provider,
                external_id=identity or f"{provider}-{status}-{number}",
                status=status,
                confidence=Confidence.HANDSET,
                occurred_at=clock,
                reference=reference or f"{message.id}0",
            ),
            now=clock,
        )


async def test_an_accepted_message_is_sent_once(planned):
    clock, stubs = Clock(), providers()
    one = sender(planned, clock, *stubs)
    for _ in range(3):
        await one.tick()
    assert [len(stub.sent) for stub in stubs] == [1, 0, 0]
    assert stubs[0].sent[0].to == "+84900000001"
    found = await view(planned)
    assert found.status is MessageStatus.ACCEPTED
    assert [attempt.outcome for attempt in found.attempts] == [AttemptOutcome.ACCEPTED]


async def test_two_senders_at_once_send_one_copy(planned):
    clock, stubs = Clock(), providers()
    await asyncio.gather(*(sender(planned, clock, *stubs).tick() for _ in range(4)))
    assert len(stubs[0].sent) == 1


async def test_a_refusal_goes_down_the_ladder_and_the_first_success_ends_it(planned):
    clock, stubs = Clock(), providers(PERMANENT)
    one = sender(planned, clock, *stubs)
    for _ in range(4):
        await one.tick()
    assert [len(stub.sent) for stub in stubs] == [1, 1, 0]
    found = await view(planned)
    assert (found.status, found.channel, found.template) == (MessageStatus.ACCEPTED, "sms", "received/sms.v1")
    assert not found.maybe_second_copy


async def test_when_no_channel_is_left_the_unit_is_told(planned):
    clock = Clock()
    stubs = (StubProvider("zalo", PERMANENT), StubProvider("sms", PERMANENT), StubProvider("mail", PERMANENT))
    one = sender(planned, clock, *stubs)
    for _ in range(4):
        await one.tick()
    found = await view(planned)
    assert (found.status, found.reason) == (MessageStatus.FAILED, Reason.CHANNELS_EXHAUSTED)
    assert found.why == "không kênh nào gửi được"
    async with planned.reading() as session:
        assert len(await read_events(session, after=0, types=[UNREACHABLE])) == 1


async def test_a_busy_provider_is_tried_again_later_and_then_left(planned):
    clock, stubs = Clock(), providers(TEMPORARY, TEMPORARY, TEMPORARY, TEMPORARY)
    one = sender(planned, clock, *stubs)
    await one.tick()
    await one.tick()
    assert len(stubs[0].sent) == 1  # not before its pause is over
    for _ in range(4):
        clock.pass_(minutes=20)
        await one.tick()
    assert [len(stub.sent) for stub in stubs] == [4, 1, 0]
    assert len({notice.reference for notice in stubs[0].sent}) == 1


async def test_a_provider_that_says_when_is_not_asked_before(planned):
    clock = Clock()
    stubs = providers(Rejected(permanent=False, code="retry_after", after=600))
    await sender(planned, clock, *stubs).tick()
    clock.pass_(minutes=9)
    await sender(planned, clock, *stubs).tick()
    assert len(stubs[0].sent) == 1
    clock.pass_(minutes=2)
    await sender(planned, clock, *stubs).tick()
    assert len(stubs[0].sent) == 2


@pytest.mark.parametrize("outcome", [Ambiguous("timeout"), ConnectionError("lost")])
async def test_what_nobody_knows_is_never_sent_again_on_its_own(planned, outcome):
    clock, stubs = Clock(), providers(outcome)
    one = sender(planned, clock, *stubs)
    for _ in range(5):
        await one.tick()
        clock.pass_(minutes=2)
    assert [len(stub.sent) for stub in stubs] == [1, 0, 0]
    assert (await view(planned)).status is MessageStatus.UNCERTAIN


async def test_without_a_receipt_an_uncertain_message_takes_the_next_rung_and_is_marked(planned):
    clock, stubs = Clock(), providers(Ambiguous("timeout"))
    one = sender(planned, clock, *stubs)
    await one.tick()
    for _ in range(3):
        clock.pass_(minutes=16)
        await one.tick()
    assert [len(stub.sent) for stub in stubs] == [1, 1, 0]
    assert (await view(planned)).maybe_second_copy


async def test_a_receipt_ends_the_uncertainty(planned):
    clock, stubs = Clock(), providers(Ambiguous("timeout"))
    one = sender(planned, clock, *stubs)
    await one.tick()
    assert await receive(planned, MessageStatus.DELIVERED) is ReceiptResult.MOVED
    clock.pass_(hours=2)
    await one.tick()
    assert [len(stub.sent) for stub in stubs] == [1, 0, 0]


async def test_a_late_receipt_cancels_the_rung_that_waits(planned):
    clock, stubs = Clock(), providers(Ambiguous("timeout"))
    one = sender(planned, clock, *stubs)
    await one.tick()
    clock.pass_(minutes=16)
    await one._settler.tick()  # now planned on the next rung, not yet sent
    assert (await only(planned)).channel == "sms"
    await receive(planned, MessageStatus.DELIVERED)
    await one.tick()
    assert [len(stub.sent) for stub in stubs] == [1, 0, 0]
    assert (await view(planned)).status is MessageStatus.DELIVERED


@pytest.mark.parametrize(("answer", "copies"), [(Lookup.TAKEN, 1), (Lookup.NOT_TAKEN, 2)])
async def test_a_provider_that_can_be_asked_decides(planned, answer, copies):
    clock, stubs = Clock(), providers(Ambiguous("timeout"), answers=(answer,))
    one = sender(planned, clock, *stubs)
    await one.tick()
    assert stubs[0].asked == []  # it may still be at work
    clock.pass_(seconds=31)
    await one.tick()
    await one.tick()
    assert len(stubs[0].sent) == copies
    assert (await view(planned)).status is MessageStatus.ACCEPTED


class Dies(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("died", ["before", "after"])
async def test_a_sender_that_dies_loses_nothing_and_doubles_nothing(database, tmp_path, died):
    clock = Clock()
    await post(database, full_event(), clock)
    await planner(database, clock, default_ladders()).tick()
    outbox = OutboxFile(tmp_path / "outbox")

    class Dying:
        name = outbox.name
        lookup = outbox.lookup

        async def send(self, notice):
            if died == "after":
                await outbox.send(notice)
            raise Dies

    with pytest.raises(Dies):
        await sender(database, clock, Dying()).tick()
    survivor = sender(database, clock, outbox)
    await survivor.tick()
    assert (await only(database)).status == MessageStatus.PLANNED  # the lease still runs
    clock.pass_(seconds=61)
    for _ in range(2):
        await survivor.tick()
    assert len(list((tmp_path / "outbox").glob("*.txt"))) == 1
    found = await view(database)
    assert found.status is MessageStatus.ACCEPTED
    expected = (
        [AttemptOutcome.ACCEPTED] if died == "after" else [AttemptOutcome.NOT_SENT, AttemptOutcome.ACCEPTED]
    )
    assert [attempt.outcome for attempt in found.attempts] == expected


async def test_an_outcome_is_remembered_while_the_database_is_away(planned, monkeypatch):
    database, clock, zalo = planned, Clock(), StubProvider("zalo")
    one = sender(database, clock, zalo)
    write_down, failures = one._outcomes.write_down, iter(range(3))

    async def away(session, returned, *, now):
        if returned and next(failures, None) is not None:
            raise OSError("the database is away")
        return await write_down(session, returned, now=now)

    monkeypatch.setattr(one._outcomes, "write_down", away)
    with pytest.raises(OSError, match="away"):
        await one.tick()
    assert (await only(database)).status == MessageStatus.PLANNED
    clock.pass_(seconds=2)
    await one.tick()
    assert (await only(database)).status == MessageStatus.ACCEPTED
    assert len(zalo.sent) == 1


async def test_a_sender_that_comes_back_late_does_not_undo_what_was_decided_without_it(planned):
    clock = Clock()
    release = asyncio.Event()

    class Slow(StubProvider):
        async def send(self, notice):
            self.sent.append(notice)
            await release.wait()
            return PERMANENT

    slow, sms, mail = Slow("zalo"), StubProvider("sms"), StubProvider("mail")
    late = asyncio.create_task(sender(planned, clock, slow, sms, mail).tick())
    while not slow.sent:
        await asyncio.sleep(0.01)
    clock.pass_(minutes=20)
    other = sender(planned, clock, slow, sms, mail)
    await other.tick()
    await other.tick()
    assert (await view(planned)).channel == "sms"
    release.set()
    await late
    found = await view(planned)
    assert (found.status, found.channel) == (MessageStatus.ACCEPTED, "sms")
    assert len(sms.sent) == 1


async def test_nothing_leaves_at_night_except_what_somebody_waits_for(database):
    clock = Clock(MORNING)
    await post(database, full_event(dossier_code=REAL), clock)
    await planner(database, clock).tick()
    clock.now = NIGHT + timedelta(days=1)  # the sender was down all day
    async with database.writing() as session:
        await request_code(session, conversation_id="c1", dossier_code=REAL, now=clock())
    await planner(database, clock).tick()
    stubs = providers()
    await sender(database, clock, *stubs).tick()
    assert [len(stub.sent) for stub in stubs] == [0, 1, 0]


async def test_a_code_that_has_ended_is_not_sent(database):
    clock = Clock()
    await post(database, full_event(dossier_code=REAL), clock)
    async with database.writing() as session:
        await request_code(session, conversation_id="c1", dossier_code=REAL, now=clock())
    await planner(database, clock).tick()
    clock.pass_(minutes=6)
    stubs = providers()
    await sender(database, clock, *stubs).tick()
    assert len(stubs[1].sent) == 0
    otp = (await messages(database))[1]
    assert (otp.status, otp.reason) == (MessageStatus.CANCELLED, Reason.EXPIRED)


async def code_asked_for(database, clock):
    """A one-time code, planned and good for five minutes."""
    await post(database, full_event(dossier_code=REAL), clock)
    async with database.writing() as session:
        await request_code(session, conversation_id="c1", dossier_code=REAL, now=clock())
    await planner(database, clock).tick()


async def test_nobody_gets_a_code_that_ran_out_while_it_waited_in_the_queue(database):
    """The round that sends may come before the one that puts away what is too late."""
    clock, stubs = Clock(), providers()
    await code_asked_for(database, clock)
    clock.pass_(minutes=5)  # to the second
    one = sender(database, clock, *stubs)
    await one.turn()
    await one.finish()
    assert stubs[1].sent == []


@pytest.mark.parametrize("lease_is_over", [False, True])
async def test_a_code_that_is_just_being_sent_is_not_called_too_late(database, lease_is_over):
    """Whether it arrived is what the call says, however long that takes."""
    clock, release = Clock(), asyncio.Event()

    class Slow(StubProvider):
        async def send(self, notice):
            self.sent.append(notice)
            await release.wait()
            return Accepted("slow-1")

    sms = Slow("sms")
    await code_asked_for(database, clock)
    late = asyncio.create_task(sender(database, clock, StubProvider("zalo"), sms).tick())
    while not sms.sent:
        await asyncio.sleep(0.01)
    clock.pass_(minutes=6)
    other = sender(database, clock, sms)
    if not lease_is_over:
        async with database.writing() as session:
            await session.execute(update(Message).values(lease_until=clock() + timedelta(minutes=3)))
    await other._expire(clock())
    assert (await messages(database))[1].status == MessageStatus.PLANNED
    release.set()
    await late
    assert (await messages(database))[1].status == MessageStatus.ACCEPTED
    assert len(sms.sent) == 1


@pytest.mark.parametrize(("link", "status"), [("https://x/k/t", "accepted"), (None, "cancelled")])
async def test_the_link_of_a_survey_is_made_when_it_is_sent(database, link, status):
    clock = Clock()
    await post(database, full_event(dossier_code=REAL), clock)
    await answer(database, clock, Consented.SURVEY)
    async with database.writing() as session:
        await publish(
            session, type=SURVEY_INVITED, subject=REAL, body={"invitation_id": "i1", "dossier_code": REAL},
            occurred_at=clock(),
        )  # fmt: skip
    await planner(database, clock).tick()

    async def link_for(_session, invitation_id):
        assert invitation_id == "i1"
        return link

    clock.pass_(days=2)
    stubs = providers()
    await sender(database, clock, *stubs, link_for=link_for).tick()
    texts = [notice.text for notice in stubs[1].sent]
    assert len(texts) == (1 if link else 0)
    assert all(link in text_ and "[[" not in text_ for text_ in texts)
    survey = (await messages(database))[1]
    assert survey.status == status
    async with database.reading() as session:
        assert "x/k/t" not in str((await session.execute(text("select * from message"))).all())


async def test_a_message_of_an_account_that_was_taken_away_goes_on_to_the_next(planned):
    clock, (_, sms, mail) = Clock(), providers()
    one = sender(planned, clock, sms, mail)
    await one.tick()
    await one.tick()
    assert len(sms.sent) == 1


async def test_a_receipt_of_failure_goes_down_the_ladder(planned):
    clock, stubs = Clock(), providers()
    one = sender(planned, clock, *stubs)
    await one.tick()
    assert await receive(planned, MessageStatus.FAILED) is ReceiptResult.MOVED
    await one.tick()
    assert [len(stub.sent) for stub in stubs] == [1, 1, 0]
    # The same receipt again, and another of the rung that was left, change nothing.
    assert await receive(planned, MessageStatus.FAILED) is ReceiptResult.SEEN
    assert await receive(planned, MessageStatus.FAILED, number=2) is ReceiptResult.KEPT
    assert (await view(planned)).status is MessageStatus.ACCEPTED


async def test_a_receipt_of_a_message_that_is_not_ours_is_said_to_be_unknown(planned):
    assert await receive(planned, MessageStatus.READ, reference="nothing") is ReceiptResult.UNKNOWN_MESSAGE


RECEIPTS = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.READ, MessageStatus.ACCEPTED)


@pytest.mark.parametrize("order", list(itertools.permutations(RECEIPTS)))
async def test_receipts_in_any_order_never_move_a_message_back(planned, order):
    await sender(planned, Clock(), *providers()).tick()
    ranks = []
    for number, status in enumerate(order):
        await receive(planned, status, number=number)
        ranks.append(len(before(MessageStatus((await only(planned)).status))))
    assert ranks == sorted(ranks)
    assert (await only(planned)).status == MessageStatus.READ


async def test_delivered_is_believed_after_failed_but_not_the_other_way_round(planned):
    stubs = (StubProvider("zalo"), StubProvider("sms", PERMANENT), StubProvider("mail", PERMANENT))
    one = sender(planned, Clock(), *stubs)
    await one.tick()
    await receive(planned, MessageStatus.FAILED)
    for _ in range(3):
        await one.tick()
    assert (await only(planned)).status == MessageStatus.FAILED
    await receive(planned, MessageStatus.DELIVERED)
    assert (await only(planned)).status == MessageStatus.DELIVERED
    await receive(planned, MessageStatus.FAILED, number=3)
    assert (await only(planned)).status == MessageStatus.DELIVERED


async def test_the_ledger_tells_the_story_and_shows_tampering(planned):
    await sender(planned, Clock(), *providers(PERMANENT)).tick()
    await sender(planned, Clock(), *providers()).tick()
    async with planned.reading() as session:
        found = await ledger.for_dossier(session, REAL)
    assert found.intact
    assert found.entries == 6  # planned, attempt, outcome, climbed, attempt, outcome
    shown = found.model_dump_json()
    for secret in ("900000001", "Nguyễn Văn Mẫu", "mau@example.com"):
        assert secret not in shown
    async with planned.writing() as session:
        await session.execute(
            text(
                "update ledger_entry set facts = "
                "cast(replace(cast(facts as text), 'rejected_permanent', 'accepted') as json)"
                if planned.engine.dialect.name == "postgresql"
                else "update ledger_entry set facts = replace(facts, 'rejected_permanent', 'accepted')"
            )
        )
    async with planned.reading() as session:
        assert not (await ledger.for_dossier(session, REAL)).intact


async def test_a_line_taken_out_of_the_ledger_is_noticed(planned):
    await sender(planned, Clock(), *providers()).tick()
    async with planned.writing() as session:
        await session.execute(text("delete from ledger_entry where number = 2"))
    async with planned.reading() as session:
        assert not (await ledger.for_dossier(session, REAL)).intact


async def test_the_loops_send_the_sample_file_to_the_outbox_and_stop(database, tmp_path):
    from dossiers.service import accept

    clock, stop, planned_ = Clock(), asyncio.Event(), asyncio.Event()
    outbox = OutboxFile(tmp_path / "outbox")
    loops = [
        asyncio.create_task(run_planner(planner(database, clock), stop, planned=planned_.set)),
        asyncio.create_task(run_sender(sender(database, clock, outbox), stop, wake=planned_)),
    ]
    async with database.writing() as session:
        await accept(session, read_sample("dossier-events.json"), now=clock())
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(list((tmp_path / "outbox").glob("*.txt"))) < 15:
            await asyncio.sleep(0.05)
        stop.set()
        await asyncio.gather(*loops)
    assert len(list((tmp_path / "outbox").glob("*.txt"))) == 15


STEPS = st.lists(
    st.sampled_from(["tick", "wait", "sent", "delivered", "failed", "read", "crash"]), min_size=1, max_size=12
)
OUTCOMES = st.lists(
    st.sampled_from([Accepted("id"), PERMANENT, TEMPORARY, Ambiguous("timeout"), "die"]), max_size=6
)


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS, outcomes=OUTCOMES)
async def test_whatever_happens_no_rung_gets_a_second_copy_unless_the_first_was_refused(
    database, steps, outcomes
):
    """The provider cannot be asked here: so a rung whose outcome is not a refusal is used once."""
    async with database.writing() as session:
        for table in (
            "ledger_entry",
            "ledger_head",
            "receipt",
            "attempt",
            "message",
            "dossier_step",
            "dossier",
            "event",
        ):
            await session.execute(text(f"delete from {table}"))
        await session.execute(text("delete from event_consumer"))
    clock = Clock()
    await post(database, full_event(dossier_code=REAL), clock)
    await planner(database, clock).tick()
    queue = iter(outcomes)
    taken: dict[str, int] = {}

    class Unruly(StubProvider):
        async def send(self, notice):
            outcome = next(queue, Accepted("id"))
            if not isinstance(outcome, Rejected):
                taken[notice.reference] = taken.get(notice.reference, 0) + 1
            if outcome == "die":
                raise Dies
            return outcome

    stubs = [Unruly(name) for name in ("zalo", "sms", "mail")]
    one, rank = sender(database, clock, *stubs), 0
    for number, step in enumerate(steps):
        if step == "wait":
            clock.pass_(minutes=16)
        elif step == "crash":
            one = sender(database, clock, *stubs)
        elif step == "tick":
            try:
                await one.tick()
            except Dies:
                one = sender(database, clock, *stubs)
        else:
            await receive(database, MessageStatus(step), number=number, clock=clock())
        status = MessageStatus((await only(database)).status)
        if rank >= len(before(MessageStatus.DELIVERED)):
            assert len(before(status)) >= rank
        rank = len(before(status))
    assert all(copies == 1 for copies in taken.values())
    async with database.reading() as session:
        assert (await check_chain(session, REAL)).intact
        assert len((await session.scalars(select(Message))).all()) == 1


async def test_a_message_is_moved_by_the_database_not_by_what_we_remember(planned):
    message = await only(planned)
    async with planned.writing() as session:
        await session.execute(update(Message).values(status=MessageStatus.DELIVERED))
    async with planned.writing() as session:
        assert not await repository.move(session, message.id, MessageStatus.SENT, at=MORNING)
        assert await repository.move(session, message.id, MessageStatus.READ, at=MORNING)
