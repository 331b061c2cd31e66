"""``WS /chat/ws``: the live line of the chat page by a socket. The frames: see ``webchat_frames``."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Collection

import structlog
from fastapi import APIRouter, WebSocket, WebSocketDisconnect

from gateway.channels.webchat import CHANNEL, Intake, conversation_key, known_secret, new_secret
from gateway.channels.webchat_frames import Draw, Frame, Message, Press, kept, read_frame, reply, turn
from gateway.channels.webchat_places import PLACES, Place
from gateway.security import same_origin

log = structlog.get_logger()

_BAD_FRAMES = 20  # after so many a client is not one of ours
_COOKIE_LIFE = 30 * 24 * 3600


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
            # A gateway that is asked to stop waits for its lines: what was asked is answered and kept, for
            # whoever comes back.
            if self._turns:
                await asyncio.wait(self._turns)

    async def _replay(self, after: str | None) -> str | None:
        cursor = after
        for identifier, message in await self._intake.desk.history(CHANNEL, self._key, after):
            cursor = identifier
            await self._send(kept(identifier, message, self._draw))
        await self._send({"type": "ready", "cursor": cursor})
        return cursor

    async def _push(self, after: str | None) -> None:
        try:
            async for message in self._intake.desk.stream(self._key, after):
                await self._send(
                    {**reply(message, message.message_id, self._draw), "cursor": message.message_id}
                )
        except Exception as error:
            log.error("webchat_stream_failed", reason=type(error).__name__)
            await self._close(1011)  # the page comes back by itself and catches up

    async def _listen(self) -> None:
        while True:
            try:
                frame = read_frame(await self._socket.receive_text())
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

    async def _turn(self, asked: Message | Press) -> None:
        async for frame in turn(self._intake, self._key, asked, self._draw):
            await self._send(frame)

    async def _send(self, frame: Frame) -> None:
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

    async def serve(socket: WebSocket, place: Place, after: str | None) -> None:
        headers = socket.headers
        if not same_origin(headers.get("origin"), headers.get("host"), allowed_origins):
            await socket.close(1008)
            return
        secret = known_secret(socket.cookies.get(place.cookie))
        greeting = []
        if secret is None:
            secret = new_secret()
            cookie = place.cookie_header(socket, place.cookie, secret, _COOKIE_LIFE)
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

    def route(place: Place) -> None:
        @router.websocket(f"{place.path}/ws")
        async def chat_line(socket: WebSocket, after: str | None = None) -> None:
            await serve(socket, place, after)

    for place in PLACES:
        route(place)
    return router
