"""Days of the moon calendar in a sentence: "mùng 5 tháng chạp", "rằm tháng 7", "28 tết", "10/3 âm lịch".

"Mùng 2 tháng 9" without "âm" stays a day of the sun calendar, as the national holiday is called; a month
named giêng or chạp, "rằm" and "tết" are always the moon's. Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, Optional

from core.text.dated import DatedSentence, Reading
from core.text.moon import MoonDate, last_of_year, moon_date, spell_moon, sun_date

_NAMED = {"giêng": 1, "chạp": 12}
# As for days of the sun calendar: one just past is more likely meant than the same day a year ahead.
_JUST_PAST = 60
_FULL_MOON = 15


class _Said(NamedTuple):
    """Day and month as they were said; ``month`` is none for "rằm" alone. ``after``: behind those words."""

    day: int
    month: Optional[int]
    after: int
    leap: bool = False
    certain: bool = False


def moon_day(sentence: DatedSentence, index: int) -> Optional[Reading]:
    start = index + 1 if sentence.has(index, "ngày", "hôm", "bữa") else index
    said = _full_moon(sentence, start) or _of_tet(sentence, start) or _numbered(sentence, start)
    if said is None:
        return None
    after = said.after
    year = None
    if sentence.has(after, "năm"):
        word = sentence.at(after + 1)
        if word is not None and word.plain.isdecimal() and len(word.plain) == 4:
            year, after = int(word.plain), after + 2
        elif shift := sentence.shift(after + 1):
            year, after = moon_date(sentence.today).year + shift[0], shift[1]
    called_moon = _called_moon(sentence, after)
    if not (said.certain or called_moon):
        return None
    after = called_moon or after
    found = _nearest(sentence, said, year)
    if found is None:
        return None
    day, moon = found
    return Reading(day, after, moon=spell_moon(moon))


def _full_moon(sentence: DatedSentence, index: int) -> Optional[_Said]:
    if not sentence.has(index, "rằm"):
        return None
    if sentence.has(index + 1, "tháng") and (month := _month(sentence, index + 2)):
        leap = sentence.has(index + 3, "nhuận")
        return _Said(_FULL_MOON, month, index + 3 + leap, leap, certain=True)
    marked = sentence.words[index].has_tones  # unmarked "ram" may be another word
    return _Said(_FULL_MOON, None, index + 1, certain=marked)


def _of_tet(sentence: DatedSentence, index: int) -> Optional[_Said]:
    """ "mùng 4 tết" is in the first month; "28 tết" without "mùng" is before it."""
    first = sentence.has(index, "mùng", "mồng")
    day = sentence.number(index + first, 30)
    if day is None or not sentence.has(index + first + 1, "tết", "tet"):
        return None
    if first:
        return _Said(day, 1, index + 3, certain=True) if day <= 10 else None
    return _Said(day, 12, index + 2, certain=True) if day >= 20 else None


def _numbered(sentence: DatedSentence, index: int) -> Optional[_Said]:
    word = sentence.at(index)
    if word is not None and word.plain.count("/") == 1:
        parts = word.plain.split("/")
        if all(part.isdecimal() for part in parts) and int(parts[0]) <= 30 and 1 <= int(parts[1]) <= 12:
            return _Said(int(parts[0]), int(parts[1]), index + 1)
        return None
    place = index + 1 if sentence.has(index, "mùng", "mồng") else index
    day = sentence.number(place, 30)
    if day is None or sentence.touches(place, "/:%"):
        return None
    if not sentence.has(place + 1, "tháng"):
        return _Said(day, None, place + 1)
    month = _month(sentence, place + 2)
    if month is None:
        return None
    leap = sentence.has(place + 3, "nhuận")
    named = sentence.has_any(place + 2, tuple(_NAMED))
    return _Said(day, month, place + 3 + leap, leap, certain=named or leap)


def _month(sentence: DatedSentence, index: int) -> Optional[int]:
    for name, number in _NAMED.items():
        if sentence.has(index, name):
            return number
    return sentence.number(index, 12)


def _called_moon(sentence: DatedSentence, index: int) -> Optional[int]:
    """The place behind "âm", "âm lịch" or "âl"; none when it is not said."""
    if sentence.has(index, "âl"):
        return index + 1
    if not sentence.has(index, "âm"):
        return None
    return index + 2 if sentence.has(index + 1, "lịch") else index + 1


def _nearest(sentence: DatedSentence, said: _Said, year: Optional[int]) -> Optional[tuple[date, MoonDate]]:
    today = sentence.today
    current = moon_date(today)
    years = [year] if year is not None else [current.year + n for n in range(-1, 9)]
    months = [said.month] if said.month is not None else list(range(1, 13))
    days: list[tuple[date, MoonDate]] = []
    for one in years:
        for month in months:
            moon = MoonDate(said.day, month, one, said.leap)
            day = sun_date(moon)
            if day is None and (said.day, month) == (30, 12):  # "30 tết" of a short month is its last day
                day = last_of_year(one)
                moon = moon_date(day) if day else moon
            if day is not None:
                days.append((day, moon))
    past = [one for one in days if one[0] < today]
    coming = [one for one in days if one[0] >= today]
    if past and (sentence.looks_back or not coming):
        return past[-1]
    if past and said.month is not None and year is None:
        behind, ahead = (today - past[-1][0]).days, (coming[0][0] - today).days
        if behind <= _JUST_PAST and behind < ahead:
            return past[-1]
    return coming[0] if coming else None
