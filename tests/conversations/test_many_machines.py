"""Several gateways, one conversation: a turn at a time, in order, at its own Rasa server while it answers."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import update

from conversations.answering import DeskLimits
from conversations.desk import Desk
from conversations.models import Conversation
from conversations.rasa import AssistantUnavailable, RasaAssistant
from conversations.servers import ranking, servers_of
from core.database import Database, utc_now
from core.message import InboundMessage, OutboundMessage, Outcome, Reply


class Slow:
    """Counts how many turns of a conversation are under way, on all machines together."""

    running, most = 0, 0
    contexts: list[dict[str, Any]]

    def __init__(self) -> None:
        self.contexts = []

    async def reply(
        self, *, conversation_id: str, text: str, action: str | None, context: dict[str, Any], **_: Any
    ) -> Reply:
        self.running += 1
        self.most = max(self.most, self.running)
        self.contexts.append(context)
        await asyncio.sleep(0.05)
        self.running -= 1
        seen = [*context.get("seen", []), text]
        return Reply(
            outcome=Outcome.ANSWER, messages=[OutboundMessage(text=f"về {text}")], context={"seen": seen}
        )


def said(text: str, key: str = "citizen") -> InboundMessage:
    return InboundMessage(
        channel="webchat", conversation_key=key, external_id=text, text=text, received_at=utc_now()
    )


async def test_two_gateways_never_answer_in_one_conversation_at_once(postgresql: Database) -> None:
    assistant = Slow()
    other = Database(postgresql.url)
    first, second = Desk(postgresql, assistant), Desk(other, assistant)
    await first.take(said("mở đầu"))
    results = await asyncio.gather(
        *(
            desk.take(said(f"câu {n} {name}"))
            for n in range(2)
            for name, desk in (("a", first), ("b", second))
        )
    )
    await other.dispose()
    assert assistant.most == 1
    answered = [one for one in results if one.reply.messages]
    assert len(answered) >= 2
    assert len(assistant.contexts[-1]["seen"]) == len(assistant.contexts) - 1, "each knew what came before"


async def test_what_comes_again_at_another_gateway_while_it_is_answered_is_answered_once(
    postgresql: Database,
) -> None:
    assistant = Slow()
    other = Database(postgresql.url)
    first = asyncio.create_task(Desk(postgresql, assistant).take(said("câu hỏi")))
    while not assistant.running:
        await asyncio.sleep(0.005)
    again = await Desk(other, assistant).take(said("câu hỏi"))
    after = await Desk(other, assistant).take(said("câu sau"))
    await other.dispose()
    assert again.repeated
    assert again.reply.text == (await first).reply.text
    assert after.reply.text == "về câu sau", "the floor is free again"
    assert len(assistant.contexts) == 2


async def test_other_conversations_do_not_wait(postgresql: Database) -> None:
    assistant = Slow()
    desk = Desk(postgresql, assistant)
    await asyncio.gather(*(desk.take(said("xin chào", key=f"citizen {n}")) for n in range(4)))
    assert assistant.most > 1


async def test_a_gateway_that_died_in_a_turn_holds_its_conversation_up_for_the_lease_alone(
    postgresql: Database,
) -> None:
    desk = Desk(postgresql, Slow(), limits=DeskLimits(floor=timedelta(seconds=5)))
    await desk.take(said("một"))
    async with postgresql.writing() as session:
        dead = {"floor_by": "dead", "floor_until": utc_now() + timedelta(seconds=0.3)}
        await session.execute(update(Conversation).values(**dead))
    assert (await desk.take(said("hai"))).reply.messages[0].text == "về hai"


def test_every_machine_ranks_the_servers_alike_and_a_lost_one_moves_only_its_own() -> None:
    servers = servers_of("http://127.0.0.1:1, http://127.0.0.1:2/ http://127.0.0.1:3")
    own = {f"c{n}": ranking(servers, f"c{n}")[0] for n in range(300)}
    assert own == {name: ranking(servers[::-1], name)[0] for name in own}
    assert min(Counter(own.values()).values()) > 60
    left = servers[:2]
    moved = {name for name in own if ranking(left, name)[0] != own[name]}
    assert moved == {name for name, server in own.items() if server == servers[2]}


@pytest.fixture
async def rasas():
    """Two servers that speak Rasa's REST channel, and who spoke to which."""
    heard: dict[str, list[str]] = {}
    runners, urls = [], []
    for _ in range(2):
        site_heard: list[str] = []

        async def answer(request: web.Request, site_heard: list[str] = site_heard) -> web.Response:
            body = await request.json()
            site_heard.append(body["sender"])
            reply = {"outcome": "answer", "messages": [{"text": "dạ"}]}
            return web.json_response([{"recipient_id": body["sender"], "custom": {"reply": reply}}])

        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        runners.append(runner)
        urls.append(url)
        heard[url] = site_heard
    yield urls, heard, runners
    for runner in runners:
        await runner.cleanup()


async def test_a_conversation_keeps_its_server_and_the_next_one_answers_when_that_is_gone(rasas) -> None:
    urls, heard, runners = rasas
    assistant = RasaAssistant(json.dumps(urls)[1:-1].replace('"', ""), timeout_seconds=1)

    async def ask(name: str) -> None:
        await assistant.reply(conversation_id=name, text="xin chào", action=None, context={})

    for _ in range(3):
        for n in range(10):
            await ask(f"c{n}")
    assert all(set(Counter(names).values()) == {3} for names in heard.values())
    await runners[0].cleanup()
    await asyncio.sleep(0.2)  # until the lines that were kept open are seen to be closed
    for n in range(10):
        await ask(f"c{n}")
    assert sum(len(names) for names in heard.values()) == 40, "no turn is lost"
    await runners[1].cleanup()
    with pytest.raises(AssistantUnavailable):
        await ask("c0")
    await assistant.close()
