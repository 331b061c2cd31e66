"""When nobody may be woken: 21:00 to 07:00 local, inside both the law's hours and Zalo's night ban."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.calendar import LOCAL
from notifications.schemas import Purpose

# Somebody is waiting for it with the chat open.
EXEMPT = frozenset({Purpose.ONE_TIME_CODE})


@dataclass(frozen=True)
class QuietHours:
    """``starts`` in the evening, ``ends`` in the morning, local time. For pushed messages only."""

    starts: time = time(21, 0)
    ends: time = time(7, 0)

    def is_quiet(self, at: datetime) -> bool:
        local = at.astimezone(LOCAL).time()
        return local >= self.starts or local < self.ends

    def earliest(self, at: datetime, purpose: Purpose) -> datetime:
        """The first moment from ``at`` on when a message for this purpose may go out."""
        if purpose in EXEMPT or not self.is_quiet(at):
            return at
        local = at.astimezone(LOCAL)
        day = local.date() + timedelta(days=1) if local.time() >= self.starts else local.date()
        return datetime.combine(day, self.ends, LOCAL)
