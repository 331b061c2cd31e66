"""Calling an application without a network: one request in, status and body out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()
    """Every ``Set-Cookie`` as it was sent."""

    def json(self) -> Any:
        return json.loads(self.body)


def api_routes(routes: Iterable[object]) -> Iterator[APIRoute]:
    """Every route, those of included routers too: FastAPI keeps them where they were declared."""
    for one in routes:
        if isinstance(one, APIRoute):
            yield one
        elif (inner := getattr(one, "original_router", None)) is not None:
            assert not one.include_context.prefix, "a prefix at inclusion is not read here"  # type: ignore[attr-defined]
            yield from api_routes(inner.routes)


async def call(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    body: Any = b"",
    headers: dict[str, str] | None = None,
    scheme: str = "http",
) -> Answer:
    """``body`` that is not bytes is sent as JSON."""
    sent = {"host": "test", **(headers or {})}
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
        sent.setdefault("content-type", "application/json")
    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": scheme,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
    }
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])
    heard: list[Message] = []

    async def receive() -> Message:
        return next(messages, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        heard.append(message)

    await app(scope, receive, send)
    start = next(message for message in heard if message["type"] == "http.response.start")
    content = b"".join(
        message.get("body", b"") for message in heard if message["type"] == "http.response.body"
    )
    sent_back = [(name.decode(), value.decode()) for name, value in start["headers"]]
    cookies = tuple(value for name, value in sent_back if name == "set-cookie")
    return Answer(start["status"], dict(sent_back), content, cookies)
