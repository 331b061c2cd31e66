"""What a month has taken is told at once, however much it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.calendar import local_day
from notifications import trail_repository
from notifications.spending import TakenBefore

_NOON = datetime(2026, 9, 20, 5, tzinfo=UTC)


class Counting:
    """Stands where attempts are counted: one message a provider for each whole day of the span."""

    def __init__(self) -> None:
        self.spans: list[tuple[datetime, datetime | None]] = []

    async def __call__(
        self, _session: Any, *, since: datetime, until: datetime | None = None
    ) -> dict[str, tuple[int, int]]:
        self.spans.append((since, until))
        days = ((until or _NOON) - since).days
        return {"esms": (days, 2 * days)}


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Counting:
    made = Counting()
    monkeypatch.setattr(trail_repository, "accepted_by_provider", made)
    return made


async def test_days_long_past_are_counted_once_a_day_and_the_last_ones_at_every_look(
    counting: Counting,
) -> None:
    kept = TakenBefore()
    session: Any = None
    assert await kept.accepted(session, _NOON) == {"esms": (19, 38)}
    assert await kept.accepted(session, _NOON + timedelta(hours=2)) == {"esms": (19, 38)}
    earlier = [until for _, until in counting.spans if until is not None]
    assert [local_day(one).day for one in earlier] == [16]
    assert sum(until is None for _, until in counting.spans) == 2
    await kept.accepted(session, _NOON + timedelta(days=1))
    assert [local_day(until).day for _, until in counting.spans if until is not None] == [16, 17]


async def test_the_first_days_of_a_month_have_nothing_long_past(counting: Counting) -> None:
    kept = TakenBefore()
    session: Any = None
    await kept.accepted(session, datetime(2026, 9, 3, 5, tzinfo=UTC))
    assert [until for _, until in counting.spans] == [None]
