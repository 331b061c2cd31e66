"""Days named by their number: "25/11", "ngày 25", "25 này", "ngày 5 tháng 12".

Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

import calendar
from datetime import date
from typing import Optional

from core.text.dated import DatedSentence, Reading

# "hẻm 25/11", "thửa 12/5", "nghị định 12/6": numbers with a stroke that are not dates.
_NUMBERED = frozenset(
    "số nhà hẻm kiệt ngõ ngách đường thửa tờ lô định qđ nđ tt luật mẫu điều khoản tổ khu căn phòng k cái câu"
    " bước hợp loại mức tuổi năm tháng người con bản".split()
)
_BEFORE_DATES = frozenset("ngày hôm bữa sáng trưa chiều tối hẹn đến tới từ lễ mùng mồng".split())
# "24/7" is round the clock, "1/2" is a half: dates only behind a word such as "ngày".
_FRACTIONS = frozenset({"1/2", "1/3", "2/3", "1/4", "3/4", "24/7"})
_UNITS = frozenset(
    "ngàn nghìn trăm chục triệu tỷ tỉ đồng lần loại khoản tháng ngày người k cái bản buổi bữa tiếng giờ"
    " h".split()
)
# A date just past is more likely meant than the same date a year ahead.
_JUST_PAST = 60


def stroke_date(sentence: DatedSentence, index: int) -> Optional[Reading]:
    """ "25/11", "25/11/2026", "ngày 25-11"."""
    word = sentence.words[index]
    mark = "/" if "/" in word.plain else "-"
    parts = word.plain.split(mark)
    if not 2 <= len(parts) <= 3 or not all(part.isdecimal() for part in parts):
        return None
    behind = sentence.text[word.end : word.end + 1]
    if sentence.touches(index, "/:") or behind.isalnum() or behind == "-":
        return None  # "25/2026/NĐ-CP", "8-11h", "07:30-11:30"
    if not sentence.has_any(index - 1, _BEFORE_DATES):
        if word.plain in _FRACTIONS or sentence.has_any(index - 1, _NUMBERED):
            return None
        if mark == "-" and len(parts) == 2:
            return None
    year = int(parts[2]) if len(parts) == 3 else None
    return _dated(sentence, int(parts[0]), int(parts[1]), year, index + 1)


def day_of_month(sentence: DatedSentence, index: int) -> Optional[Reading]:
    """ "ngày 25", "hôm 25", "25 này", "25 tháng 12", "ngày 5 tháng sau"."""
    named = sentence.has(index, "ngày", "hôm", "bữa")
    place = index + 1 if named or sentence.has(index, "mùng", "mồng") else index
    day = sentence.number(place, 31)
    if day is None or sentence.touches(place, "/:%"):
        return None
    after = place + 1
    if sentence.has(after, "tháng"):
        return _with_month(sentence, day, after + 1, named)
    if sentence.has(after, "này", "nay") and (named or not sentence.has_any(place - 1, _NUMBERED)):
        return Reading(_nearest(day, sentence.today), after + 1)
    # "mùng 5" alone is most often a day of the moon calendar.
    if not named or sentence.has_any(after, _UNITS):
        return None
    if sentence.has(after, "tới"):
        return Reading(_next(day, sentence.today), after + 1)
    if sentence.has(after, "vừa") and sentence.has(after + 1, "rồi", "qua"):
        return Reading(_last(day, sentence.today), after + 2)
    pick = _last if sentence.looks_back else _next
    return Reading(pick(day, sentence.today), after)


def _with_month(sentence: DatedSentence, day: int, index: int, named: bool) -> Optional[Reading]:
    month = sentence.number(index, 12)
    if month is None:
        shift = sentence.shift(index) if named else None
        found = _in_month(day, sentence.today, shift[0]) if shift else None
        return Reading(found, shift[1]) if shift and found else None
    if sentence.has(index + 1, "ngày"):  # "6 tháng 10 ngày" is a length of time
        return None
    year = sentence.at(index + 2) if sentence.has(index + 1, "năm") else None
    if year is not None and year.plain.isdecimal() and len(year.plain) == 4:
        return _dated(sentence, day, month, int(year.plain), index + 3)
    return _dated(sentence, day, month, None, index + 1)


def _dated(
    sentence: DatedSentence, day: int, month: int, year: Optional[int], after: int
) -> Optional[Reading]:
    if year is not None:
        found = _date(year + 2000 if year < 100 else year, month, day)
        return Reading(found, after) if found else None
    today = sentence.today
    near = [each for shift in range(-4, 9) if (each := _date(today.year + shift, month, day))]
    past = [each for each in near if each < today]
    coming = [each for each in near if each >= today]
    if not past or not coming:
        return None
    behind, ahead = (today - past[-1]).days, (coming[0] - today).days
    if sentence.looks_back or (behind <= _JUST_PAST and behind < ahead):
        return Reading(past[-1], after)
    return Reading(coming[0], after)


def _date(year: int, month: int, day: int) -> Optional[date]:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_month(day: int, today: date, shift: int) -> Optional[date]:
    months = today.year * 12 + today.month - 1 + shift
    year, month = months // 12, months % 12 + 1
    return date(year, month, day) if day <= calendar.monthrange(year, month)[1] else None


def _months(day: int, today: date) -> list[date]:
    return [found for shift in range(-2, 4) if (found := _in_month(day, today, shift))]


def _nearest(day: int, today: date) -> date:
    return min(_months(day, today), key=lambda each: (abs((each - today).days), each < today))


def _next(day: int, today: date) -> date:
    return next(each for each in _months(day, today) if each >= today)


def _last(day: int, today: date) -> date:
    return next(each for each in reversed(_months(day, today)) if each <= today)
