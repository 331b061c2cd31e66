"""Which day a citizen means: "t3", "thứ 3 tuần sau", "mốt", "25 này", "25/11", "cuối tuần".

Read relative to a given today. When it is not clear that a day is meant ("3 ngày", "con thứ ba", "hẻm 25/11")
nothing is found: the caller asks rather than guesses. Days of the moon calendar ("mùng 5 tháng chạp") carry
their name, so that an answer can say both. Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Optional

from core.text.dated import DatedSentence, Reading
from core.text.marked import compose
from core.text.month_days import day_of_month, stroke_date
from core.text.moon_days import moon_day
from core.text.week_days import days_from_now, relative_day, week_edge, weekday

_READERS = (moon_day, stroke_date, relative_day, weekday, week_edge, day_of_month, days_from_now)
_PARTS = ("sáng", "trưa", "chiều", "tối")
_TWO_YEARS = 731


@dataclass(frozen=True)
class DateMention:
    """A day somebody named. ``until`` ends a span (a weekend); ``part`` is sáng, trưa, chiều or tối.

    ``moon``: how the moon calendar calls it, when it was named that way.
    """

    day: date
    text: str
    until: Optional[date] = None
    part: Optional[str] = None
    moon: Optional[str] = None


def when(text: str, today: date) -> Optional[date]:
    """The first day that ``text`` names, or nothing."""
    found = find_dates(text, today)
    return found[0].day if found else None


def find_dates(text: str, today: date) -> list[DateMention]:
    """Every day that ``text`` names, in order; days more than two years away (birthdays) are left out."""
    text = compose(text)
    sentence = DatedSentence(text, today)
    found: list[DateMention] = []
    index = 0
    while index < len(sentence.words):
        reading = _read(sentence, index)
        if reading is None:
            index += 1
            continue
        if abs((reading.day - today).days) <= _TWO_YEARS:
            shown = text[sentence.words[index].start : sentence.words[reading.after - 1].end]
            part = _part_of_day(sentence, index, reading.after)
            found.append(DateMention(reading.day, shown, reading.until, part, reading.moon))
        index = reading.after
    return found


def _read(sentence: DatedSentence, index: int) -> Optional[Reading]:
    for reader in _READERS:
        reading = reader(sentence, index)
        if reading is not None:
            return reading
    return None


def _part_of_day(sentence: DatedSentence, start: int, after: int) -> Optional[str]:
    places = [start, start - 1]
    if sentence.has(after, "buổi"):
        places.append(after + 1)
    elif start == 0 or not sentence.has_any(start - 1, _PARTS):
        places.append(after)
    for place in places:
        for part in _PARTS:
            if sentence.has(place, part):
                return part
    return None
