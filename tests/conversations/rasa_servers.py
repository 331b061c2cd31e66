"""Servers that speak Rasa's REST channel and die in the ways in which Rasa does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

from aiohttp import web

from conversations.tries import Try


class Fate(StrEnum):
    """What becomes of a turn at a server."""

    ANSWERS = "answers"
    DIES_READING = "dies after reading it"
    DIES_ANSWERING = "dies in the middle of the answer"
    HANGS = "hangs"
    EMPTY = "answers with nothing"
    FAILS = "answers 500"


class RasaServer:
    """``fates``: of the turns to come, the rest are answered; ``acts``: what its action does in a try."""

    url = ""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.fates: list[Fate] = []
        self.heard: list[str] = []
        self.acts: Callable[[Try], Awaitable[Any]] | None = None
        self.wakes = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> RasaServer:
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", self._answer)
        app.router.add_get("/webhooks/rest/", self._status)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _status(self, _request: web.Request) -> web.Response:
        if Fate.HANGS in self.fates:
            await self.wakes.wait()
        return web.json_response({"status": "ok"})

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.heard.append(body["message"])
        fate = self.fates[0] if self.fates else Fate.ANSWERS
        if fate is Fate.HANGS:
            await self.wakes.wait()
        elif self.fates:
            self.fates.pop(0)
        reply: dict[str, Any] = {"outcome": "answer", "messages": [{"text": f"về {body['message']}"}]}
        if self.acts is not None:
            done = await self.acts(Try(body["sender"], body["metadata"]["turn"], body["metadata"]["try"]))
            reply = done.model_dump(mode="json")
        answer = json.dumps([{"recipient_id": body["sender"], "custom": {"reply": reply}}]).encode()
        if request.transport is None:  # whoever asked has given up
            return web.Response()
        if fate is Fate.DIES_READING:
            request.transport.abort()
        elif fate is Fate.DIES_ANSWERING:
            response = web.StreamResponse(headers={"Content-Length": str(len(answer))})
            await response.prepare(request)
            await response.write(answer[:20])
            request.transport.abort()
            return response
        elif fate is Fate.EMPTY:
            return web.json_response([])
        elif fate is Fate.FAILS:
            return web.json_response({"status": "failure"}, status=500)
        return web.Response(body=answer, content_type="application/json")
