"""The chat where no socket passes: the same frames by two plain requests."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import aiohttp
import pytest
import uvicorn

from gateway.channels import webchat_poll
from gateway.channels.webchat import Limits
from gateway.processes.gateway import Server
from tests.gateway.public.conftest import Visitor
from tests.gateway.public.scripted import OFFICER, ScriptedDesk, ScriptedSurveys, build_app, served
from tests.waiting import PATIENCE_SECONDS, comes_true


class Poller:
    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor

    async def send(self, **frame: Any) -> list[dict[str, Any]]:
        url = f"{self.visitor.url}/chat/send"
        async with self.visitor.session.post(url, json=frame, headers={"Origin": self.visitor.url}) as answer:
            assert answer.status == 200
            return list((await answer.json())["frames"])

    async def poll(self, query: str = "") -> dict[str, Any]:
        async with self.visitor.session.get(f"{self.visitor.url}/chat/poll{query}") as answer:
            assert answer.status == 200
            return dict(await answer.json())


@pytest.fixture
def poller(visitor: Visitor) -> Poller:
    return Poller(visitor)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))


async def test_a_question_gets_the_frames_of_its_turn(poller: Poller, desk: ScriptedDesk) -> None:
    await poller.visitor.get("/chat")
    frames = await poller.send(type="message", id="c1", text="làm giấy khai sinh cần gì")
    assert [frame["type"] for frame in frames] == ["typing", "reply", "done"]
    assert {frame["for"] for frame in frames} == {"c1"}
    assert frames[1]["html"].startswith('<article class="message assistant"')
    assert desk.taken[0].external_id == "c1"


async def test_a_page_that_comes_back_gets_what_it_missed_at_once(poller: Poller, desk: ScriptedDesk) -> None:
    assert await poller.poll("?now=1") == {"frames": [], "cursor": None}
    frames = await poller.send(type="message", id="c1", text="khai sinh")
    desk.push(desk.only_key, OFFICER)
    came = await poller.poll(f"?after={frames[1]['id']}")
    assert [frame["message"]["speaker_name"] for frame in came["frames"]] == ["Trần Thị Mẫu"]
    assert came["cursor"] == came["frames"][0]["id"]


async def test_an_officers_word_ends_the_wait(
    poller: Poller, desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webchat_poll, "LOOK_EVERY", 0.05)
    frames = await poller.send(type="message", id="c1", text="cho gặp người thật")
    waiting = asyncio.create_task(poller.poll(f"?after={frames[1]['id']}"))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    desk.push(desk.only_key, OFFICER)
    came = await asyncio.wait_for(waiting, PATIENCE_SECONDS)
    assert [frame["type"] for frame in came["frames"]] == ["reply"]


async def test_a_gateway_that_is_asked_to_stop_keeps_nobody_waiting(
    desk: ScriptedDesk, surveys: ScriptedSurveys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webchat_poll, "LOOK_EVERY", 0.05)
    app = build_app(desk, surveys, limits=Limits(wait_seconds=10 * PATIENCE_SECONDS))
    with served(app) as site:
        async with _session() as session:
            poller = Poller(Visitor(session, site.url))
            waiting = asyncio.create_task(poller.poll())
            await asyncio.sleep(0.2)
            assert not waiting.done()
            Server(app, uvicorn.Config(app)).handle_exit(signal.SIGTERM, None)
            assert (await asyncio.wait_for(waiting, PATIENCE_SECONDS))["frames"] == []


async def test_a_turn_slower_than_a_proxy_is_asked_for_again_and_taken_once(surveys: ScriptedSurveys) -> None:
    desk = ScriptedDesk(slowness=0.6)
    with served(build_app(desk, surveys, limits=Limits(wait_seconds=0.2))) as site:
        async with _session() as session:
            poller = Poller(Visitor(session, site.url))
            await poller.visitor.get("/chat")
            first = await poller.send(type="message", id="c1", text="câu này chậm")
            assert first[-1]["code"] == "slow"

            async def answered() -> bool:
                return bool(desk.answered)

            await comes_true(answered)
            again = await poller.send(type="message", id="c1", text="câu này chậm")
    assert again[-1]["type"] == "done"
    assert len(desk.taken) == 1


async def test_trouble_is_told_in_words(poller: Poller) -> None:
    await poller.visitor.get("/chat")
    frames = await poller.send(type="message", id="c1", text="câu này hỏng")
    assert (frames[-1]["type"], frames[-1]["code"]) == ("error", "failed")


@pytest.mark.parametrize("body", ["{", "[]", "{}", '{"type": "press", "id": "1"}'])
async def test_nonsense_is_refused(visitor: Visitor, body: str) -> None:
    async with visitor.session.post(f"{visitor.url}/chat/send", data=body) as answer:
        assert answer.status == 422


async def test_another_site_can_neither_write_nor_read(visitor: Visitor, desk: ScriptedDesk) -> None:
    await visitor.get("/chat")
    headers = {"Origin": "https://xau.example"}
    frame = {"type": "message", "id": "c1", "text": "khai sinh"}
    async with visitor.session.post(f"{visitor.url}/chat/send", json=frame, headers=headers) as answer:
        assert answer.status == 403
    async with visitor.session.get(f"{visitor.url}/chat/poll?now=1", headers=headers) as answer:
        assert answer.status == 403
        assert "access-control-allow-origin" not in answer.headers
    assert desk.taken == []


async def test_one_conversation_cannot_wait_without_end_and_whoever_leaves_waits_no_longer(
    desk: ScriptedDesk, surveys: ScriptedSurveys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webchat_poll, "LOOK_EVERY", 0.05)
    with served(build_app(desk, surveys, limits=Limits(sockets=1))) as site:
        async with _session() as session:
            await Visitor(session, site.url).get("/chat")
            waiting = asyncio.create_task(session.get(f"{site.url}/chat/poll"))
            await asyncio.sleep(0.3)
            assert await _status(session, site.url) == 429
            waiting.cancel()

            async def let_in() -> bool:
                return await _status(session, site.url) == 200

            await comes_true(let_in)  # a poll of somebody who has left no longer counts


async def _status(session: aiohttp.ClientSession, url: str) -> int:
    async with session.get(f"{url}/chat/poll?now=1") as answer:
        return answer.status
