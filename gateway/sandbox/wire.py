"""What every server of the sandbox shares: requests kept, faults acted, callbacks sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from aiohttp import web

from gateway.sandbox.state import Asked, Fault, State

log = structlog.get_logger()

Handler = Callable[[web.Request, bytes], Awaitable[web.StreamResponse]]
ErrorAnswer = Callable[[int], web.Response]


@dataclass(frozen=True)
class Delivery:
    """A request from the provider to the product: an event or a receipt."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class Caller:
    """Sends deliveries to the product; without one they are only kept, for tests to look at."""

    def __init__(self, gateway_url: str | None) -> None:
        self.gateway_url = gateway_url
        self.sent: list[Delivery] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def deliver(self, delivery: Delivery, *, after: float = 0.0) -> None:
        self.sent.append(delivery)
        del self.sent[:-2000]
        if self.gateway_url is None:
            return
        task = asyncio.create_task(self._deliver(delivery, after))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery, after: float) -> None:
        await asyncio.sleep(after)
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        for pause in (0.5, 2.0, 5.0, None):
            try:
                async with self._session.request(
                    delivery.method, delivery.url, data=delivery.body or None, headers=delivery.headers
                ) as response:
                    if response.status < 500:
                        if response.status >= 300:
                            log.warning("sandbox_delivery_refused", status=response.status)
                        return
            except (TimeoutError, aiohttp.ClientError) as error:
                log.warning("sandbox_delivery_failed", reason=type(error).__name__)
            if pause is not None:
                await asyncio.sleep(pause)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        if self._session is not None:
            await self._session.close()


class Wire:
    """Handed to every server: state, callbacks, and a way to make a handler go wrong on demand."""

    def __init__(self, state: State, caller: Caller, *, receipt_seconds: float = 0.6) -> None:
        self.state, self.caller = state, caller
        self._receipt_seconds = receipt_seconds

    def handle(self, provider: str, handler: Handler, *, error: ErrorAnswer | None = None) -> Any:
        """A route's handler that keeps the request and acts the provider's next fault."""

        async def handled(request: web.Request) -> web.StreamResponse:
            # An upload can be read once only, and its handler does that.
            raw = b"" if request.content_type.startswith("multipart/") else await request.read()
            self.state.asked.append(
                Asked(provider, request.method, request.raw_path, dict(request.headers), raw)
            )
            fault = self.state.fault(provider, about=request.raw_path + raw.decode(errors="replace"))
            if fault is None:
                return await handler(request, raw)
            if fault.kind is Fault.ERROR and error is not None:
                return error(fault.code or 0)
            if fault.kind is Fault.UNREADABLE:
                return web.Response(text="<html>busy</html>", content_type="text/html")
            if fault.kind is Fault.HANG:
                await asyncio.sleep(fault.seconds)
            elif fault.kind is Fault.DROP:
                await handler(request, raw)
            if fault.kind in (Fault.HANG, Fault.DROP):
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=500)
            return web.Response(status=fault.code or 502, text="Bad Gateway")

        return handled

    def receipt(
        self, provider: str, delivery: Delivery, *, who: str = "", after: float | None = None
    ) -> None:
        """A receipt for somebody's telephone, unless it is to be lost, late or sent twice."""
        fault = self.state.fault(provider, receipt=True, about=who)
        wait = self._receipt_seconds if after is None else after
        if fault is not None and fault.kind is Fault.LOST_RECEIPT:
            return
        if fault is not None and fault.kind is Fault.LATE_RECEIPT:
            wait = fault.seconds
        self.caller.deliver(delivery, after=wait)
        if fault is not None and fault.kind is Fault.TWICE_RECEIPT:
            self.caller.deliver(delivery, after=wait + 0.2)


def compact(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def url_for(caller: Caller, path: str) -> str:
    return f"{caller.gateway_url or 'http://gateway.invalid'}{path}"
