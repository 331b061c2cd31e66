"""Questions are read ahead by the actions; numbers that may be secret are not, and nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from conversations.ahead import ReadAhead
from tests.waiting import PATIENCE_SECONDS


@pytest.fixture
def heard() -> asyncio.Queue[str]:
    return asyncio.Queue()


@pytest.fixture
async def url(heard: asyncio.Queue[str]) -> AsyncIterator[str]:
    async def hear(request: web.Request) -> web.Response:
        heard.put_nowait((await request.json())["text"])
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/heard", hear)
    async with TestServer(app) as server:
        yield str(server.make_url(""))


async def test_of_what_is_typed_the_questions_are_read_ahead(heard: asyncio.Queue[str], url: str) -> None:
    ahead = ReadAhead(url, limit=200)
    for typed in ("mã là 123456", "?!", "làm khai sinh ở đâu"):
        ahead.tell(typed)
    assert await asyncio.wait_for(heard.get(), PATIENCE_SECONDS) == "làm khai sinh ở đâu"
    assert heard.empty()
    await ahead.close()


@pytest.mark.parametrize("address", [None, "http://127.0.0.1:9"])
async def test_where_nobody_listens_nothing_happens(address: str | None) -> None:
    ahead = ReadAhead(address, limit=200)
    ahead.tell("làm khai sinh")
    await asyncio.gather(*ahead._telling)
    await ahead.close()
