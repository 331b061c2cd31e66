"""The Vietnamese moon calendar: "mùng 5 tháng Chạp" as a day of the sun calendar.

A month begins on the day of the new moon, reckoned in Vietnam's time (UTC+7); the eleventh month holds the
winter solstice; of thirteen months between two solstices the first without a principal term is the leap one.
This differs from the Chinese calendar (UTC+8) in some years: Tết 2007 and 2030 fall a day earlier. New moon
and solar longitude after J. Meeus, Astronomical Algorithms (1998), chapters 49 and 25, by the short series.

Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

import math
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, Optional

# Julian day number of date.fromordinal(0).
_ORDINAL_ZERO = 1721425
_FIRST_MOON = 2415021.076998695  # new moon of January 1900, and the mean length of a month in days
_MONTH = 29.530588853
_HOURS = 7.0


class MoonDate(NamedTuple):
    """A day of the moon calendar; ``leap`` for the second of two months with one number."""

    day: int
    month: int
    year: int
    leap: bool = False


def sun_date(moon: MoonDate) -> Optional[date]:
    """The day of the sun calendar; none where there is no such day (the 30th of a short month)."""
    months = _months_of(moon.year)
    for number, leap, first, after in months:
        if number == moon.month and leap == moon.leap:
            return date.fromordinal(first + moon.day - 1) if 1 <= moon.day <= after - first else None
    return None


def moon_date(day: date) -> MoonDate:
    """What a calendar on the wall says beside that day."""
    for year in (day.year, day.year - 1):
        for number, leap, first, after in _months_of(year):
            if first <= day.toordinal() < after:
                return MoonDate(day.toordinal() - first + 1, number, year, leap)
    raise ValueError(f"{day} lies in no month of the moon")  # the months of two years cover every day


def last_of_year(year: int) -> Optional[date]:
    """The day before Tết of ``year + 1``, which people call "30 tết" even where the month has 29 days."""
    months = _months_of(year)
    return date.fromordinal(months[-1][3] - 1)


def spell_moon(moon: MoonDate) -> str:
    """``mùng 5 tháng Chạp âm lịch``, ``rằm tháng 7 âm lịch``, ``ngày 23 tháng 6 nhuận âm lịch``."""
    day = "rằm" if moon.day == 15 else f"mùng {moon.day}" if moon.day <= 10 else f"ngày {moon.day}"
    month = {1: "Giêng", 12: "Chạp"}.get(moon.month, str(moon.month))
    return f"{day} tháng {month}{' nhuận' if moon.leap else ''} âm lịch"


@lru_cache(maxsize=32)
def _months_of(year: int) -> tuple[tuple[int, bool, int, int], ...]:
    """Months of a moon year as (number, leap, first day, day after), days as proleptic ordinals."""
    before, this, next_ = _eleventh(year - 1), _eleventh(year), _eleventh(year + 1)
    tail = [one for one in _between(before, this) if one[0] not in (11, 12)]
    head = [one for one in _between(this, next_) if one[0] in (11, 12)]
    return (*tail, *head)


def _between(start: int, end: int) -> list[tuple[int, bool, int, int]]:
    """The months from one eleventh month up to the next, numbered 11, 12, 1 … 10 with the leap one."""
    firsts = [_ordinal(start + n) for n in range(end - start + 1)]
    leap_at = None
    if end - start == 13:
        leap_at = next(
            n
            for n in range(1, 13)
            if _term(firsts[n]) == _term(firsts[n + 1])  # no principal term inside: the sun stays in its sign
        )
    found, number = [], 10
    for n, (first, after) in enumerate(pairwise(firsts)):
        leap = n == leap_at
        number = number if leap else number % 12 + 1
        found.append((number, leap, first, after))
    return found


@lru_cache(maxsize=32)
def _eleventh(year: int) -> int:
    """Count of the new moon that begins the eleventh month, which holds the solstice of December."""
    last_day = date(year, 12, 31).toordinal()
    moon = math.floor((last_day + _ORDINAL_ZERO - _FIRST_MOON) / _MONTH) + 1
    while _ordinal(moon) > last_day:
        moon -= 1
    # Longitude 270° begins the ninth of twelve signs; from there on the solstice is already past.
    return moon - 1 if _term(_ordinal(moon)) >= 9 else moon


@lru_cache(maxsize=512)
def _ordinal(moon: int) -> int:
    """The Vietnamese day of the ``moon``-th new moon since 1900."""
    return math.floor(_new_moon(moon) + 0.5 + _HOURS / 24) - _ORDINAL_ZERO


def _new_moon(k: int) -> float:
    """Julian day, universal time."""
    t = k / 1236.85
    rad = math.radians
    mean = 2415020.75933 + 29.53058868 * k + 0.0001178 * t * t - 0.000000155 * t**3
    mean += 0.00033 * math.sin(rad(166.56 + 132.87 * t - 0.009173 * t * t))
    sun = rad(359.2242 + 29.10535608 * k - 0.0000333 * t * t - 0.00000347 * t**3)
    moon = rad(306.0253 + 385.81691806 * k + 0.0107306 * t * t + 0.00001236 * t**3)
    node = rad(21.2964 + 390.67050646 * k - 0.0016528 * t * t - 0.00000239 * t**3)
    shift = (0.1734 - 0.000393 * t) * math.sin(sun) + 0.0021 * math.sin(2 * sun)
    shift += -0.4068 * math.sin(moon) + 0.0161 * math.sin(2 * moon) - 0.0004 * math.sin(3 * moon)
    shift += 0.0104 * math.sin(2 * node) - 0.0051 * math.sin(sun + moon) - 0.0074 * math.sin(sun - moon)
    shift += 0.0004 * math.sin(2 * node + sun) - 0.0004 * math.sin(2 * node - sun)
    shift += -0.0006 * math.sin(2 * node + moon) + 0.0010 * math.sin(2 * node - moon)
    shift += 0.0005 * math.sin(sun + 2 * moon)
    return mean + shift - (-0.000278 + 0.000265 * t + 0.000262 * t * t)  # ΔT of this century


def _term(ordinal: int) -> int:
    """The twelfth of the sun's path (0 to 11) in which it stands when that day begins in Vietnam."""
    t = (ordinal + _ORDINAL_ZERO - 0.5 - _HOURS / 24 - 2451545.0) / 36525
    rad = math.radians
    anomaly = rad(357.52910 + 35999.05030 * t - 0.0001559 * t * t - 0.00000048 * t**3)
    length = 280.46645 + 36000.76983 * t + 0.0003032 * t * t
    length += (1.914600 - 0.004817 * t - 0.000014 * t * t) * math.sin(anomaly)
    length += (0.019993 - 0.000101 * t) * math.sin(2 * anomaly) + 0.000290 * math.sin(3 * anomaly)
    # The sun is seen where it was when its light left: aberration and nutation.
    length -= 0.00569 + 0.00478 * math.sin(rad(125.04 - 1934.136 * t))
    return math.floor(length % 360 / 30)
