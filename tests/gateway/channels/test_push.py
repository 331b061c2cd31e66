"""An officer's words to a telephone: nobody waits for somebody else's, and what cannot arrive is told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from conversations import notices
from conversations.models import Turn
from core.database import new_id, utc_now
from core.message import OutboundMessage, Speaker
from gateway.channels.conversing import Answer
from gateway.channels.inbox import TryLater
from gateway.channels.push import Push
from gateway.sandbox.state import Person
from people.chat_accounts import ChatAccount
from tests.gateway.channels.conftest import PHONE, World


async def officer_says(world: World, person: Person, words: str) -> str:
    """In the conversation of a citizen on Zalo; its id."""
    now = utc_now()
    said = OutboundMessage(
        text=words, speaker=Speaker.OFFICER, speaker_name="Chị Thử", message_id=new_id(), sent_at=now
    )
    async with world.database.writing() as session:
        chat = await notices.find(session, "zalo", person.zalo_id)
        assert chat is not None
        await notices.tell(session, chat.id, said, at=now)
    return chat.id


async def last_wrote(world: World, person: Person, ago: timedelta) -> None:
    """The clocks of both sides are turned."""
    window = world.sandbox.zalo.conversations.last_in
    window[person.zalo_id] = world.sandbox.state.clock() - ago.total_seconds()
    async with world.database.writing() as session:
        await session.execute(update(ChatAccount).values(last_in_at=utc_now() - ago))


@pytest.fixture
def citizen(world: World) -> Person:
    return world.sandbox.state.people.by_phone(PHONE)


async def test_on_monday_an_officer_answers_who_asked_on_friday(world: World, citizen: Person) -> None:
    await world.happens(world.sandbox.zalo.says(citizen, "gặp cán bộ"))
    await last_wrote(world, citizen, timedelta(hours=63))
    await officer_says(world, citizen, "Chào anh, hồ sơ xong rồi.")
    assert await world.channels.push.tick() == 1
    assert world.shown[-1].text == "Chị Thử: Chào anh, hồ sơ xong rồi."


async def test_words_that_zalo_never_takes_are_told_to_the_officer_and_to_nobody_else(
    world: World, citizen: Person
) -> None:
    await world.happens(world.sandbox.zalo.says(citizen, "gặp cán bộ"))
    await last_wrote(world, citizen, timedelta(days=8))
    conversation = await officer_says(world, citizen, "Chào anh, hồ sơ xong rồi.")
    before = len(world.shown)
    for _ in range(3):
        await world.channels.push.tick()
    async with world.database.reading() as session:
        turns = list(
            await session.scalars(
                select(Turn).where(Turn.conversation_id == conversation).order_by(Turn.number)
            )
        )
    assert turns[-1].text.startswith("Lời trên chưa tới được người dân: Zalo không nhận")
    assert [turn.text for turn in turns].count(turns[-1].text) == 1
    assert len(world.shown) == before


async def test_one_telephone_that_cannot_be_reached_now_holds_up_nobody(world: World) -> None:
    people = [world.sandbox.state.people.by_phone(f"090000002{number}") for number in range(3)]
    for person in people:
        await world.happens(world.sandbox.zalo.says(person, "gặp cán bộ"))
        await officer_says(world, person, "Chào anh/chị.")
    now, tried = utc_now(), []

    def clock() -> datetime:
        return now

    async def send(account: str, _answer: Answer) -> bool:
        tried.append(account)
        if account == people[0].zalo_id:
            raise TryLater("-32")
        return True

    push = Push(world.database, clock=clock)
    push.senders["zalo"] = send
    assert await push.tick() == 2
    assert await push.tick() == 0
    assert sorted(tried) == [person.zalo_id for person in people], "who was refused is left alone for a while"
    now += timedelta(seconds=6)
    await push.tick()
    now += timedelta(seconds=6)
    await push.tick()
    assert tried.count(people[0].zalo_id) == 2, "each time for longer"
