"""Dates and hours as they are said to a citizen (docs: the voice of the product, rule 5).

Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

from datetime import date, time
from functools import lru_cache

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


@lru_cache(maxsize=1024)
def spell_date(day: date) -> str:
    """``thứ Tư 02/12/2026``."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def spell_time(at: time) -> str:
    """``7 giờ 30``; ``17 giờ`` on the hour."""
    return f"{at.hour} giờ {at.minute:02d}" if at.minute else f"{at.hour} giờ"
