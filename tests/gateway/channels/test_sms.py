"""A dossier asked for by text message; and what providers of text messages say about ours."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from sqlalchemy import select, update

from core.database import utc_now
from core.text.sms import SmsEncoding, measure
from dossiers.models import Dossier
from dossiers.sms_answer import SmsPolicy, how_to, not_yours, status
from dossiers.vocabularies import DossierStatus
from gateway.channels.sms import matches, shorten
from gateway.sandbox.sms import short_code_message
from notifications.informing import Policy
from notifications.models import Attempt, Message
from notifications.schemas import Channel
from notifications.spending import spent_this_month, taken_this_month
from tests.gateway.asgi import call
from tests.gateway.channels.conftest import PHONE, World

STRANGER = "+84900000099"


def asks(world: World, text: str, phone: str = PHONE):
    return short_code_message(world.sandbox.wire, world.sandbox.accounts, phone, text)


def texts(world: World) -> list[str]:
    return [one.text for one in world.shown if one.channel == "sms"]


async def test_the_dossiers_own_number_gets_its_state_in_one_segment(world) -> None:
    code = await world.dossier()
    await world.happens(asks(world, f"HCC DN {code}"))
    (answer,) = texts(world)
    assert answer.startswith(f"UBND P.Quy Nhon: Ho so {code} da tiep nhan")
    assert "Khai sinh" not in answer
    assert "Mau" not in answer


@pytest.mark.parametrize(
    "text", ["HCC DN H98.01-261102-0001", "hcc dn h98.01 261102 0001", "HCC H98.01-261102-0001"]
)
async def test_people_write_the_code_in_many_ways(world, text) -> None:
    code = await world.dossier()
    await world.happens(asks(world, text))
    assert code in texts(world)[-1]


async def test_another_number_and_a_wrong_code_read_the_same(world) -> None:
    code = await world.dossier()
    await world.happens(asks(world, f"HCC DN {code}", STRANGER))
    await world.happens(asks(world, "HCC DN H98.01-261102-7777"))
    first, second = texts(world)
    assert first == second == not_yours(SmsPolicy("UBND P.Quy Nhơn"))


async def test_a_number_of_many_applicants_proves_nothing(world) -> None:
    for number in range(1, 6):
        code = await world.dossier(number, name=f"Người {number}")
    await world.happens(asks(world, f"HCC DN {code}"))
    assert texts(world) == [not_yours(SmsPolicy("UBND P.Quy Nhơn"))]


@pytest.mark.parametrize("text", ["xin chào", "HCC", "HCC DN", "HCC DN khai sinh"])
async def test_what_is_no_question_about_a_dossier_is_told_how(world, text) -> None:
    await world.happens(asks(world, text))
    assert texts(world) == [how_to(SmsPolicy("UBND P.Quy Nhơn"))]


async def test_after_five_answers_an_hour_a_number_gets_none(world) -> None:
    for number in range(7):
        await world.happens(asks(world, f"HCC DN H98.01-261102-{number:04}"))
    assert len(texts(world)) == 5


async def test_a_repeated_delivery_is_answered_once_and_the_same_question_later_again(world) -> None:
    code = await world.dossier()
    delivery = asks(world, f"HCC DN {code}")
    await world.happens(delivery)
    await world.happens(delivery)
    assert len(texts(world)) == 1
    await world.happens(asks(world, f"HCC DN {code}"))
    assert len(texts(world)) == 2


@pytest.mark.parametrize("path", ["/webhooks/sms/wrong", "/webhooks/esms/wrong", "/webhooks/vietguys/wrong"])
async def test_without_the_secret_there_is_no_such_address(world, path) -> None:
    method = "GET" if "esms" in path else "POST"
    assert (await call(world.app, method, path, body=b"from=1&text=2")).status == 404


async def test_a_delivery_without_number_or_text_says_so(world) -> None:
    path = f"/webhooks/sms/{world.sandbox.accounts.sms_in_secret}"
    answer = await call(world.app, "POST", path, body=b"from=0900000001")
    assert answer.status == 422


@pytest.mark.parametrize(
    ("text", "ours"),
    [("HCC DN X", True), ("hcc x", True), ("HCC", True), ("HCCX", False), ("xin HCC", False), ("", False)],
)
def test_the_grammar(text: str, ours: bool) -> None:
    assert matches(text, ("HCC DN", "HCC")) is ours


@pytest.mark.parametrize("state", list(DossierStatus))
@pytest.mark.parametrize("code", ["H98.01-261102-0001", "000.00.16.H98.12.34.56-261102-0000001"])
def test_every_answer_fits_one_segment_without_marks(state: DossierStatus, code: str) -> None:
    now = utc_now()
    dossier = Dossier(code=code, status=state, due_at=now, new_due_at=None, status_at=now)
    policy = SmsPolicy("UBND P.Quy Nhơn Nam")
    for day in (now.date(), now.date().replace(year=now.year + 1)):
        size = measure(status(dossier, policy, today=day))
        assert (size.encoding, size.segments) == (SmsEncoding.GSM7, 1)
    assert measure(not_yours(policy)).segments == 1
    assert measure(how_to(policy)).segments == 1


def test_the_sample_of_the_voice() -> None:
    from datetime import datetime

    from core.calendar import LOCAL

    due = datetime(2026, 11, 30, 17, 0, tzinfo=LOCAL)
    dossier = Dossier(code="H99.01-261102-0001", status="processing", due_at=due, new_due_at=None)
    assert status(dossier, SmsPolicy("UBND P.Quy Nhơn"), today=due.date()) == (
        "UBND P.Quy Nhon: Ho so H99.01-261102-0001 dang xu ly, hen tra thu Hai 30/11/2026. "
        "Xem tai dichvucong.gov.vn bang ma ho so. Can bo khong hoi ma OTP."
    )


async def test_where_conversations_are_on_a_question_is_answered_in_the_segments_paid_for(world) -> None:
    world.settings.sms_in.conversations = True
    await world.happens(asks(world, "HCC làm giấy khai sinh cần gì"))
    (answer,) = texts(world)
    assert answer == "Da, ve: lam giay khai sinh can gi\nCan giay chung sinh.\n1. Co roi\n2. Gap can bo"
    async with world.database.reading() as session:
        taken = await taken_this_month(session, utc_now())
        spent = await spent_this_month(session, Policy(prices={Channel.SMS: 800}), utc_now())
    assert (taken, spent) == ({"esms": (1, 1)}, 800), "an answer is billed like a notice"
    await world.happens(asks(world, "2"))
    assert world.assistant.asked == [("làm giấy khai sinh cần gì", None), ("2", "task:handover")]


@pytest.mark.parametrize(("segments", "longest"), [(1, 160), (2, 306), (3, 459)])
def test_an_answer_is_cut_at_a_word_to_fit(segments: int, longest: int) -> None:
    cut = shorten("giấy khai sinh " * 60, segments)
    assert measure(cut).segments <= segments
    assert len(cut) > longest - 50
    assert cut.removesuffix("...").endswith(("giay", "khai", "sinh"))
    assert shorten("ngắn", segments) == "ngan"


# Receipts


@pytest.fixture
async def attempt(world: World) -> Attempt:
    """A notice that went out by text message."""
    from tests.gateway.channels.test_zalo import send_notices

    world.sandbox.state.people.by_phone(PHONE).has_zalo = False
    await world.dossier()
    (message,) = await send_notices(world)
    assert message.provider == "sms", "text messages are one step, whichever gateway carries them"
    async with world.database.reading() as session:
        found = await session.scalar(select(Attempt).where(Attempt.provider == "esms"))
    assert found is not None
    return found


async def state(world: World) -> str:
    await world.settle()
    async with world.database.reading() as session:
        return str(await session.scalar(select(Message.status)))


async def test_esms_says_that_it_arrived(world, attempt) -> None:
    (delivery,) = [one for one in world.sandbox.caller.sent if "/webhooks/esms/" in one.url]
    assert (await world.deliver(delivery)).status == 200
    assert await state(world) == "delivered"


async def test_esms_says_finished_and_means_failed(world, attempt) -> None:
    query = urlencode(
        {"SMSID": attempt.provider_message_id, "SendStatus": "5", "SendSuccess": "0", "SendFailed": "1"}
    )
    path = f"/webhooks/esms/{world.sandbox.accounts.esms_callback}?{query}"
    assert (await call(world.app, "GET", path)).status == 200
    await world.settle()
    async with world.database.reading() as session:
        message = await session.scalar(select(Message))
    assert (message.status, message.reason) == ("failed", "channels_exhausted"), "the unit tells it by hand"


async def test_a_signed_callback_of_twilio_moves_a_message_and_an_unsigned_one_does_not(
    world, attempt
) -> None:
    async with world.database.writing() as session:
        await session.execute(update(Attempt).where(Attempt.id == attempt.id).values(provider="twilio"))
    url = f"http://gateway.invalid/webhooks/twilio/status?ref={attempt.reference}"
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    genuine = world.sandbox.twilio.signed(url, fields)
    forged = world.sandbox.twilio.signed(url, fields, token="other")
    assert (await world.deliver(forged)).status == 403
    assert await state(world) == "accepted"
    assert (
        await world.deliver(genuine, path=genuine.url.replace("ref=", "ref=x").split("invalid")[1])
    ).status == 403
    assert (await world.deliver(genuine)).status == 204
    assert await state(world) == "delivered"
    assert (await world.deliver(genuine)).status == 204, "a repeat is harmless"


async def test_a_receipt_that_never_came_is_asked_for(world, attempt) -> None:
    from datetime import timedelta

    from gateway.receipt_poller import ReceiptPoller
    from wire.provider import Confidence
    from wire.receipt import Fate, Statement

    asked: list[str] = []

    class Twilio:
        name = "esms"

        async def ask(self, provider_message_id: str) -> Statement | None:
            asked.append(provider_message_id)
            return Statement(
                "esms", "asked", Fate.DELIVERED, Confidence.HANDSET, provider_message_id=provider_message_id
            )

    later = utc_now() + timedelta(minutes=6)
    poller = ReceiptPoller(world.database, [Twilio()], patience=timedelta(minutes=5), clock=lambda: later)
    assert await poller.tick() == 1
    assert await poller._receipts.work() == 1
    assert await state(world) == "delivered"
    assert await poller.tick() == 0
    assert len(asked) == 1


async def test_a_receipt_of_nobodys_message_is_no_error(world) -> None:
    from wire import esms

    statement = esms.read_callback({"SMSID": "x", "SendStatus": "5", "SendSuccess": "1"})
    assert statement is not None
    await world.channels.receipts.store(statement)
    assert await world.channels.receipts.work() == 1
