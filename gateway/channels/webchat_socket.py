"""``WS /chat/ws``: the live line of the chat page.

The client says ``message`` and ``press``; the server answers with frames:

========  =====================================================================================
ready     what was missed has been replayed; ``cursor`` is where the line stands
said      one of the citizen's own messages (only while replaying)
typing    the message ``for`` has arrived; ``text`` says what is being done
reply     an ``OutboundMessage``, and the same drawn as ``html``
notice    a remark about the message ``for``
error     the message ``for`` was not dealt with; ``text`` says what to do
done      the turn of the message ``for`` is over
========  =====================================================================================

A ``reply`` that the desk's stream brought carries ``cursor``; the client comes back with the last one it saw
(``?after=``), so an officer's word that was under way when the line broke is not lost behind a later reply.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from collections.abc import Callable, Collection
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter

from core.message import InboundMessage, OutboundMessage
from gateway.channels.webchat import (
    CHANNEL,
    COOKIE,
    Intake,
    conversation_key,
    known_secret,
    new_secret,
    waiting_words,
)

log = structlog.get_logger()

# Draws a message of the history or of the line as HTML: (its id, the message).
Draw = Callable[[str | None, InboundMessage | OutboundMessage], str]

_BAD_FRAMES = 20  # after so many a client is not one of ours


def _whole_letters(value: object) -> object:
    """Without halves of letters: a browser sends one when an emoji was cut in two."""
    return value.encode("utf-8", "ignore").decode() if isinstance(value, str) else value


_Words = Annotated[str, BeforeValidator(_whole_letters)]


class _Message(BaseModel):
    type: Literal["message"]
    id: str = Field(min_length=1, max_length=64)
    text: _Words


class _Press(BaseModel):
    type: Literal["press"]
    id: str = Field(min_length=1, max_length=64)
    action: str = Field(min_length=1, max_length=64)
    title: _Words = Field(default="", max_length=200)


_FRAME: TypeAdapter[_Message | _Press] = TypeAdapter(
    Annotated[_Message | _Press, Field(discriminator="type")]
)


def same_origin(origin: str | None, host: str | None, allowed: Collection[str] = ()) -> bool:
    """Whether a browser's page may open the line. No origin at all: not a browser, so nobody's cookie."""
    if origin is None:
        return True
    return origin in allowed or (bool(host) and urlsplit(origin).netloc == host)


class _Line:
    """One open socket."""

    def __init__(self, socket: WebSocket, key: str, intake: Intake, draw: Draw) -> None:
        self._socket, self._key, self._intake, self._draw = socket, key, intake, draw
        self._turns: set[asyncio.Task[None]] = set()
        self._bad = 0

    async def run(self, after: str | None) -> None:
        pushing: asyncio.Task[None] | None = None
        try:
            cursor = await self._replay(after)
            pushing = asyncio.create_task(self._push(cursor))
            await self._listen()
        except WebSocketDisconnect:
            pass
        except Exception as error:
            log.error("webchat_line_failed", reason=type(error).__name__)
            await self._close(1011)
        finally:
            if pushing is not None:
                pushing.cancel()
                await asyncio.gather(pushing, return_exceptions=True)

    async def _replay(self, after: str | None) -> str | None:
        cursor = after
        for identifier, message in await self._intake.desk.history(CHANNEL, self._key, after):
            cursor = identifier
            if isinstance(message, OutboundMessage):
                await self._reply(message, identifier, cursor=identifier)
            else:
                await self._send(
                    {
                        "type": "said",
                        "id": identifier,
                        "cursor": identifier,
                        "for": message.external_id,
                        "text": message.text,
                        "html": self._draw(identifier, message),
                    }
                )
        await self._send({"type": "ready", "cursor": cursor})
        return cursor

    async def _push(self, after: str | None) -> None:
        try:
            async for message in self._intake.desk.stream(self._key, after):
                await self._reply(message, message.message_id, cursor=message.message_id)
        except Exception as error:
            log.error("webchat_stream_failed", reason=type(error).__name__)
            await self._close(1011)  # the page comes back by itself and catches up

    async def _listen(self) -> None:
        while True:
            try:
                frame = _FRAME.validate_python(json.loads(await self._socket.receive_text()))
            except (ValueError, KeyError):  # KeyError: bytes where text belongs
                self._bad += 1
                if self._bad > _BAD_FRAMES:
                    await self._close(1008)
                    return
                await self._send({"type": "error", "code": "frame", "text": "Máy chủ chưa đọc được tin này."})
                continue
            # Not awaited: what is said during a turn must reach the desk, which merges it into the next.
            turn = asyncio.create_task(self._turn(frame))
            self._turns.add(turn)
            turn.add_done_callback(self._turns.discard)

    async def _turn(self, frame: _Message | _Press) -> None:
        action = frame.action if isinstance(frame, _Press) else None
        text = frame.title if isinstance(frame, _Press) else frame.text
        await self._send({"type": "typing", "for": frame.id, "text": waiting_words(action)})
        taken = await self._intake.take(self._key, text, action=action, external_id=frame.id)
        if taken.trouble is not None:
            trouble = {"type": "error", "for": frame.id, "code": taken.trouble, "text": taken.notice}
            await self._send(trouble)
            return
        if taken.notice:
            await self._send({"type": "notice", "for": frame.id, "text": taken.notice})
        for message in taken.messages:
            await self._reply(message, message.message_id, answers=frame.id)
        await self._send({"type": "done", "for": frame.id})

    async def _reply(
        self,
        message: OutboundMessage,
        identifier: str | None,
        *,
        cursor: str | None = None,
        answers: str | None = None,
    ) -> None:
        frame: dict[str, Any] = {
            "type": "reply",
            "id": identifier,
            "message": message.model_dump(mode="json", exclude_none=True),
            "html": self._draw(identifier, message),
        }
        if cursor:
            frame["cursor"] = cursor
        if answers:
            frame["for"] = answers
        await self._send(frame)

    async def _send(self, frame: dict[str, Any]) -> None:
        # A reply to somebody who has just left is in the history when they come back.
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.send_json(frame)

    async def _close(self, code: int) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            await self._socket.close(code)


def socket_router(intake: Intake, draw: Draw, *, allowed_origins: Collection[str] = ()) -> APIRouter:
    """The route of the live line. ``allowed_origins``: other addresses of the same page, scheme and all."""
    router = APIRouter()
    open_lines: Counter[str] = Counter()

    @router.websocket("/chat/ws")
    async def chat_line(socket: WebSocket, after: str | None = None) -> None:
        headers = socket.headers
        if not same_origin(headers.get("origin"), headers.get("host"), allowed_origins):
            await socket.close(1008)
            return
        secret = known_secret(socket.cookies.get(COOKIE))
        greeting = []
        if secret is None:
            secret = new_secret()
            secure = "; Secure" if socket.url.scheme == "wss" else ""
            cookie = f"{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Lax{secure}"
            greeting = [(b"set-cookie", cookie.encode())]
        key = conversation_key(secret)
        if open_lines[key] >= intake.limits.sockets:
            await socket.close(1013)
            return
        open_lines[key] += 1
        try:
            await socket.accept(headers=greeting)
            await _Line(socket, key, intake, draw).run(after[:128] if after else None)
        finally:
            open_lines[key] -= 1
            if not open_lines[key]:
                del open_lines[key]

    return router
