"""How the service stands, in few words that anybody may know. Looked at once for many readers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.database import Database, utc_now
from notifications.queue_repository import queues

_KEPT = timedelta(seconds=15)
_PROBE_SECONDS = 3.0
_LATE = timedelta(minutes=5)
"""Longer than this nobody should wait for a notice that may go out now."""


class State(StrEnum):
    WORKING = "working"
    SLOW = "slow"
    DOWN = "down"


@dataclass(frozen=True)
class Standing:
    """``behind_minutes``: how long the oldest notice or event that could be dealt with has waited."""

    at: datetime
    chat: State
    notices: State
    events: State
    behind_minutes: int = 0

    @property
    def whole(self) -> State:
        parts = (self.chat, self.notices, self.events)
        if State.DOWN in parts:
            return State.DOWN
        return State.SLOW if State.SLOW in parts else State.WORKING


Probe = Callable[[], Awaitable[bool]]


class ServiceStatus:
    """``assistant``: whether a question gets an answer. However many ask, everything is looked at once."""

    def __init__(
        self, database: Database, assistant: Probe, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._database, self._assistant, self._clock = database, assistant, clock
        self._lock = asyncio.Lock()
        self._known: Standing | None = None

    async def look(self) -> Standing:
        async with self._lock:
            now = self._clock()
            if self._known is None or now - self._known.at >= _KEPT:
                self._known = await self._find(now)
            return self._known

    async def _find(self, now: datetime) -> Standing:
        chat = State.WORKING if await _within(self._assistant()) else State.DOWN
        try:
            async with asyncio.timeout(_PROBE_SECONDS), self._database.reading() as session:
                found = await queues(session, now)
        except Exception:  # whatever it is: nothing can be looked up and nothing is sent
            return Standing(now, State.DOWN, State.DOWN, State.DOWN)
        sending = max(queue.age(now) for queue in found.due.values())
        planning = found.unplanned.age(now)
        late = _LATE.total_seconds()
        return Standing(
            now,
            chat,
            State.SLOW if max(sending, planning) > late else State.WORKING,
            State.WORKING,
            behind_minutes=int(max(sending, planning) // 60),
        )


async def _within(probe: Awaitable[bool]) -> bool:
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            return await probe
    except TimeoutError:
        return False
