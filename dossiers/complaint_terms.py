"""By when a reflection or a complaint is forwarded, taken up and answered. No I/O.

A reflection is counted in working days (Decree 20/2008, article 9; Decree 92/2017), a complaint in calendar
days (the law on complaints). How many stands in ``content/law-days/complaints.yaml``, each with its article
and with whether somebody has read it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.calendar import WorkingCalendar
from core.law_days import Counted, LawDays


class ComplaintKind(StrEnum):
    """A reflection (phản ánh) is not a complaint (khiếu nại) in law: only the citizen may say which it is.

    A denunciation (tố cáo) is no kind: it is never taken here.
    """

    UNSPECIFIED = "unspecified"
    REFLECTION = "reflection"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class ComplaintTerms:
    """``forward_days``, ``answer_days``, ``complex_days``: working days of a reflection. The others: calendar
    days of a complaint until the notice that it is taken up, and until the first decision."""

    forward_days: int
    answer_days: int
    complex_days: int
    accept_calendar_days: int
    decide_calendar_days: int
    decide_complex_calendar_days: int


LAW_DAYS = "law-days/complaints.yaml"
_COUNTED = {
    "forward": Counted.WORKING,
    "answer": Counted.WORKING,
    "complex": Counted.WORKING,
    "accept": Counted.CALENDAR,
    "decide": Counted.CALENDAR,
    "decide-complex": Counted.CALENDAR,
}


def terms_of(found: LawDays, source: str = LAW_DAYS) -> ComplaintTerms:
    """The terms as published. Raises ContentShapeError."""
    days = found.days(_COUNTED, source)
    return ComplaintTerms(
        forward_days=days["forward"],
        answer_days=days["answer"],
        complex_days=days["complex"],
        accept_calendar_days=days["accept"],
        decide_calendar_days=days["decide"],
        decide_complex_calendar_days=days["decide-complex"],
    )


@dataclass(frozen=True)
class Clock:
    """``accept_by``: only a complaint has one."""

    forward_by: date
    due_on: date
    accept_by: date | None = None


def clock_of(
    kind: ComplaintKind,
    received: date | datetime,
    calendar: WorkingCalendar,
    terms: ComplaintTerms,
    *,
    is_complex: bool = False,
) -> Clock:
    """Day 1 is the first working day after ``received`` (local), for a complaint the day after it."""
    day = received.date() if isinstance(received, datetime) else received
    forward_by = calendar.due_date(received, terms.forward_days)
    if kind is ComplaintKind.COMPLAINT:
        days = terms.decide_complex_calendar_days if is_complex else terms.decide_calendar_days
        accept_by = day + timedelta(days=terms.accept_calendar_days)
        return Clock(forward_by, day + timedelta(days=days), accept_by)
    days = terms.complex_days if is_complex else terms.answer_days
    return Clock(forward_by, calendar.due_date(received, days))
