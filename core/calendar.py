"""Vietnamese working days and office hours.

Seeded from the ``holidays`` package, overridden by the decision kept in ``content/calendar/<year>.yaml``:
the package lacks swaps that are announced late (2 January 2026 for Saturday 10 January). Dates are local to
Vietnam; a day counts from midnight to midnight in Asia/Ho_Chi_Minh.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from core.calendar_year import USUAL_HOURS, CalendarDay, CalendarYear, OfficePeriod, spell_hours
from core.text.spell import WEEKDAYS

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
# ND 118/2025 Art. 18.2: what reaches the counter after 15:00 moves at the start of the next working day.
SAME_DAY_LIMIT = time(15, 0)
# No procedure runs longer; a larger number is a typing error and would walk the calendar for centuries.
MOST_DAYS = 2000


def local_day(moment: datetime) -> date:
    """The day on the wall calendar. Moments are kept in UTC, where a day begins at seven in the morning."""
    return moment.astimezone(LOCAL).date()


@cache
def _package() -> holidays.HolidayBase:
    return holidays.country_holidays("VN")


class WorkingCalendar:
    """Working days of Vietnam, with the decisions of the years that were handed in."""

    def __init__(
        self, years: Iterable[CalendarYear] = (), hours: Mapping[str, tuple[OfficePeriod, ...]] | None = None
    ) -> None:
        """``hours``: of the units that keep their own, by whatever rows call such a unit."""
        self._years = {year.year: year for year in years}
        self._hours_of = dict(hours or {})
        self._own_hours: tuple[OfficePeriod, ...] = ()
        self._off = {day.date: day.why for year in self._years.values() for day in year.off}
        self._on = {day.date: day.why for year in self._years.values() for day in year.on}

    @property
    def units_with_own_hours(self) -> Sequence[str]:
        return list(self._hours_of)

    def for_unit(self, unit: str | None) -> WorkingCalendar:
        """The same days with the hours of this unit, where it keeps its own."""
        own = self._hours_of.get(unit or "", ())
        if own == self._own_hours:
            return self
        found = copy(self)
        found._own_hours = own
        return found

    def is_confirmed(self, day: date) -> bool:
        """Whether the official plan of that day's year has been entered."""
        year = self._years.get(day.year)
        return year is not None and year.confirmed

    def is_working_day(self, day: date) -> bool:
        if day in self._on:
            return True
        return day not in self._off and bool(_package().is_working_day(day))

    def why_closed(self, day: date) -> str | None:
        """Why nobody works on that day, to follow "nghỉ": a feast, a swap or the weekday. None if they do."""
        if self.is_working_day(day):
            return None
        return self._off.get(day) or _package().get(day) or WEEKDAYS[day.weekday()]

    def next_working_day(self, day: date) -> date:
        """The first working day after ``day``."""
        day += timedelta(days=1)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, ``day`` itself for 0; ValueError out of range."""
        if not 0 <= count <= MOST_DAYS:
            raise ValueError(f"số ngày làm việc phải từ 0 đến {MOST_DAYS}, không phải {count}")
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def acceptance_day(self, received: datetime | date, same_day: bool = False) -> date:
        """The working day on which something counts as received.

        After the last hour of the day, or on a day off, it is the next working day; before the first hour and
        over lunch it is the same day, because the office opens again on it. ``same_day`` adds the 15:00 rule.
        A bare date stands for a time within office hours.
        """
        if not isinstance(received, datetime):
            return received if self.is_working_day(received) else self.next_working_day(received)
        at = _local(received)
        late = at.time() >= self.office_hours(at.date())[-1].closes
        late = late or (same_day and at.time() > SAME_DAY_LIMIT)
        if late or not self.is_working_day(at.date()):
            return self.next_working_day(at.date())
        return at.date()

    def due_date(self, received: datetime | date, days: int, same_day: bool = False) -> date:
        """The day a result is due ``days`` working days after acceptance; day 1 is the day after it.

        For a procedure settled within the day: 0 days and ``same_day``.
        """
        return self.add_working_days(self.acceptance_day(received, same_day), days)

    def previous_working_day(self, day: date) -> date:
        """The last working day before ``day``."""
        day -= timedelta(days=1)
        while not self.is_working_day(day):
            day -= timedelta(days=1)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to ``end``; negative when ``end`` lies before ``start``."""
        if end < start:
            return -self.working_days_between(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def feasts_between(self, start: date, end: date) -> list[CalendarDay]:
        """Feasts after ``start`` up to ``end``, not mere weekends: what stretches a deadline."""
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return [
            CalendarDay(date=day, why=self.why_closed(day) or "")
            for day in days
            if not self.is_working_day(day) and (day.weekday() < 5 or day in _package())
        ]

    def office_hours(self, day: date) -> tuple[OfficePeriod, ...]:
        """The hours of that year, or of the unit, whether or not the day is worked."""
        if self._own_hours:
            return self._own_hours
        year = self._years.get(day.year)
        return year.office_hours if year else USUAL_HOURS

    def spell_office_hours(self, day: date) -> str:
        """``7 giờ 30 đến 11 giờ 30 và 13 giờ 30 đến 17 giờ``."""
        return spell_hours(self.office_hours(day))

    def is_open(self, at: datetime) -> bool:
        at = _local(at)
        return self.is_working_day(at.date()) and any(
            period.opens <= at.time() < period.closes for period in self.office_hours(at.date())
        )

    def opening(self, day: date) -> datetime:
        """When the office opens on that day, whether or not it is worked."""
        return datetime.combine(day, self.office_hours(day)[0].opens, LOCAL)

    def closing(self, day: date) -> datetime:
        """When the office closes on that day, whether or not it is worked."""
        return datetime.combine(day, self.office_hours(day)[-1].closes, LOCAL)

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """Office hours between two moments; nothing when ``end`` is not after ``start``."""
        start, end = _local(start), _local(end)
        total, day = timedelta(), start.date()
        while day <= end.date():
            for opens, closes in self._periods(day):
                total += max(min(closes, end) - max(opens, start), timedelta())
            day += timedelta(days=1)
        return total

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The moment when ``amount`` of office hours have passed after ``start``; ``start`` itself for none.

        What ends with the day ends at its closing, not at the next opening.
        """
        at = _local(start)
        day = at.date()
        while amount > timedelta():
            for opens, closes in self._periods(day):
                begin = max(opens, at)
                if begin >= closes:
                    continue
                if amount <= closes - begin:
                    return begin + amount
                amount -= closes - begin
            day += timedelta(days=1)
        return at

    def subtract_working_time(self, end: datetime, amount: timedelta) -> datetime:
        """The latest moment from which on ``amount`` of office hours have passed by ``end``."""
        at = _local(end)
        day = at.date()
        while amount > timedelta():
            for opens, closes in reversed(self._periods(day)):
                stop = min(closes, at)
                if stop <= opens:
                    continue
                if amount <= stop - opens:
                    return stop - amount
                amount -= stop - opens
            day -= timedelta(days=1)
        return at

    def _periods(self, day: date) -> list[tuple[datetime, datetime]]:
        """The hours of a day as moments; none on a day off."""
        if not self.is_working_day(day):
            return []
        return [
            (datetime.combine(day, period.opens, LOCAL), datetime.combine(day, period.closes, LOCAL))
            for period in self.office_hours(day)
        ]

    def next_opening(self, at: datetime) -> datetime:
        """The first moment from ``at`` on when the office is open (``at`` itself if it is), local time."""
        at = _local(at)
        if self.is_open(at):
            return at
        if self.is_working_day(at.date()):
            for period in self.office_hours(at.date()):
                if period.opens > at.time():
                    return datetime.combine(at.date(), period.opens, LOCAL)
        day = self.next_working_day(at.date())
        return datetime.combine(day, self.office_hours(day)[0].opens, LOCAL)


def _local(at: datetime) -> datetime:
    """In Vietnamese time; a naive time is taken as Vietnamese."""
    return at.replace(tzinfo=LOCAL) if at.tzinfo is None else at.astimezone(LOCAL)
