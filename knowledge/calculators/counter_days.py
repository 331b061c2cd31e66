"""Whether the counter works on a day that somebody named, and which days beside it it does."""

from __future__ import annotations

from datetime import date, datetime

from core.calendar import WorkingCalendar
from core.text.spell import spell_date
from core.text.when import DateMention
from knowledge.answer.figures import capital


def moon_said(mention: DateMention) -> str | None:
    """``Mùng 5 tháng Chạp âm lịch là thứ Ba 12/01/2027.``: a day of the moon calendar said back."""
    return f"{capital(mention.moon)} là {spell_date(mention.day)}." if mention.moon else None


def on_day(calendar: WorkingCalendar, day: date, now: datetime, who: str) -> str:
    """Whether the counter works on that day; when it does not, the working days beside it. ``now``: local."""
    hours = calendar.spell_office_hours(day)
    if calendar.is_working_day(day):
        return f"{capital(spell_date(day))} quầy làm việc, {hours}."
    why = calendar.why_closed(day)
    choices = [spell_date(calendar.next_working_day(day))]
    before = _working_day_before(calendar, day, now)
    if before is not None:
        choices.insert(0, spell_date(before))
    return (
        f"{capital(spell_date(day))} nghỉ ({why}), quầy không làm việc. "
        f"{capital(who)} ra {' hoặc '.join(choices)}, {hours}."
    )


def _working_day_before(calendar: WorkingCalendar, day: date, now: datetime) -> date | None:
    for ahead in range((day - now.date()).days - 1, -1, -1):
        candidate = date.fromordinal(now.date().toordinal() + ahead)
        if not calendar.is_working_day(candidate):
            continue
        still_open = candidate > now.date() or now.time() < calendar.office_hours(candidate)[-1].closes
        return candidate if still_open else None
    return None
