"""On topics that a unit has named, an officer sees the assistant's answer before the citizen does."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from conversations import repository, review_repository, reviewing
from conversations.desk import Desk
from conversations.models import Conversation
from conversations.review_models import OutOfHours, TopicKind
from conversations.reviewing import Reviews, Subject
from core.calendar import WorkingCalendar
from core.database import Database
from core.message import InboundMessage, OutboundMessage, Outcome, Reply, Speaker
from people.models import Role
from tests.gateway.console.conftest import NOW, Browser, Clock, hire

CODE, FIELD = "1.001193", "Hộ tịch"
ANSWER = "Đăng ký khai sinh cần giấy chứng sinh."
NIGHT = datetime(2026, 11, 26, 14, tzinfo=UTC)


class Assistant:
    async def reply(self, **_: Any) -> Reply:
        return Reply(
            outcome=Outcome.ANSWER, code=CODE, messages=[OutboundMessage(text=ANSWER)], context={"code": CODE}
        )

    async def close(self) -> None:
        return None


def desk_of(database: Database, clock: Clock) -> Desk:
    subject = Subject("Đăng ký khai sinh", FIELD)
    reviews = Reviews(database, lambda code: subject if code == CODE else None, WorkingCalendar, clock)
    return Desk(database, Assistant(), hold=reviews.hold, clock=clock)


async def ask(desk: Desk, number: int = 1, channel: str = "webchat") -> str:
    result = await desk.take(
        InboundMessage(
            channel=channel, conversation_key="k", external_id=str(number), text="khai sinh cần gì"
        )
    )
    return result.reply.text


async def name(database: Database, kind: TopicKind, value: str, hours: OutOfHours = OutOfHours.USUAL) -> None:
    async with database.writing() as session:
        await reviewing.name_topic(
            session, kind=kind, value=value, unit="phuong-a", out_of_hours=hours, by="head", now=NOW
        )


async def said(desk: Desk) -> list[OutboundMessage]:
    return [message for direction, message in await desk.history("webchat", "k") if direction == "out"]


async def waiting(browser: Browser) -> str:
    """Where the one answer that waits is decided on."""
    found = re.search(
        r'action="(/console/duyet-tra-loi/\w{26})"', await browser.get("/console/duyet-tra-loi")
    )
    assert found
    return found[1]


@pytest.mark.parametrize(("kind", "value"), [(TopicKind.PROCEDURE, CODE), (TopicKind.FIELD, FIELD)])
async def test_an_answer_on_a_named_topic_waits_and_goes_out_once_it_is_approved(
    kind: TopicKind, value: str, browser: Browser, database: Database, clock: Clock
) -> None:
    desk = desk_of(database, clock)
    assert await ask(desk) == ANSWER
    await name(database, kind, value)
    told = await ask(desk, 2)
    assert ANSWER not in told
    assert "cán bộ xem trước" in told
    assert "11 giờ 30 thứ Năm 26/11/2026" in told
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    page = await browser.get("/console/duyet-tra-loi")
    assert ANSWER in page
    held = re.search(r'action="/console/duyet-tra-loi/(\w{26})"', page)
    assert held
    path = f"/console/duyet-tra-loi/{held[1]}"
    await browser.post(path, {"step": "gui", "text": ANSWER})
    assert browser.status == 303
    last = (await said(desk))[-1]
    assert (last.text, last.speaker) == (ANSWER, Speaker.ASSISTANT)
    await browser.get("/console/duyet-tra-loi")
    assert "Người khác vừa giải quyết" in await browser.post(path, {"step": "gui"})
    assert len(await said(desk)) == 3, "nothing is sent twice"


async def test_a_changed_answer_goes_out_under_the_officers_name(
    browser: Browser, database: Database, clock: Clock
) -> None:
    desk = desk_of(database, clock)
    await name(database, TopicKind.PROCEDURE, CODE)
    await ask(desk)
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    path = await waiting(browser)
    await browser.post(path, {"step": "sua", "text": "Dạ, mang thêm giấy ủy quyền."})
    last = (await said(desk))[-1]
    assert (last.text, last.speaker_name) == ("Dạ, mang thêm giấy ủy quyền.", "Canbo (mẫu)")


async def test_an_officer_may_take_the_conversation_instead(
    browser: Browser, database: Database, clock: Clock
) -> None:
    desk = desk_of(database, clock)
    await name(database, TopicKind.PROCEDURE, CODE)
    await ask(desk)
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    path = await waiting(browser)
    await browser.post(path, {"step": "nhan"})
    assert browser.answer.headers["location"].startswith("/console/tro-chuyen/")
    assert await ask(desk, 2) == "", "the assistant is silent"


@pytest.mark.parametrize(("hours", "answered"), [(OutOfHours.USUAL, True), (OutOfHours.WAIT, False)])
async def test_out_of_hours_the_assistant_answers_as_usual_or_says_when(
    hours: OutOfHours, answered: bool, database: Database, clock: Clock
) -> None:
    await name(database, TopicKind.PROCEDURE, CODE, hours)
    clock.now = NIGHT
    told = await ask(desk_of(database, clock))
    assert (told == ANSWER) == answered
    assert answered or "thứ Sáu 27/11/2026" in told


async def test_what_must_be_answered_at_once_and_other_wards_are_not_held(
    database: Database, clock: Clock
) -> None:
    await name(database, TopicKind.PROCEDURE, CODE)
    desk = desk_of(database, clock)
    assert await ask(desk, channel="sms") == ANSWER
    await ask(desk)
    async with database.writing() as session:
        conversation = (await repository_conversation(session)) or Conversation()
        await repository.save_context(session, conversation.id, {"ward": "phuong-b"}, NOW)
    assert await ask(desk, 2) == ANSWER


async def repository_conversation(session: Any) -> Conversation | None:
    from core.crypto import keyed_hash

    return await repository.conversation_by_key(session, "webchat", keyed_hash("k", "conversation:webchat"))


async def test_only_the_head_of_the_unit_names_a_topic_and_ends_it(
    browser: Browser, database: Database, clock: Clock
) -> None:
    await name(database, TopicKind.FIELD, FIELD)
    await browser.sign_in("canbo", await hire(database, "canbo", Role.OFFICER))
    page = await browser.get("/console/duyet-tra-loi")
    assert "Thôi duyệt trước" not in page
    head = Browser(browser.app)
    await head.sign_in("phutrach", await hire(database, "phutrach", Role.HEAD_OF_UNIT))
    page = await head.get("/console/duyet-tra-loi")
    end = re.search(r'action="(/console/duyet-tra-loi/chu-de/\w{26}/thoi)"', page)
    assert end
    await head.post(end[1], {})
    async with database.reading() as session:
        assert not await review_repository.open_topics(session)
    await head.get("/console/duyet-tra-loi")
    page = await head.post(
        "/console/duyet-tra-loi/chu-de",
        {"kind": "procedure", "value": "9.999999", "unit": "phuong-a", "out_of_hours": "usual"},
    )
    assert "Không có thủ tục mang mã này" in page
