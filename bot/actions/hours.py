"""What the calendar adds to an answer: whether the counter is open on the day named, and the day due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from bot.actions.heard import Heard
from bot.actions.services import Services
from core.calendar import LOCAL, WorkingCalendar
from core.text.spell import spell_date
from core.text.when import find_dates
from knowledge.answer.figures import capital
from knowledge.schemas import DurationUnit, Facet, Procedure

_ABOUT_TIME = {Facet.DURATION, Facet.PLACE}


def remarks(services: Services, heard: Heard, facets: Sequence[Facet]) -> tuple[list[str], list[str]]:
    """Remarks to show, and the same texts as figures that the guard allows, for they are calculations."""
    if not _ABOUT_TIME & set(facets) and heard.intent not in ("due_date", "office_info"):
        return [], []
    now = services.clock().astimezone(LOCAL)
    said = [
        on_day(services.calendar(), mention.day, now, heard.topic.who)
        for mention in find_dates(heard.text, now.date())[:1]
        if mention.day >= now.date()
    ]
    return said, list(said)


def on_day(calendar: WorkingCalendar, day: date, now: datetime, who: str) -> str:
    """Whether the counter works on that day; when it does not, the working days beside it."""
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


def due(services: Services, heard: Heard, procedure: Procedure) -> list[str]:
    """When a result is due if the papers are handed in on the day named, or now; shown as a calculation."""
    calendar, now = services.calendar(), services.clock().astimezone(LOCAL)
    mentions = [m.day for m in find_dates(heard.text, now.date()) if m.day >= now.date()]
    handed_in: datetime | date = mentions[0] if mentions and mentions[0] != now.date() else now
    first_day = handed_in.date() if isinstance(handed_in, datetime) else handed_in
    for method in procedure.methods:
        for duration in method.durations:
            if duration.unit is DurationUnit.SAME_DAY:
                day = calendar.due_date(handed_in, 0, same_day=True)
                return [f"Nộp đủ giấy tờ {spell_date(first_day)} thì có {spell_date(day)}."]
            if duration.unit is DurationUnit.WORKING_DAY and duration.value is not None:
                day = calendar.due_date(handed_in, duration.value, same_day=procedure.same_day_after_15h)
                accepted = calendar.acceptance_day(handed_in, procedure.same_day_after_15h)
                return [
                    f"Nộp đủ giấy tờ {spell_date(first_day)} (tính là nhận {spell_date(accepted)}), cộng "
                    f"{duration.value} ngày làm việc thì hẹn trả {spell_date(day)}."
                ]
    return []
