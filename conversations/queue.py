"""One turn at a time for each conversation; messages that wait are merged into the next turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from core.message import InboundMessage


@dataclass
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: list[InboundMessage] = field(default_factory=list)
    holders: int = 0


class TurnQueue:
    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def turn(self, key: str, message: InboundMessage) -> AsyncIterator[list[InboundMessage]]:
        """The messages to deal with in this turn; empty when another turn took this message along.

        Plain messages that queue behind a running turn are merged; a pressed button stands for itself.
        """
        line = self._lines.setdefault(key, _Line())
        line.waiting.append(message)
        line.holders += 1
        try:
            async with line.lock:
                if not any(one is message for one in line.waiting):
                    yield []
                    return
                batch = [message]
                if message.action is None:
                    batch = [one for one in line.waiting if one.action is None]
                line.waiting = [one for one in line.waiting if not any(one is taken for taken in batch)]
                yield batch
        finally:
            line.waiting = [one for one in line.waiting if one is not message]
            line.holders -= 1
            if not line.holders:
                self._lines.pop(key, None)
