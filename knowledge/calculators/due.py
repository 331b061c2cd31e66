"""When a result is due: the record's length of time, counted on the calendar and shown step by step."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.calendar import WorkingCalendar
from core.calendar_year import CalendarDay
from core.text.spell import spell_date
from knowledge.answer.figures import lower_first, shorten
from knowledge.schemas import Duration, DurationUnit, Procedure, SubmissionChannel

_MOST = 3
_COUNTED = {
    DurationUnit.WORKING_DAY: "ngày làm việc",
    DurationUnit.DAY: "ngày",
    DurationUnit.MONTH: "tháng",
}


@dataclass(frozen=True)
class DueDay:
    """``accepted``: the working day that counts as received. ``said``: the calculation in one sentence."""

    duration: Duration
    accepted: date
    day: date
    said: str


def due_days(
    procedure: Procedure,
    calendar: WorkingCalendar,
    handed_in: datetime | date,
    way: SubmissionChannel | None = None,
) -> list[DueDay]:
    """One for each length of time of the record (at most three), if papers are complete on ``handed_in``.

    The 15:00 rule moves the day only where the record says so (``same_day_after_15h``). Lengths in hours and
    without a figure give no day.
    """
    found: dict[tuple[Duration, date], DueDay] = {}
    for method in procedure.methods:
        if way is not None and method.channel is not way:
            continue
        for duration in method.durations:
            due = _due(procedure, calendar, handed_in, duration)
            if due is not None:
                found.setdefault((duration, due.day), due)
    return list(found.values())[:_MOST]


def _due(
    procedure: Procedure, calendar: WorkingCalendar, handed_in: datetime | date, duration: Duration
) -> DueDay | None:
    late_rule = procedure.same_day_after_15h
    first = handed_in.date() if isinstance(handed_in, datetime) else handed_in
    accepted = calendar.acceptance_day(handed_in, late_rule)
    case = f" ({lower_first(shorten(duration.when, 80))})" if duration.when else ""
    if duration.unit is DurationUnit.SAME_DAY:
        said = f"Nộp đủ giấy tờ {spell_date(first)} thì có {spell_date(accepted)}{case}."
        return DueDay(duration, accepted, accepted, said)
    if duration.unit not in _COUNTED or duration.value is None:
        return None
    if duration.unit is DurationUnit.WORKING_DAY:
        day = calendar.due_date(handed_in, duration.value, same_day=late_rule)
        over = _feasts(calendar.feasts_between(accepted, day))
        rest = f", không tính {over}" if over else ""
    else:
        plain = _later(accepted, duration.unit, duration.value)
        day = plain if calendar.is_working_day(plain) else calendar.next_working_day(plain)
        rest = "" if day == plain else f"; {spell_date(plain)} là ngày nghỉ nên lùi tới ngày làm việc kế tiếp"
    said = (
        f"Nộp đủ giấy tờ {spell_date(first)} (tính là nhận {spell_date(accepted)}), cộng "
        f"{duration.value} {_COUNTED[duration.unit]}{case}{rest} thì hẹn trả {spell_date(day)}."
    )
    return DueDay(duration, accepted, day, said)


def _later(day: date, unit: DurationUnit, count: int) -> date:
    if unit is DurationUnit.DAY:
        return day + timedelta(days=count)
    months = day.year * 12 + day.month - 1 + count
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _feasts(days: list[CalendarDay]) -> str:
    """``nghỉ Tết từ 05/02/2027 đến 11/02/2027``: days off on the way, neighbours told together."""
    spans: list[tuple[date, date]] = []
    for one in days:
        if spans and (one.date - spans[-1][1]).days <= 3:
            spans[-1] = (spans[-1][0], one.date)
        else:
            spans.append((one.date, one.date))
    return "; ".join(
        f"nghỉ {first:%d/%m/%Y}" if first == last else f"nghỉ từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}"
        for first, last in spans
    )


def late_note(calendar: WorkingCalendar, days: list[DueDay]) -> str | None:
    """Said when a year's plan of days off has not been decided yet."""
    unsure = next((due.day for due in days if not calendar.is_confirmed(due.day)), None)
    if unsure is None:
        return None
    return f"Lịch nghỉ năm {unsure.year} chưa có quyết định chính thức, ngày hẹn có thể đổi."
