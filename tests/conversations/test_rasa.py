"""Asking Rasa, with the actions reading the message meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from conversations.rasa import RasaAssistant
from core.message import OutboundMessage, Outcome, Reply

_REPLY = Reply(outcome=Outcome.ANSWER, messages=[OutboundMessage(text="Dạ")])


class Played:
    """Rasa and the actions in one; Rasa answers only after the actions have heard the message."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.waits = True
        self._was_heard = asyncio.Event()

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.append((await request.json())["text"])
        self._was_heard.set()
        return web.Response(status=204)

    async def classify(self, _request: web.Request) -> web.Response:
        if self.waits:
            await asyncio.wait_for(self._was_heard.wait(), 5)
        return web.json_response([{"custom": {"reply": _REPLY.model_dump(mode="json")}}])


@pytest.fixture
async def played() -> Played:
    return Played()


@pytest.fixture
async def url(played: Played) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/heard", played.hear)
    app.router.add_post("/webhooks/rest/webhook", played.classify)
    async with TestServer(app) as server:
        yield str(server.make_url(""))


async def _ask(assistant: RasaAssistant, text: str, action: str | None = None) -> Reply:
    try:
        return await assistant.reply(conversation_id="c", text=text, action=action, context={})
    finally:
        await assistant.close()


async def test_the_actions_read_a_message_while_rasa_classifies_it(played: Played, url: str) -> None:
    reply = await _ask(RasaAssistant(url, timeout_seconds=10, actions_url=url), "làm khai sinh")
    assert reply.messages[0].text == "Dạ"
    assert played.heard == ["làm khai sinh"]


async def test_a_button_says_by_itself_what_it_is_about(played: Played, url: str) -> None:
    played.waits = False
    await _ask(RasaAssistant(url, timeout_seconds=10, actions_url=url), "", action="task:handover")
    assert played.heard == []


async def test_an_answer_comes_although_nobody_read_ahead(played: Played, url: str) -> None:
    played.waits = False
    reply = await _ask(RasaAssistant(url, timeout_seconds=10, actions_url="http://127.0.0.1:9"), "khai sinh")
    assert reply.messages[0].text == "Dạ"
