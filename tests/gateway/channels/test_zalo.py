"""A citizen on Zalo: every event of the webhook, from its bytes to what the phone shows."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from core.database import utc_now
from core.inbox import DeliveryStatus, InboundDelivery
from core.message import Button, Card, OutboundMessage, Outcome, Reply
from feedback.template_ratings import TemplateRating, stars_between
from gateway.providers import routes
from gateway.ratings import TemplateRatings
from gateway.receipt_poller import ReceiptPoller
from gateway.sandbox.state import Fault, PlannedFault
from gateway.sending import NEVER_QUIET, make_sending
from notifications.models import Attempt, Message
from notifications.planner import Planner
from notifications.schemas import MessageStatus
from notifications.send_policy import SendPolicy
from notifications.sender import Sender
from people.chat_accounts import ChatAccount
from tests.gateway.channels.conftest import PHONE, World
from tests.notifications.helpers import WORDINGS


@pytest.fixture
def citizen(world: World):
    return world.sandbox.state.people.by_phone(PHONE)


async def rows(world: World) -> list[InboundDelivery]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(InboundDelivery)))


async def test_a_question_gets_one_answer_with_its_choices(world, citizen) -> None:
    await world.happens(world.sandbox.zalo.says(citizen, "làm giấy khai sinh cần gì"))
    (card,) = world.shown
    assert card.title == "Dạ, về: làm giấy khai sinh cần gì"
    assert card.text == "Cần giấy chứng sinh."
    assert [(one.title, one.payload) for one in card.buttons] == [
        ("Có rồi", "#case:1"),
        ("Gặp cán bộ", "#task:handover"),
    ]


async def test_pages_of_ours_open_by_their_whole_address(world, citizen, monkeypatch) -> None:
    async def with_pages(**_asked: object) -> Reply:
        card = Card(title="Khai sinh", link="/p/1/giay-to/a")
        buttons = [Button(title="In", url="/p/1/giay-to/a.pdf"), Button(title="Gọi", url="tel:+842563000000")]
        return Reply(
            outcome=Outcome.TASK, messages=[OutboundMessage(text="Dạ\nĐây ạ.", card=card, buttons=buttons)]
        )

    monkeypatch.setattr(world.assistant, "reply", with_pages)
    await world.happens(world.sandbox.zalo.says(citizen, "lập danh sách"))
    urls = [one.url for one in world.shown[-1].buttons if one.url]
    ours = "http://gateway.invalid/p/1/giay-to/a"
    assert urls == [f"{ours}.pdf", "tel:842563000000", ours]


async def test_a_pressed_button_is_an_action_and_no_words(world, citizen) -> None:
    await world.happens(world.sandbox.zalo.says(citizen, "#task:handover"))
    assert world.assistant.asked == [("", "task:handover")]


async def test_a_repeated_delivery_is_answered_again_and_handled_once(world, citizen) -> None:
    delivery = world.sandbox.zalo.says(citizen, "xin chào")
    for _ in range(3):
        assert (await world.deliver(delivery)).status == 200
    await world.settle()
    assert (await world.deliver(delivery)).status == 200
    await world.settle()
    assert len(world.shown) == 1
    (row,) = await rows(world)
    assert (row.status, row.body) == (DeliveryStatus.DONE, "")


async def test_the_webhook_answers_before_anything_is_worked_on(world, citizen) -> None:
    assert (await world.deliver(world.sandbox.zalo.says(citizen, "xin chào"))).status == 200
    assert world.assistant.asked == []
    (row,) = await rows(world)
    assert row.status == DeliveryStatus.WAITING


@pytest.mark.parametrize("kind", ["flipped", "old_secret", "written_anew", "unsigned"])
async def test_a_forged_delivery_is_refused_and_leaves_nothing_in_the_log(
    world, citizen, kind, capsys
) -> None:
    delivery = world.sandbox.zalo.says(citizen, "bí mật của tôi 0900000001")
    body, headers = delivery.body, dict(delivery.headers)
    if kind == "flipped":
        body = body.replace("bí".encode(), "Bí".encode())
    elif kind == "written_anew":
        body = json.dumps(json.loads(body)).encode()
    elif kind == "old_secret":
        headers = world.sandbox.zalo.events.signed(json.loads(body), secret="old").headers
    else:
        headers.pop("X-ZEvent-Signature")
    answer = await world.deliver(delivery, body=body, headers=headers)
    assert (answer.status, answer.body) == (403, b"")
    assert await rows(world) == []
    told = capsys.readouterr()
    assert "mật" not in told.out + told.err
    assert "0900000001" not in told.out + told.err


async def test_zalos_own_test_button_and_unknown_events_get_their_200(world) -> None:
    event = {"app_id": "1", "event_name": "something_new", "timestamp": "1", "sender": {"id": "9"}}
    await world.happens(world.sandbox.zalo.events.signed(event))
    assert world.shown == []


async def test_a_body_far_too_large_is_not_read_to_its_end(world, citizen) -> None:
    delivery = world.sandbox.zalo.says(citizen, "x")
    assert (await world.deliver(delivery, body=b"x" * 300_000)).status == 413


async def test_whoever_follows_is_welcomed_and_whoever_leaves_is_left_alone(world, citizen) -> None:
    await world.happens(world.sandbox.zalo.follows(citizen))
    assert [one.title for one in world.shown[-1].buttons] == ["Tra hồ sơ", "Nhận tin về hồ sơ"]
    await world.happens(world.sandbox.zalo.follows(citizen, stops=True))
    windows = world.channels.providers.by_name["zalo-oa"]._windows
    assert (await windows.citizen(citizen.zalo_id)).last_in_at is None


async def test_a_shared_phone_brings_every_dossier_of_that_phone_and_one_tap_ends_it(world, citizen) -> None:
    mine, child = await world.dossier(1), await world.dossier(2, name="Nguyễn Thị Con")
    await world.dossier(3, phone="+84900000099")
    await world.happens(world.sandbox.zalo.says(citizen, "nhận tin hồ sơ"))
    asked = world.shown[-1]
    assert (asked.title, asked.buttons[0].title) == ("Nhận tin về hồ sơ", "Chia sẻ thông tin")
    await world.happens(world.sandbox.zalo.shares_info(citizen))
    told = f"{world.shown[-1].title}\n{world.shown[-1].text}"
    assert mine in told
    assert child in told
    assert "0003" not in told
    assert [one.payload for one in world.shown[-1].buttons] == [
        "#task:dossier_status",
        "#link:share",
        "#link:stop",
    ]
    await world.happens(world.sandbox.zalo.says(citizen, "#link:stop"))
    assert "không gửi tin về hồ sơ vào đây nữa" in world.shown[-1].text
    accounts = world.channels.providers.by_name["zalo-oa"]._accounts
    assert await accounts.account("zalo", PHONE) is None


async def test_a_relative_follows_along_gets_the_news_and_the_applicant_gets_it_too(world, citizen) -> None:
    code = await world.dossier()
    await world.happens(world.sandbox.zalo.shares_info(citizen))
    await world.happens(world.sandbox.zalo.says(citizen, "cho người thân xem cùng"))
    (line,) = [one for one in world.shown[-1].text.splitlines() if one.startswith("xem cùng ")]
    child = world.sandbox.state.people.by_phone("0900000077")
    await world.happens(world.sandbox.zalo.says(child, line))
    assert code in world.shown[-1].title + world.shown[-1].text
    stranger = world.sandbox.state.people.by_phone("0900000078")
    await world.happens(world.sandbox.zalo.says(stranger, line))
    assert code not in world.shown[-1].title + world.shown[-1].text
    await send_notices(world)
    told = {one.who for one in world.shown if one.channel == "zalo" and "đã được tiếp nhận" in one.text}
    assert told == {citizen.phone, child.phone}


async def test_a_relative_whose_window_is_shut_gets_the_template_by_their_zalo_id(world, citizen) -> None:
    code = await world.dossier()
    await world.happens(world.sandbox.zalo.shares_info(citizen))
    await world.happens(world.sandbox.zalo.says(citizen, "cho người thân xem cùng"))
    (line,) = [one for one in world.shown[-1].text.splitlines() if one.startswith("xem cùng ")]
    child, other = (world.sandbox.state.people.by_phone(f"090000007{n}") for n in (7, 8))
    for person in (child, other):
        await world.happens(world.sandbox.zalo.follows(person))
    await world.happens(world.sandbox.zalo.says(child, line))
    async with world.database.writing() as session:  # nobody has written for three days
        await session.execute(update(ChatAccount).values(last_in_at=utc_now() - timedelta(days=3)))
    messages = await send_notices(world)
    cards = {one.who for one in world.shown if one.channel == "zalo-zbs" and (("Mã hồ sơ", code) in one.rows)}
    assert cards == {citizen.phone, child.phone}
    (relatives,) = [one for one in messages if one.conversation_id is not None]
    assert [rung["provider"] for rung in relatives.rungs] == ["zalo-oa", "zalo-zbs"]
    assert relatives.status == MessageStatus.ACCEPTED
    (body,) = [
        json.loads(one.body)
        for one in world.sandbox.state.asked
        if one.provider == "zalo-zbs" and b"user_id" in one.body
    ]
    assert (body["user_id"], "phone" in body) == (child.zalo_id, False)


async def test_a_number_of_many_applicants_proves_nothing(world, citizen) -> None:
    for number in range(1, 6):
        await world.dossier(number, name=f"Người {number}")
    await world.happens(world.sandbox.zalo.shares_info(citizen))
    assert "hồ sơ của nhiều người" in world.shown[-1].title + world.shown[-1].text


async def test_a_ninth_answer_within_the_window_is_counted(world, citizen) -> None:
    await world.happens(world.sandbox.zalo.says(citizen, "một"))
    windows = world.channels.providers.by_name["zalo-oa"]._windows
    assert (await windows.citizen(citizen.zalo_id)).used == 1
    await world.happens(world.sandbox.zalo.says(citizen, "hai"))
    assert (await windows.citizen(citizen.zalo_id)).used == 1, "each message of the citizen opens it anew"


async def test_an_answer_that_could_not_leave_leaves_later_and_once(world, citizen, monkeypatch) -> None:
    monkeypatch.setattr("gateway.channels.inbox._PAUSES", (timedelta(0),) * 4)
    world.sandbox.state.plan("zalo-oa", PlannedFault(Fault.ERROR, -32))
    await world.happens(world.sandbox.zalo.says(citizen, "xin chào"))
    assert len(world.shown) == 1
    assert len(world.assistant.asked) == 1


# Notices and their receipts


async def send_notices(world: World) -> list[Message]:
    sending = await make_sending(world.settings, world.database)
    planner = Planner(world.database, lambda: WORDINGS, policy=sending.policy)
    sender = Sender(
        world.database,
        sending.providers.by_name,
        routes=routes(sending.providers),
        policy=SendPolicy(quiet=NEVER_QUIET, first_pause=timedelta(0)),
    )
    while await planner.tick() or await sender.tick():
        pass
    await sending.providers.close()
    async with world.database.reading() as session:
        return list(await session.scalars(select(Message).order_by(Message.position)))


async def receipts(world: World, event_name: str = "user_received_message") -> None:
    for delivery in list(world.sandbox.caller.sent):
        if event_name.encode() in delivery.body:
            await world.happens(delivery)


async def test_a_notice_of_somebody_who_never_wrote_is_a_template_and_its_receipt_arrives(world) -> None:
    code = await world.dossier()
    (message,) = await send_notices(world)
    assert (message.provider, message.status) == ("zalo-zbs", MessageStatus.ACCEPTED)
    assert ("Mã hồ sơ", code) in world.shown[-1].rows
    assert ("Trạng thái", "đã được tiếp nhận") in world.shown[-1].rows
    await receipts(world)
    async with world.database.reading() as session:
        again = await session.get(Message, message.position)
    assert again.status == MessageStatus.DELIVERED


async def test_in_the_free_window_it_comes_into_the_conversation_and_being_read_is_seen(
    world, citizen
) -> None:
    await world.happens(world.sandbox.zalo.says(citizen, "xin chào"))
    await world.happens(world.sandbox.zalo.shares_info(citizen))
    await world.dossier()
    (message,) = await send_notices(world)
    assert message.provider == "zalo-oa"
    assert world.shown[-1].channel == "zalo"
    await receipts(world)
    await world.happens(world.sandbox.zalo.sees(citizen, world.shown[-1].id))
    async with world.database.reading() as session:
        again = await session.get(Message, message.position)
    assert again.status == MessageStatus.READ


@pytest.mark.parametrize(
    ("faults", "provider"),
    [
        ([], "zalo-zbs"),
        ([("zalo-zbs", Fault.ERROR, -118)], "esms"),
        (
            [("zalo-zbs", Fault.ERROR, -118), ("esms", Fault.ERROR, 103), ("twilio", Fault.ERROR, 30002)],
            "smtp",
        ),
    ],
)
async def test_one_event_goes_down_the_ladder_until_somebody_takes_it(world, faults, provider) -> None:
    for name, kind, code in faults:
        world.sandbox.state.plan(name, PlannedFault(kind, code))
    from dossiers.service import accept
    from tests.dossiers.samples import full_event, read

    event = full_event("fee_due", dossier_code="H98.01-261102-0001", fees=[
        {"name": "Phí thẩm định", "amount": 150000, "basis": "Quyết định mẫu"}])  # fmt: skip
    async with world.database.writing() as session:
        await accept(session, read(event), now=utc_now())
    (message,) = await send_notices(world)
    assert message.status == MessageStatus.ACCEPTED
    shown = world.shown[-1]
    told = f"{shown.title} {shown.text} {shown.rows}"
    assert "150.000" in told
    async with world.database.reading() as session:
        tried = [one.provider for one in await session.scalars(select(Attempt).order_by(Attempt.number))]
    assert tried[-1] == provider
    assert tried[0] == "zalo-zbs", "no account is bound to this number: there is no conversation to try"


async def test_a_receipt_that_zalo_never_sends_is_followed_by_a_text_message_in_the_running_product(world):
    await world.dossier()
    sending = await make_sending(world.settings, world.database)
    planner = Planner(world.database, lambda: WORDINGS, policy=sending.policy)
    sender = sending.sender(world.database, quiet=NEVER_QUIET, clock=lambda: moment[0])
    await planner.tick()
    moment = [utc_now()]
    await sender.tick()
    for minutes, channels in ((29, ["zalo-zbs"]), (2, ["zalo-zbs", "sms"])):
        moment[0] += timedelta(minutes=minutes)
        await sender.tick()
        await sender.tick()
        assert [one.channel for one in world.shown] == channels
    await sending.close()


async def test_a_receipt_that_was_lost_is_asked_for_before_a_text_message_is_paid(world) -> None:
    world.sandbox.state.plan("zalo-zbs", PlannedFault(Fault.LOST_RECEIPT))
    await world.dossier()
    (message,) = await send_notices(world)
    sending = await make_sending(world.settings, world.database)
    asked = [one for one in sending.providers.by_name.values() if hasattr(one, "ask")]
    later = utc_now() + timedelta(minutes=6)
    poller = ReceiptPoller(world.database, asked, patience=timedelta(minutes=5), clock=lambda: later)
    assert await poller.tick() == 1
    await poller._receipts.work()
    await sending.close()
    async with world.database.reading() as session:
        again = await session.get(Message, message.position)
    assert again.status == MessageStatus.DELIVERED


async def test_stars_under_a_template_are_kept_once_and_found_in_zalos_list_too(world) -> None:
    await world.dossier()
    await send_notices(world)
    card = world.shown[-1]
    rated = world.sandbox.zalo.rates(card, 5, "Nhanh")
    await world.happens(rated)
    client = world.channels.providers.zalo
    assert await TemplateRatings(world.database).reconcile(client) == 0
    await send_notices(world)
    month = f"{utc_now():%Y-%m}"
    async with world.database.reading() as session:
        assert (await stars_between(session, month, month)).counts == {5: 1}
        (row,) = await session.scalars(select(TemplateRating))
    assert row.unit == "Ủy ban nhân dân phường Mẫu"
    assert row.note == "Nhanh"


async def test_a_rating_whose_announcement_was_lost_comes_from_the_list(world) -> None:
    await world.dossier()
    await send_notices(world)
    world.sandbox.zalo.rates(world.shown[-1], 2)
    assert await TemplateRatings(world.database).reconcile(world.channels.providers.zalo) == 1
