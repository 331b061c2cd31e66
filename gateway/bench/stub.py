"""A provider's server for benchmarks and tests: it remembers every arrival, and fails when told to.

Faults are set by ``POST /settings`` at any time: answers of 5xx, calls that hang, messages that are taken and
whose answer is lost, receipts that are lost, repeated or come in another order. ``GET /arrivals`` gives every
reference with the times (seconds since 1970) at which it was taken.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import time
from collections import defaultdict
from dataclasses import dataclass, field, fields
from typing import Any

import aiohttp
import uvloop
from aiohttp import web


@dataclass
class StubSettings:
    """Shares are between 0 and 1. ``receipts_to``: where receipts go; each message gets ``receipts``."""

    latency_seconds: float = 0.02
    error_share: float = 0.0
    error_status: int = 500
    hang_share: float = 0.0
    hang_seconds: float = 30.0
    drop_share: float = 0.0
    can_be_asked: bool = True
    refuses: bool = False
    receipts_to: str | None = None
    receipts: list[str] = field(default_factory=lambda: ["sent", "delivered"])
    receipts_lost: float = 0.0
    receipt_copies: int = 1
    receipts_disordered: bool = False


class Stub:
    def __init__(self, settings: StubSettings | None = None, *, seed: int = 0) -> None:
        self.settings = settings or StubSettings()
        self.arrivals: dict[str, list[float]] = defaultdict(list)
        self.sent: dict[str, tuple[str, str]] = {}
        self.calls = 0
        self._random = random.Random(seed)
        self._client: aiohttp.ClientSession | None = None
        self._telling: set[asyncio.Task[None]] = set()

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.post("/send", self._send),
                web.get("/messages/{reference}", self._message),
                web.get("/arrivals", self._arrivals),
                web.get("/count", self._count),
                web.post("/settings", self._settings),
                web.post("/forget", self._forget),
            ]
        )
        app.on_cleanup.append(self._close)
        return app

    async def _send(self, request: web.Request) -> web.Response:
        self.calls += 1
        came = time.time()
        body = await request.json()
        settings, drawn = self.settings, self._random.random()
        if drawn < settings.error_share:
            return web.Response(status=settings.error_status)
        if drawn < settings.error_share + settings.hang_share:
            await asyncio.sleep(settings.hang_seconds)
            return web.Response(status=504)
        if settings.latency_seconds:
            await asyncio.sleep(settings.latency_seconds)
        reference: str = body["reference"]
        if settings.refuses and reference in self.arrivals:
            return web.Response(status=409)
        self.arrivals[reference].append(came)
        self.sent[reference] = (body["channel"], body["to"])
        if settings.receipts_to:
            self._tell(reference)
        if self._random.random() < settings.drop_share:
            assert request.transport is not None  # noqa: S101 - the request has just come through it
            request.transport.close()
        return web.json_response({"id": f"s-{reference}"})

    def _tell(self, reference: str) -> None:
        task = asyncio.create_task(self._receipts(reference))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _receipts(self, reference: str) -> None:
        settings = self.settings
        told = [kind for kind in settings.receipts for _ in range(settings.receipt_copies)]
        if settings.receipts_disordered:
            self._random.shuffle(told)
        self._client = self._client or aiohttp.ClientSession()
        for kind in told:
            if self._random.random() < settings.receipts_lost:
                continue
            body = {"reference": reference, "id": f"s-{reference}", "status": kind, "at": time.time()}
            with contextlib.suppress(aiohttp.ClientError):
                async with self._client.post(settings.receipts_to or "", json=body):
                    pass

    async def _message(self, request: web.Request) -> web.Response:
        if not self.settings.can_be_asked:
            return web.Response(status=501)
        known = request.match_info["reference"] in self.arrivals
        return web.json_response({"known": known}, status=200 if known else 404)

    async def _arrivals(self, _request: web.Request) -> web.Response:
        return web.json_response({"calls": self.calls, "arrivals": self.arrivals, "sent": self.sent})

    async def _count(self, _request: web.Request) -> web.Response:
        return web.Response(text=str(len(self.arrivals)))

    async def _settings(self, request: web.Request) -> web.Response:
        known = {one.name for one in fields(StubSettings)}
        changes: dict[str, Any] = await request.json()
        for name, value in changes.items():
            if name not in known:
                raise web.HTTPUnprocessableEntity(text=f"{name}: no such setting")
            setattr(self.settings, name, value)
        return web.Response()

    async def _forget(self, _request: web.Request) -> web.Response:
        self.arrivals.clear()
        self.sent.clear()
        self.calls = 0
        return web.Response()

    async def _close(self, _app: web.Application) -> None:
        for task in self._telling:
            task.cancel()
        if self._client is not None:
            await self._client.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    uvloop.install()
    web.run_app(
        Stub().app(),
        host="127.0.0.1",
        port=arguments.port,
        access_log=None,
        print=None,
        loop=uvloop.new_event_loop(),
    )


if __name__ == "__main__":
    main()
