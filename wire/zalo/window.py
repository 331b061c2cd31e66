"""When a citizen may be written to in the conversation, and whether it costs something.

Each message of the citizen opens a fresh allowance: so many free answers within so many hours, after that
paid ones for some days, after that none (the numbers are settings). Counted per citizen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from core.channel_settings import ZaloSettings


class Window(StrEnum):
    FREE = "free"
    PAID = "paid"
    CLOSED = "closed"


@dataclass(frozen=True)
class Citizen:
    """A citizen's side of the conversation. ``used``: messages sent since ``last_in_at``."""

    last_in_at: datetime | None
    used: int


@dataclass(frozen=True)
class WindowRules:
    free_messages: int
    free_window: timedelta
    paid_window: timedelta

    @classmethod
    def of(cls, settings: ZaloSettings) -> WindowRules:
        return cls(settings.free_messages, settings.free_window, settings.paid_window)

    def window(self, citizen: Citizen, now: datetime) -> Window:
        if citizen.last_in_at is None:
            return Window.CLOSED
        age = now - citizen.last_in_at
        if age < self.free_window and citizen.used < self.free_messages:
            return Window.FREE
        return Window.PAID if age < self.paid_window else Window.CLOSED


class Windows(Protocol):
    """Who counts. Both take the user id that Zalo gives a citizen for this account."""

    async def citizen(self, user_id: str) -> Citizen: ...

    async def count(self, user_id: str) -> None:
        """One more message went out to this citizen."""
        ...
