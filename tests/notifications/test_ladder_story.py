"""One notice down the whole ladder: what starts the next channel, what stops it, and how it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.text.sms import measure
from notifications import ledger
from notifications.carriers import InOrder
from notifications.desk_models import UnitTask
from notifications.hearing import IN_A_ROW
from notifications.informing import Informing, Policy
from notifications.ladder import Rung
from notifications.models import Attempt
from notifications.peace_repository import reached, spent
from notifications.receipts import IncomingReceipt, ReceiptDesk
from notifications.schemas import Channel, MessageStatus, Reason
from notifications.tasks import TaskOutcome
from notifications.telling import explain
from notifications.trail_repository import accepted_by_provider
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
from wire.provider import Accepted, Ambiguous, Confidence, Lookup, Rejected

NO_ZALO = Rejected(permanent=True, code="-118")
HANGS = Ambiguous("timeout")
WITHIN = {"zalo": timedelta(minutes=30), "sms": timedelta(hours=2)}


class Office:
    """A database, a clock, three providers, and the wheels turned by hand."""

    def __init__(self, database, **outcomes):
        self.database, self.clock = database, Clock()
        self.zalo, self.sms, self.mail = (
            StubProvider(name, *outcomes.get(name, ())) for name in ("zalo", "sms", "mail")
        )
        self.alarms = []
        self.sender = sender(
            database,
            self.clock,
            self.zalo,
            self.sms,
            self.mail,
            policy={"receipt_within": WITHIN},
            watcher=self,
        )

    async def alarm(self, provider, trouble, what):
        self.alarms.append((provider, what))

    async def event(self, number=1):
        code = REAL if number == 1 else f"H98.01-261102-{number:04}"
        await post(self.database, full_event(number=number, dossier_code=code), self.clock)
        await self.turn()

    async def turn(self, **later):
        self.clock.pass_(**later)
        for _ in range(3):
            await planner(self.database, self.clock).tick()
            await self.sender.tick()

    async def receipt(self, provider, status, *, number=1):
        notice = getattr(self, provider).sent[number - 1]
        async with self.database.writing() as session:
            return await ReceiptDesk().record(
                session,
                IncomingReceipt(
                    provider, f"{provider}-{status}-{number}", status, Confidence.HANDSET, self.clock(),
                    reference=notice.reference,
                ),
                now=self.clock(),
            )  # fmt: skip

    @property
    def copies(self):
        return [len(self.zalo.sent), len(self.sms.sent), len(self.mail.sent)]

    async def story(self):
        message = await only(self.database)
        async with self.database.reading() as session:
            return explain(await ledger.for_message(session, message.id))


async def test_no_zalo_then_a_text_message_that_hangs_then_a_mail(database):
    office = Office(database, zalo=[NO_ZALO], sms=[HANGS])
    await office.event()
    assert office.copies == [1, 1, 0]
    await office.turn(minutes=14)
    assert office.copies == [1, 1, 0]
    await office.turn(minutes=2)
    assert office.copies == [1, 1, 1]
    assert (await only(database)).maybe_second_copy
    assert await office.story() == [
        "Tin: đã tiếp nhận hồ sơ; việc xảy ra 8 giờ 01, thứ Hai 02/11/2026",
        "Gửi tới: …001",
        "Câu mẫu: received/email.v1",
        "Kế hoạch: Zalo, rồi tin nhắn SMS, rồi thư điện tử",
        "Lần gửi 1, 9 giờ, thứ Hai 23/11/2026: Zalo qua zalo, bị từ chối hẳn "
        "(mã -118, số này không dùng Zalo)",
        "9 giờ, thứ Hai 23/11/2026: chuyển sang tin nhắn SMS, vì kênh trước từ chối hẳn",
        "Lần gửi 2, 9 giờ, thứ Hai 23/11/2026: tin nhắn SMS qua sms, không rõ đã nhận hay chưa "
        "(bên chuyển tin không trả lời)",
        "9 giờ 16, thứ Hai 23/11/2026: chuyển sang thư điện tử, "
        "vì không rõ kênh trước đã chuyển tin hay chưa",
        "Lần gửi 3, 9 giờ 16, thứ Hai 23/11/2026: thư điện tử qua mail, bên chuyển tin đã nhận",
        "Có thể người nhận đã được hai tin: lần gửi trước không rõ kết quả",
        "Nay: bên chuyển tin đã nhận",
    ]


async def test_a_text_message_without_a_receipt_is_followed_by_a_mail(database):
    office = Office(database, zalo=[NO_ZALO])
    await office.event()
    await office.turn(minutes=119)
    assert office.copies == [1, 1, 0]
    await office.turn(minutes=2)
    assert office.copies == [1, 1, 1]
    assert "quá giờ chờ mà kênh trước chưa có biên nhận" in "\n".join(await office.story())
    await office.turn(hours=3)
    assert office.copies == [1, 1, 1]  # mails have no receipts to wait for


async def test_a_late_zalo_receipt_cancels_the_text_message_and_the_row_says_what_reached_whom(database):
    office = Office(database)
    await office.event()
    office.clock.pass_(minutes=31)
    await office.sender.look_after()
    assert (await only(database)).channel == Channel.SMS
    await office.receipt("zalo", MessageStatus.DELIVERED)
    await office.turn(hours=3)
    assert office.copies == [1, 0, 0]
    message = await only(database)
    assert (message.status, message.channel, message.rung) == (MessageStatus.DELIVERED, Channel.ZALO, 0)
    async with database.reading() as session:
        assert await reached(session, [message.recipient_hash], MORNING - timedelta(days=1)) == {
            message.recipient_hash: Channel.ZALO
        }
    story = await office.story()
    assert story[5:] == [
        "9 giờ 31, thứ Hai 23/11/2026: chuyển sang tin nhắn SMS, "
        "vì quá giờ chờ mà kênh trước chưa có biên nhận",
        "Biên nhận 9 giờ 31, thứ Hai 23/11/2026: đã đến máy người nhận (máy người nhận xác nhận); "
        "không gửi tin nhắn SMS nữa",
        "Nay: đã đến máy người nhận",
    ]


async def test_a_late_receipt_takes_back_a_text_message_that_was_only_refused_so_far(database):
    busy = Rejected(permanent=False, code="120")
    office = Office(database, sms=[busy, busy, busy])
    await office.event()
    await office.turn(minutes=31)
    assert office.copies == [1, 1, 0]
    await office.receipt("zalo", MessageStatus.DELIVERED)
    await office.turn(hours=3)
    assert office.copies == [1, 1, 0]
    message = await only(database)
    assert (message.channel, message.maybe_second_copy) == (Channel.ZALO, False)


async def test_an_answer_that_was_lost_is_asked_for_where_it_was_lost_and_nowhere_else(database):
    """The first gateway refuses a second copy of what it has taken; another one would send it."""
    clock = Clock()
    first = StubProvider("first", HANGS, Rejected(permanent=False, code="120"), answers=(Lookup.NOT_TAKEN,))
    second = StubProvider("second")
    ladder = {purpose: (Rung(Channel.SMS, "sms"),) for purpose in LADDERS}
    one = sender(database, clock, first, second, routes={"sms": InOrder(("first", "second"))})
    await post(database, full_event(dossier_code=REAL), clock)
    await planner(database, clock, ladder).tick()
    for _ in range(4):
        await one.tick()
        clock.pass_(minutes=3)
    assert [len(first.sent), len(second.sent)] == [3, 0]
    assert len({notice.reference for notice in first.sent}) == 1
    assert (await only(database)).status == MessageStatus.ACCEPTED


async def test_that_it_was_passed_on_does_not_cancel_the_channel_that_waits(database):
    office = Office(database)
    await office.event()
    office.clock.pass_(minutes=31)
    await office.sender.look_after()
    await office.receipt("zalo", MessageStatus.SENT)
    await office.turn()
    assert office.copies == [1, 1, 0]


async def test_where_no_receipt_ever_comes_nobody_is_told_twice_and_the_administrator_hears_of_it(database):
    office = Office(database)
    for number in range(1, IN_A_ROW + 3):
        await office.event(number)
    await office.turn(minutes=40)
    assert office.copies == [IN_A_ROW + 2, 0, 0]
    assert office.alarms == [("zalo", "no_receipts")]
    assert {message.status for message in await messages(database)} == {MessageStatus.ACCEPTED}
    # Receipts come again: one that is missing then counts as missing.
    await office.receipt("zalo", MessageStatus.DELIVERED, number=IN_A_ROW + 2)
    await office.event(50)
    await office.turn(minutes=40)
    assert office.copies == [IN_A_ROW + 3, 1, 0]


async def test_in_doubt_on_the_last_channel_somebody_of_the_unit_asks_the_citizen(database):
    office = Office(database, zalo=[NO_ZALO], sms=[NO_ZALO], mail=[HANGS])
    await office.event()
    await office.turn(minutes=16)
    message = await only(database)
    assert (message.status, message.reason) == (MessageStatus.UNCERTAIN, Reason.UNSURE)
    async with database.reading() as session:
        (task,) = await session.scalars(select(UnitTask))
    assert (task.reason, task.status) == (Reason.UNSURE, "open")
    await office.turn(days=2)
    assert office.copies == [1, 1, 1]
    # It had arrived: nobody has to call any more.
    await office.receipt("mail", MessageStatus.DELIVERED)
    async with database.reading() as session:
        (task,) = await session.scalars(select(UnitTask))
    assert (task.status, task.outcome) == ("done", TaskOutcome.ARRIVED)
    assert (await office.story())[-1] == "Nay: đã đến máy người nhận"


async def test_a_receipt_before_the_task_is_opened_spares_it(database):
    office = Office(database, zalo=[NO_ZALO], sms=[NO_ZALO], mail=[Accepted("mail-1")])
    await office.event()
    await office.receipt("mail", MessageStatus.FAILED)
    await office.receipt("mail", MessageStatus.DELIVERED)
    await office.turn()
    async with database.reading() as session:
        assert (await session.scalars(select(UnitTask))).all() == []


@pytest.mark.parametrize(
    ("zalo", "sms", "paid"),
    [
        ([NO_ZALO], [], {Channel.SMS}),
        ([], [], {Channel.ZALO, Channel.SMS}),
        # Zalo may have carried it, the text message was refused, the mail is free.
        ([HANGS], [NO_ZALO], {Channel.ZALO}),
    ],
)
async def test_the_cost_is_of_what_may_have_been_carried(database, zalo, sms, paid):
    office = Office(database, zalo=zalo, sms=sms)
    prices = Policy(prices={Channel.ZALO: 300, Channel.SMS: 800})
    await post(database, full_event(dossier_code=REAL), office.clock)
    await planner(database, office.clock, LADDERS, informing=Informing(policy=prices)).tick()
    for _ in range(4):
        await office.sender.tick()
        office.clock.pass_(minutes=16)
    message = await only(database)
    price = {Channel.ZALO: 300, Channel.SMS: 800 * message.wordings["sms"]["segments"]}
    async with database.reading() as session:
        found = await spent(session, MORNING - timedelta(days=1))
    assert found == sum(price[channel] for channel in paid)


async def test_an_attempt_by_text_message_knows_how_many_segments_it_is_billed_by(database):
    office = Office(database, zalo=[NO_ZALO])
    await office.event()
    async with database.reading() as session:
        attempts = (await session.scalars(select(Attempt).order_by(Attempt.number))).all()
        taken = await accepted_by_provider(session, since=MORNING - timedelta(days=1))
    billed = measure(office.sms.sent[0].text).segments
    assert [(one.channel, one.segments) for one in attempts] == [(Channel.ZALO, 1), (Channel.SMS, billed)]
    assert taken == {"sms": (1, billed)}
