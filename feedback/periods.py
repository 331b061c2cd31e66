"""Reporting periods by name: a month, a quarter, six or nine months, a year; by the calendar or as filed.

Administrative periods close on the cut-off day (the 14th unless a deployment says otherwise) and begin the
day after it, so that the year runs from 15 December to 14 December.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date

from feedback.span import CUT_DAY, Span

_NAME = re.compile(r"^(\d{4})(?:-(?:(Q[1-4])|(6T|9T)|(\d{2})))?$")


class PeriodError(ValueError):
    """A period nobody knows; the message says how one is written."""


@dataclass(frozen=True)
class Period:
    """``name`` as it is written, ``title`` as it is read."""

    name: str
    title: str
    span: Span

    @property
    def days(self) -> str:
        return f"từ {self.span.first_day:%d/%m/%Y} đến {self.span.last_day:%d/%m/%Y}"


def period(name: str, *, administrative: bool = False, cut_day: int = CUT_DAY) -> Period:
    """``2026``, ``2026-Q3``, ``2026-6T``, ``2026-9T`` or ``2026-11``; ``PeriodError`` for anything else."""
    match = _NAME.match(name.strip())
    if match is None:
        raise PeriodError(f"kỳ '{name}' không đọc được: viết 2026, 2026-Q3, 2026-6T, 2026-9T hoặc 2026-11")
    year, quarter, months, month = int(match[1]), match[2], match[3], match[4]
    if month and not 1 <= int(month) <= 12:
        raise PeriodError(f"không có tháng {month}: viết từ 01 đến 12, ví dụ {year}-11")
    if not 2000 <= year <= 2100:
        raise PeriodError(f"năm {year} ngoài khoảng 2000 đến 2100")
    first, last, title = 1, 12, f"Năm {year}"
    if quarter:
        number = int(quarter[1])
        first, last, title = 3 * number - 2, 3 * number, f"Quý {'I II III IV'.split()[number - 1]} năm {year}"
    elif months:
        last, title = int(months[0]), f"{months[0]} tháng đầu năm {year}"
    elif month:
        first = last = int(month)
        title = f"Tháng {int(month)} năm {year}"
    return Period(name.strip(), title, _span(year, first, last, administrative, cut_day))


def current(today: date) -> str:
    """The year that runs: what a page shows when nobody asked for a period."""
    return f"{today.year}"


def offered(today: date, *, administrative: bool = False, cut_day: int = CUT_DAY) -> list[Period]:
    """Periods worth a link: this year, the parts of it that hold a half month by now, and the year before.

    A part that still runs says so; one of which nothing is over yet has nothing to show.
    """
    year = today.year
    parts = [f"{year}-Q{number}" for number in range(1, 5)]
    parts += [f"{year}-6T", f"{year}-9T", f"{year}-{today.month:02d}"]
    found = [
        period(name, administrative=administrative, cut_day=cut_day)
        for name in (f"{year}", *parts, f"{year - 1}")
    ]
    shown = [one for one in found if one.span.first_end < today]
    # The first months of a year are told by its quarters until more of it is over than they say.
    shown = [one for one in shown if one.name[-1] != "T" or one.span.last_day < today]
    return [one if one.span.last_day < today else _running(one) for one in shown] or [found[-1]]


def _running(one: Period) -> Period:
    return replace(one, title=f"{one.title} (đến nay)")


def _span(year: int, first: int, last: int, administrative: bool, cut_day: int) -> Span:
    if not administrative:
        return Span(date(year, first, 1), date(year, last, monthrange(year, last)[1]), cut_day)
    start = date(year - 1, 12, cut_day + 1) if first == 1 else date(year, first - 1, cut_day + 1)
    return Span(start, date(year, last, cut_day), cut_day)
