"""Time as the index counts it: half months, cut after the day on which administrative periods close.

Answers keep the half month in which their dossier closed and nothing finer. Reports of offices close on the
14th of a month (Circular 01/2020/TT-VPCP), everyone else thinks in months; both are sums of halves.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

CUT_DAY = 14
"""The last day of the first half of a month."""


class Slice(NamedTuple):
    """Half a month. ``month`` is YYYY-MM; ``half`` 1 up to the cut-off day, 2 after it.

    A tuple, because a page looks tens of thousands of them up.
    """

    month: str
    half: int


def half_of(day: date, cut_day: int = CUT_DAY) -> int:
    return 1 if day.day <= cut_day else 2


@dataclass(frozen=True)
class Span:
    """The half months that a period touches. ``ValueError`` when it ends before it starts."""

    start: date
    end: date
    cut_day: int = CUT_DAY

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"the period ends ({self.end}) before it starts ({self.start})")

    @cached_property
    def slices(self) -> tuple[Slice, ...]:
        first = _place(self.start, self.cut_day)
        return tuple(_slice(place) for place in range(first, _place(self.end, self.cut_day) + 1))

    @property
    def months(self) -> list[str]:
        """Every month that has a day of the period."""
        return list(dict.fromkeys(one.month for one in self.slices))

    @property
    def first_day(self) -> date:
        """The first day that is counted: the period is widened to whole halves."""
        return self.start.replace(day=1 if half_of(self.start, self.cut_day) == 1 else self.cut_day + 1)

    @property
    def last_day(self) -> date:
        if half_of(self.end, self.cut_day) == 1:
            return self.end.replace(day=self.cut_day)
        return self.end.replace(day=monthrange(self.end.year, self.end.month)[1])

    @property
    def first_end(self) -> date:
        """The last day of its first half month: until it is over there is nothing to show."""
        first = self.first_day
        return Span(first, first, self.cut_day).last_day

    def before(self) -> Span:
        """As many halves, right before this one."""
        first = _place(self.start, self.cut_day)
        return self._of(first - len(self.slices), first - 1)

    def last_twelve_months(self) -> Span:
        """The twenty-four halves that end with this period."""
        last = _place(self.end, self.cut_day)
        return self._of(last - 23, last)

    def since_new_year(self) -> Span:
        """From the January of the first year, because what may be shown is settled a year at a time."""
        return Span(self.first_day.replace(month=1, day=1), self.last_day, self.cut_day)

    def _of(self, first: int, last: int) -> Span:
        start, end = _slice(first), _slice(last)
        return Span(_first_day(start, self.cut_day), _first_day(end, self.cut_day), self.cut_day)


def _first_day(one: Slice, cut_day: int) -> date:
    return date.fromisoformat(f"{one.month}-01") + timedelta(days=cut_day if one.half == 2 else 0)


def _place(day: date, cut_day: int) -> int:
    return (day.year * 12 + day.month - 1) * 2 + half_of(day, cut_day) - 1


def _slice(place: int) -> Slice:
    month, half = divmod(place, 2)
    return Slice(f"{month // 12:04d}-{month % 12 + 1:02d}", half + 1)
