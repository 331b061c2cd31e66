"""Was the answer what was wanted? Asked on every channel that has buttons, kept where the web keeps it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from conversations import inbox, notices
from conversations.handover import request_handover
from conversations.models import Conversation, Owner, Turn, Unanswered
from core.calendar import WorkingCalendar
from core.database import utc_now
from feedback.draw import InvitationPlan
from feedback.service import Surveys
from gateway.chat_surveys import ChatSurveys
from people.chat_accounts import ChatAccount
from tests.gateway.channels.conftest import PHONE, World
from tests.gateway.test_invitations import INSTRUMENTS

BASIS = "\nCăn cứ: thủ tục 1.001193 · cập nhật 17/07/2026"


@pytest.fixture
def citizen(world: World):
    world.assistant.basis = BASIS
    return world.sandbox.state.people.by_phone(PHONE)


async def ratings(world: World) -> list[str]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Turn.rating).where(Turn.rating.is_not(None))))


def say(world: World, channel: str, citizen, text: str):
    return getattr(world.sandbox, channel).says(citizen, text)


def press(world: World, channel: str, citizen, title: str):
    shown = world.shown[-1]
    (button,) = [one for one in shown.buttons if one.title == title]
    if channel == "zalo":
        return world.sandbox.zalo.says(citizen, button.payload)
    return world.sandbox.telegram.presses(citizen, button.payload, shown)


@pytest.fixture(params=["zalo", "telegram"])
async def channel(request, world: World) -> str:
    if request.param == "telegram":
        secret = world.settings.telegram.webhook_secret.get_secret_value()
        await world.channels.telegram.bot.set_webhook(
            "http://gateway.invalid/webhooks/telegram/bot", secret_token=secret
        )
    return request.param


async def test_an_answer_from_a_record_is_one_message_with_two_presses(world, citizen, channel) -> None:
    await world.happens(say(world, channel, citizen, "làm giấy khai sinh cần gì"))
    assert len(world.shown) == 1
    assert [one.title for one in world.shown[0].buttons][-2:] == ["Đúng ý", "Chưa đúng ý"]
    await world.happens(press(world, channel, citizen, "Chưa đúng ý"))
    assert await ratings(world) == ["down"]
    assert "Đã ghi là chưa đúng ý" in world.shown[-1].title + world.shown[-1].text
    async with world.database.reading() as session:
        (kept,) = await session.scalars(select(Unanswered))
    assert kept.question == "làm giấy khai sinh cần gì"


async def test_it_can_be_said_in_words_right_after_the_answer_alone(world, citizen, channel) -> None:
    await world.happens(say(world, channel, citizen, "làm giấy khai sinh cần gì"))
    await world.happens(say(world, channel, citizen, "dung y"))
    assert await ratings(world) == ["up"]
    world.assistant.basis = ""
    await world.happens(say(world, channel, citizen, "chưa đúng ý"))
    assert world.assistant.asked[-1] == ("chưa đúng ý", None)


async def test_what_comes_from_no_record_is_not_asked_about(world, citizen, channel) -> None:
    world.assistant.basis = ""
    await world.happens(say(world, channel, citizen, "xin chào"))
    assert [one.title for one in world.shown[-1].buttons] == ["Có rồi", "Gặp cán bộ"]


async def test_a_long_answer_on_zalo_is_still_one_message_and_says_which_words_judge_it(
    world, citizen
) -> None:
    world.assistant.basis = "\n- một giấy tờ dài".ljust(700, "n") + BASIS
    await world.happens(world.sandbox.zalo.says(citizen, "làm giấy khai sinh cần gì"))
    (shown,) = world.shown
    assert shown.text.endswith("2. Gặp cán bộ\n\nTrả lời vậy được chưa ạ? Nhắn “Đúng ý” hoặc “Chưa đúng ý”.")


async def test_after_an_officer_has_answered_their_last_words_can_be_judged(world, citizen, channel) -> None:
    await world.happens(say(world, channel, citizen, "cho gặp cán bộ"))
    person = citizen.zalo_id if channel == "zalo" else str(citizen.chat_id)
    async with world.database.writing() as session:
        chat = await notices.open_for(session, channel, person)
        handover = await request_handover(
            session, conversation_id=chat.id, calendar=WorkingCalendar(), now=utc_now()
        )
        await inbox.take(session, handover, officer="lan", now=utc_now())
    async with world.database.writing() as session:
        thread = await inbox.thread(session, handover.id, [])
        await inbox.answer(
            session, thread.handover, officer="lan", shown_name="Lan", text="Ra quầy 2.", now=utc_now()
        )
        await inbox.give_back(session, thread.handover, officer="lan", now=utc_now())
    await world.channels.push.tick()
    assert "Lan: Ra quầy 2." in world.shown[-2].title + world.shown[-2].text
    assert [one.title for one in world.shown[-1].buttons] == ["Đúng ý", "Chưa đúng ý"]
    await world.happens(press(world, channel, citizen, "Chưa đúng ý"))
    async with world.database.reading() as session:
        judged = await session.scalar(select(Turn).where(Turn.rating == "down"))
        assert judged.text == "Ra quầy 2."
        assert (await session.scalars(select(Unanswered))).all() == [], "no content can mend it"
        assert (await session.get(Conversation, chat.id)).owner == Owner.BOT


async def rests(world: World, channel: str, **changes) -> int:
    """Twelve minutes later the worker looks for talks that came to rest."""
    plan = InvitationPlan(chat_rate=1.0, **changes)
    later = utc_now() + timedelta(minutes=12)
    desk = ChatSurveys(
        world.database, plan=lambda: plan, instruments=lambda: INSTRUMENTS, clock=lambda: later
    )
    asked = await desk.tick()
    await world.channels.push.tick()
    return asked


async def test_after_a_talk_its_telephone_is_asked_once_by_a_link_that_no_officer_can_read(
    world, citizen, channel
) -> None:
    await world.happens(say(world, channel, citizen, "làm giấy khai sinh cần gì"))
    assert await rests(world, channel) == 1
    assert await rests(world, channel) == 0
    asked = world.shown[-1]
    assert asked.channel == channel
    told = asked.title + asked.text + "".join(one.url or "" for one in asked.buttons)
    assert "Cuộc trò chuyện này có giúp được anh/chị không" in told
    (token,) = re.findall(r"http://gateway\.invalid/k/([a-z0-9]{24})", told)
    surveys = Surveys(world.database)
    assert (await surveys.open(token)).instrument.id == "after-chat"
    assert (await surveys.answer(token, {"overall": 5})).kind == "recorded"
    async with world.database.reading() as session:
        turns = [str(turn.message) + turn.text for turn in await session.scalars(select(Turn))]
    assert not any(token in one for one in turns)


async def test_nobody_is_asked_where_zalo_would_take_money_for_the_question(world, citizen) -> None:
    await world.happens(world.sandbox.zalo.says(citizen, "làm giấy khai sinh cần gì"))
    async with world.database.writing() as session:
        await session.execute(update(ChatAccount).values(sent=8))
    shown = len(world.shown)
    await rests(world, "zalo")
    assert len(world.shown) == shown
