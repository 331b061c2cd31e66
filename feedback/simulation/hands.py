"""What the stories of made-up answers share: filling one in, taking a pile at a time, waiting for an hour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from core.calendar import LOCAL
from feedback.simulation.people import NOT_ASKED, Ask

NOTHING_MORE = NOT_ASKED * 5
_SATURDAY = 5


def fill(ask: Ask, at: datetime, device: str, pattern: str, seconds: float | None) -> None:
    ask.answered_at, ask.device, ask.pattern, ask.seconds = at, device, pattern, seconds


def batches(asks: Sequence[Ask], size: int) -> Iterator[Sequence[Ask]]:
    for start in range(0, len(asks), size):
        yield asks[start : start + size]


def all_sent(asks: Sequence[Ask]) -> datetime:
    return max(ask.sent_at for ask in asks)


def at_hour(moment: datetime, hour: int, minute: int) -> datetime:
    """That time of day, on the day of the moment or the day after if it is past."""
    local = moment.astimezone(LOCAL)
    wanted = datetime.combine(local.date(), time(hour, minute), LOCAL)
    return wanted if wanted > local else wanted + timedelta(days=1)


def in_office(moment: datetime, hour: int, minute: int) -> datetime:
    """The same, on a day on which the office works."""
    wanted = at_hour(moment, hour, minute)
    while wanted.weekday() >= _SATURDAY:
        wanted += timedelta(days=1)
    return wanted


def next_saturday(moment: datetime, hour: int, minute: int) -> datetime:
    wanted = at_hour(moment, hour, minute)
    return wanted + timedelta(days=(_SATURDAY - wanted.weekday()) % 7)
