"""A Rasa server dies, hangs or fails in the middle of a turn: the citizen gets the answer all the same, and
what was done in the turn was done once.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import func, select

from conversations.desk import Desk
from conversations.models import Conversation, Turn, TurnTry
from conversations.rasa import AssistantUnavailable, RasaAssistant
from conversations.servers import Servers, ranking
from conversations.tries import Overtaken, Tries, Try, once
from core.database import Database, utc_now
from core.events import Event, publish
from core.message import InboundMessage, OutboundMessage, Outcome, Reply
from tests.conversations.rasa_servers import Fate, RasaServer

CITIZEN = "citizen"
FILED = "test.complaint.filed"
RECEIPT = "Đã nhận phản ánh. Mã theo dõi: ABC234."
CUT_SHORT = [Fate.DIES_READING, Fate.DIES_ANSWERING, Fate.HANGS, Fate.EMPTY, Fate.FAILS]


def said(text: str) -> InboundMessage:
    return InboundMessage(
        channel="webchat", conversation_key=CITIZEN, external_id=text, text=text, received_at=utc_now()
    )


@asynccontextmanager
async def office(database: Database, *servers: RasaServer, seconds: float = 5) -> AsyncIterator[Desk]:
    assistant = RasaAssistant([one.url for one in servers], timeout_seconds=seconds)
    yield Desk(database, assistant)
    await assistant.close()
    for one in servers:
        one.wakes.set()
        await one.stop()


async def own_and_other(database: Database) -> tuple[RasaServer, RasaServer]:
    """Two servers; the citizen's own one first."""
    servers = [await RasaServer().start() for _ in range(2)]
    by_url = {one.url: one for one in servers}
    own, other = ranking(list(by_url), await conversation_of(database))
    return by_url[own], by_url[other]


async def conversation_of(database: Database) -> str:
    """The id under which Rasa knows the citizen: of the conversation that a first word makes."""

    class Nobody:
        async def reply(self, **_: object) -> Reply:
            return Reply(outcome=Outcome.ANSWER, messages=[])

    return (await Desk(database, Nobody()).take(said("xin chào"))).conversation_id


def files_a_complaint(database: Database, *, slowly: asyncio.Event | None = None):
    """What an action does that has an effect; ``slowly``: it waits for this first."""

    async def acts(asked: Try) -> Reply:
        if slowly is not None:
            await slowly.wait()
        async with database.writing() as session:

            async def do() -> Reply:
                await publish(session, type=FILED, subject=asked.turn, body={})
                return Reply(outcome=Outcome.TASK, messages=[OutboundMessage(text=RECEIPT)])

            return await once(session, asked, do)

    return acts


async def complaints(database: Database) -> int:
    query = select(func.count()).select_from(Event).where(Event.type == FILED)
    async with database.reading() as session:
        return await session.scalar(query) or 0


@pytest.mark.parametrize("fate", CUT_SHORT)
async def test_the_other_server_answers_what_one_could_not_and_nobody_is_asked_to_say_it_again(
    sqlite: Database, fate: Fate
) -> None:
    own, other = await own_and_other(sqlite)
    own.fates = [fate]
    async with office(sqlite, own, other, seconds=1.0) as desk:
        answered = await desk.take(said("làm khai sinh cần gì"))
    assert answered.reply.text == "về làm khai sinh cần gì"
    assert (own.heard, other.heard) == (["làm khai sinh cần gì"],) * 2


async def test_a_server_that_is_gone_before_the_question_costs_nobody_a_turn(sqlite: Database) -> None:
    own, other = await own_and_other(sqlite)
    async with office(sqlite, own, other) as desk:
        await desk.take(said("một"))
        await own.stop()
        assert [(await desk.take(said(text))).reply.text for text in ("hai", "ba")] == ["về hai", "về ba"]


@pytest.mark.parametrize("fate", [Fate.DIES_READING, Fate.DIES_ANSWERING])
async def test_the_only_server_dies_and_is_back_in_a_moment_and_the_citizen_hears_of_nothing(
    sqlite: Database, fate: Fate
) -> None:
    server = await RasaServer().start()
    async with office(sqlite, server) as desk:
        await desk.take(said("một"))
        server.fates = [fate]
        asking = asyncio.create_task(desk.take(said("hai")))
        while len(server.heard) < 2:
            await asyncio.sleep(0.01)
        await server.stop()
        await server.start()
        assert (await asking).reply.text == "về hai"


async def test_what_is_said_while_a_turn_is_put_again_comes_after_it(sqlite: Database) -> None:
    own, other = await own_and_other(sqlite)
    own.fates = [Fate.DIES_READING]
    async with office(sqlite, own, other) as desk:
        burst = [asyncio.create_task(desk.take(said(f"câu {n}"))) for n in range(4)]
        replies = [(await one).reply.text for one in burst]
    assert "\n".join(text for text in replies if text).replace("về ", "") == "câu 0\ncâu 1\ncâu 2\ncâu 3"
    assert own.heard[0] == other.heard[0] == "câu 0"


