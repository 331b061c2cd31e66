"""By when a reflection or a complaint is forwarded, taken up and answered. No I/O.

A reflection is counted in working days (Decree 20/2008, article 9; Decree 92/2017), a complaint in calendar
days (the law on complaints). The lengths of answering are from memory and not checked against the text, so a
deployment sets its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from core.calendar import WorkingCalendar


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

    forward_days: int = 5
    answer_days: int = 15
    complex_days: int = 20
    accept_calendar_days: int = 10
    decide_calendar_days: int = 30
    decide_complex_calendar_days: int = 45


DEFAULT_TERMS = ComplaintTerms()


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
    terms: ComplaintTerms = DEFAULT_TERMS,
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
