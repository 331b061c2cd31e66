"""The web chat's view of a conversation: the desk's turns, and what arrives between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from conversations.desk import Desk
from conversations.models import Direction
from core.message import InboundMessage, OutboundMessage
from gateway.channels.webchat import CHANNEL, HistoryEntry

# Without Redis to wake it, a page asks the database this often for notices and officers' words.
POLL_SECONDS = 0.25

Deliver = Callable[[str, str], Awaitable[None]]


class WebchatDesk:
    """``deliver(channel, key)`` moves waiting notices of this conversation into its turns."""

    def __init__(self, desk: Desk, deliver: Deliver) -> None:
        self._desk = desk
        self._deliver = deliver

    async def take(self, message: InboundMessage) -> list[OutboundMessage]:
        return (await self._desk.take(message)).reply.messages

    async def history(self, channel: str, conversation_key: str, after: str | None) -> list[HistoryEntry]:
        await self._deliver(channel, conversation_key)
        entries: list[HistoryEntry] = []
        for direction, message in await self._desk.history(channel, conversation_key, after=after):
            identifier = message.message_id or ""
            if direction is Direction.OUT:
                entries.append((identifier, message))
            else:
                said = InboundMessage(
                    channel=channel,
                    conversation_key=conversation_key,
                    text=message.text,
                    received_at=message.sent_at,
                )
                entries.append((identifier, said))
        return entries

    async def stream(self, conversation_key: str, after: str | None) -> AsyncIterator[OutboundMessage]:
        while True:
            await self._deliver(CHANNEL, conversation_key)
            for direction, message in await self._desk.history(CHANNEL, conversation_key, after=after):
                after = message.message_id or after
                if direction is Direction.OUT:
                    yield message
            await asyncio.sleep(POLL_SECONDS)
