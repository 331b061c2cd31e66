"""When nobody may be woken: 21:00 to 07:00 local, inside both the law's hours and Zalo's night ban."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Protocol

from core.calendar import LOCAL
from notifications.schemas import Purpose

# Somebody is waiting for it with the chat open.
EXEMPT = frozenset({Purpose.ONE_TIME_CODE})


class Quiet(Protocol):
    """Hours as they stand now, for those who live longer than a published decision."""

    def is_quiet(self, at: datetime) -> bool: ...

    def earliest(
        self, at: datetime, purpose: Purpose, *, key: str = "", any_hour: bool = False
    ) -> datetime: ...


@dataclass(frozen=True)
class QuietHours:
    """``starts`` in the evening, ``ends`` in the morning, local time. For pushed messages only.

    What was held is released over ``spread_minutes``, so that ten thousand messages do not leave at seven
    sharp. Each recipient has a fixed place in that time, so that one person's messages keep their order.
    """

    starts: time = time(21, 0)
    ends: time = time(7, 0)
    spread_minutes: int = 0

    def is_quiet(self, at: datetime) -> bool:
        local = at.astimezone(LOCAL).time()
        return local >= self.starts or local < self.ends

    def earliest(self, at: datetime, purpose: Purpose, *, key: str = "", any_hour: bool = False) -> datetime:
        """The first moment from ``at`` on when a message for this purpose may go out to ``key``."""
        if any_hour or purpose in EXEMPT or not self.is_quiet(at):
            return at
        local = at.astimezone(LOCAL)
        day = local.date() + timedelta(days=1) if local.time() >= self.starts else local.date()
        return datetime.combine(day, self.ends, LOCAL) + self._place(key)

    def _place(self, key: str) -> timedelta:
        if not self.spread_minutes or not key:
            return timedelta()
        drawn = int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")
        return timedelta(seconds=drawn % (self.spread_minutes * 60))


@dataclass(frozen=True)
class QuietAsPublished:
    """The hours that ``published`` gives at the moment of asking: a change holds without a restart."""

    published: Callable[[], QuietHours]

    def is_quiet(self, at: datetime) -> bool:
        return self.published().is_quiet(at)

    def earliest(self, at: datetime, purpose: Purpose, *, key: str = "", any_hour: bool = False) -> datetime:
        return self.published().earliest(at, purpose, key=key, any_hour=any_hour)