async def test_a_turn_that_two_servers_die_of_is_not_put_to_a_third(sqlite: Database) -> None:
    own, other = await own_and_other(sqlite)
    third = await RasaServer().start()
    for one in (own, other, third):
        one.fates = [Fate.DIES_READING]
    async with office(sqlite, own, other, third) as desk:
        told = await desk.take(said("một"))
    assert told.reply.outcome is Outcome.FALLBACK
    assert told.reply.messages[0].buttons, "a way on"
    assert len(own.heard + other.heard + third.heard) == 2


async def test_once_a_server_hangs_nobody_else_is_sent_there_until_it_wakes(sqlite: Database) -> None:
    own, other = await own_and_other(sqlite)
    own.fates = [Fate.HANGS]
    async with office(sqlite, own, other, seconds=1.0) as desk:
        for text in ("một", "hai", "ba"):
            assert (await desk.take(said(text))).reply.text == f"về {text}"
        assert own.heard == ["một"]
        own.fates.clear()
        own.wakes.set()
        async with asyncio.timeout(20):
            while len(own.heard) == 1:
                await desk.take(said(f"sau đó {time.monotonic()}"))
                await asyncio.sleep(0.2)


async def test_nobody_waits_for_a_server_that_never_answered_or_went_long_ago() -> None:
    async def away(_server: str) -> bool:
        return False

    never = Servers(["a"], away, patience=1000)
    never.went("a")
    assert await never.choose(CITIZEN, until=math.inf) is None
    long_ago = Servers(["a"], away, patience=0)
    long_ago.answered("a")
    long_ago.went("a")
    assert await long_ago.choose(CITIZEN, until=math.inf) is None
    await never.close()
    await long_ago.close()


@pytest.mark.parametrize("fate", CUT_SHORT[:2] + CUT_SHORT[3:])
async def test_a_complaint_filed_before_the_server_died_is_filed_once_and_its_code_is_told(
    database: Database, fate: Fate
) -> None:
    own, other = await own_and_other(database)
    own.fates = [fate]
    own.acts = other.acts = files_a_complaint(database)
    async with office(database, own, other) as desk:
        told = await desk.take(said("tôi muốn phản ánh"))
    assert told.reply.text == RECEIPT
    assert await complaints(database) == 1
    assert not other.heard, "nobody need be asked what was done"


@pytest.mark.parametrize("other_files", [True, False])
async def test_a_server_that_wakes_up_late_does_nothing_any_more(
    database: Database, other_files: bool
) -> None:
    """``False``: the other one understood the words otherwise, and did nothing."""
    own, other = await own_and_other(database)
    own.fates = [Fate.HANGS]
    woken = asyncio.Event()
    acts = files_a_complaint(database)

    async def late(asked: Try) -> Reply:
        try:
            return await acts(asked)
        finally:
            woken.set()

    own.acts, other.acts = late, acts if other_files else None
    async with office(database, own, other, seconds=1.0) as desk:
        told = await desk.take(said("tôi muốn phản ánh"))
        own.wakes.set()
        await asyncio.wait_for(woken.wait(), 20)
    assert told.reply.text == (RECEIPT if other_files else "về tôi muốn phản ánh")
    assert await complaints(database) == other_files


@pytest.mark.parametrize("turn", [f"turn-{n}" for n in range(4)])
async def test_what_is_done_at_the_very_moment_of_the_second_try_is_done_and_told_or_not_done(
    database: Database, turn: str
) -> None:
    conversation = await conversation_of(database)
    tries = Tries(database, conversation, turn)
    acts = files_a_complaint(database)
    done, told = await asyncio.gather(
        acts(Try(conversation, turn, tries.name)), tries.again(), return_exceptions=True
    )
    if isinstance(done, Overtaken):
        assert told is None
        assert await complaints(database) == 0
    else:
        assert isinstance(told, Reply), told
        assert told.text == RECEIPT
        assert await complaints(database) == 1


async def test_a_gateway_that_died_after_a_complaint_was_filed_tells_its_code_when_the_message_comes_again(
    database: Database,
) -> None:
    acts = files_a_complaint(database)
    asked: list[str] = []

    class Dying:
        async def reply(self, *, conversation_id: str, tries: Tries, **_: object) -> Reply:
            asked.append(conversation_id)
            await acts(Try(conversation_id, tries.turn_id, tries.name))
            raise SystemError("the gateway is gone")

    with pytest.raises(SystemError):
        await Desk(database, Dying()).take(said("tôi muốn phản ánh"))
    async with database.writing() as session:
        await session.execute(Conversation.__table__.update().values(floor_until=None))
    told = await Desk(database, Dying()).take(said("tôi muốn phản ánh"))
    assert told.reply.text == RECEIPT
    assert (len(asked), await complaints(database)) == (1, 1)


async def test_what_was_done_is_forgotten_with_the_words_of_the_conversation(sqlite: Database) -> None:
    from conversations import personal

    conversation = await conversation_of(sqlite)
    await files_a_complaint(sqlite)(Try(conversation, "turn", "try"))
    async with sqlite.writing() as session:
        await personal.erase(session, [conversation])
        for table in (Turn, TurnTry):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_without_any_server_the_reason_is_told_at_once() -> None:
    assistant = RasaAssistant("http://127.0.0.1:9", timeout_seconds=1000)
    with pytest.raises(AssistantUnavailable) as failed:
        await assistant.reply(conversation_id="c", text="xin chào", action=None, context={})
    await assistant.close()
    assert failed.value.reason == "closed_door"
