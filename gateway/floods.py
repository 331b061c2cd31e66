"""How often one address may ask for pages within a minute: beyond that it is told to wait."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.limits import PerMinute

# Machines prove who they are, and come in floods on purpose; files are cheap and kept by browsers.
_FREE = ("/v1/", "/webhooks/", "/static/", "/healthz", "/readyz", "/metrics")
_WORDS = "Địa chỉ này gửi nhiều quá. Anh/chị chờ một phút rồi thử lại. Chưa có gì bị mất."


class Floods:
    """ASGI middleware. ``per_minute`` of zero lets everybody through.

    Addresses of this machine are let through: they are a proxy, which counts by itself or is listed as
    trusted, so that the visitor's own address stands here.
    """

    def __init__(self, app: ASGIApp, *, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._app = app
        self._limit = PerMinute(per_minute, clock) if per_minute else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            self._limit is not None
            and scope["type"] in ("http", "websocket")
            and not scope["path"].startswith(_FREE)
            and (address := _stranger(scope)) is not None
            and not self._limit.admits(address)
        ):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1013})
                return
            answer = PlainTextResponse(_WORDS, 429, headers={"Retry-After": "60"})
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _stranger(scope: Scope) -> str | None:
    """By what a visitor is counted: the address, or the network that a home is given of IPv6."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    if address.is_loopback:
        return None
    if address.version == 6:
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)
