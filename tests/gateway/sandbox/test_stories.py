"""Ready stories: what is posted at the product's door, for whom things go wrong, what a shut door says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from gateway.sandbox import storyteller
from gateway.sandbox.server import Sandbox
from gateway.sandbox.state import Fault
from gateway.sandbox.stories import STORIES
from tests.dossiers.samples import read

KEY = "mc_khoa-cua-may-chu-thu"


@dataclass
class Door:
    """The product's door alone: it keeps what is posted to it."""

    status: int = 201
    posted: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        self.posted.append((dict(request.headers), await request.read()))
        return web.json_response({}, status=self.status)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    made = Door()
    app = web.Application()
    app.router.add_post("/v1/dossier-events", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


async def _press(sandbox: Sandbox, name: str) -> tuple[int, dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.url}/api/story", json={"name": name}) as answer,
    ):
        return answer.status, json.loads(await answer.text())


@pytest.fixture
async def sandbox(door: Door, monkeypatch) -> AsyncIterator[Sandbox]:
    monkeypatch.setattr(storyteller, "_BETWEEN_SECONDS", 0.0)
    made = Sandbox(mail=False, gateway_url=door.url, key=KEY)
    await made.start()
    yield made
    await made.stop()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_story_posts_events_the_product_takes_with_the_key_of_a_machine_client(
    sandbox: Sandbox, door: Door, story
) -> None:
    status, begun = await _press(sandbox, story.name)
    assert status == 200
    for task in list(sandbox.storyteller._tasks):
        await task
    assert [headers["Authorization"] for headers, _ in door.posted] == [f"Bearer {KEY}"] * len(story.events)
    kinds = []
    for headers, body in door.posted:
        assert headers["Content-Type"] == "application/cloudevents+json"
        (event,) = read(json.loads(body))
        assert event.data.dossier_code == begun["code"]
        assert event.data.applicant.email
        kinds.append(event.type.short)
    assert tuple(kinds) == story.events


async def test_what_goes_wrong_in_a_story_goes_wrong_for_its_citizen_alone(sandbox: Sandbox) -> None:
    await _press(sandbox, "khong-zalo")
    (run,) = sandbox.storyteller.runs
    state, nine = sandbox.state, run.person.phone[-9:]
    assert state.fault("zalo-zbs", about="84900000001") is None
    for spelling in (f"84{nine}", f"0{nine}", run.person.zalo_id):
        fault = state.fault("zalo-zbs", about=f'{{"to":"{spelling}"}}')
        assert fault is not None
        assert (fault.kind, fault.code) == (Fault.ERROR, -118)
    state.heal_for(run.person.phone)
    assert state.faults() == {}


async def test_two_presses_are_two_citizens_and_two_dossiers(sandbox: Sandbox) -> None:
    await _press(sandbox, "zalo")
    await _press(sandbox, "zalo")
    one, other = sandbox.storyteller.runs
    assert one.person.phone != other.person.phone
    assert one.code != other.code


async def test_a_door_that_is_shut_is_told_with_what_to_do(door: Door, sandbox: Sandbox) -> None:
    door.status = 403
    status, answer = await _press(sandbox, "zalo")
    assert (status, "403" in answer["problem"]) == (400, True)
    assert sandbox.storyteller.runs == []
    assert sandbox.state.faults() == {}
    assert (await _press(sandbox, "chưa viết"))[0] == 400
    alone = Sandbox(mail=False, gateway_url=door.url)
    await alone.start()
    try:
        status, answer = await _press(alone, "zalo")
        assert status == 400
        assert "motcua keys create" in answer["problem"]
    finally:
        await alone.stop()
