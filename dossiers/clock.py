"""The clock of a dossier: it stands still while the citizen has to do something, and never runs backwards.

National statuses 5 (supplement) and 6 (payment, financial duty) stop it; the working time that was left runs
on when the dossier moves again. A pause of the office's own does not stop it. No I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from core.calendar import LOCAL, WorkingCalendar
from dossiers.vocabularies import MEANING, DossierEventType, DossierStatus, NationalStatus

STOPS: frozenset[DossierStatus] = frozenset(
    meaning.status
    for meaning in MEANING.values()
    if meaning.status
    and meaning.national in (NationalStatus.SUPPLEMENT_REQUESTED, NationalStatus.FINANCIAL_DUTY)
)


@dataclass(frozen=True)
class Pause:
    """``end`` is None while the citizen is still waited for."""

    start: datetime
    end: datetime | None = None


def pauses_of(steps: Iterable[tuple[DossierEventType, datetime]]) -> tuple[Pause, ...]:
    """The pauses in a history, oldest step first. Two waits in a row are one pause."""
    found: list[Pause] = []
    since: datetime | None = None
    for kind, at in steps:
        status = MEANING[kind].status
        if status is None:
            continue
        if status in STOPS:
            since = since or at
        elif since is not None:
            found.append(Pause(since, at))
            since = None
    if since is not None:
        found.append(Pause(since))
    return tuple(found)


def due_moment(due: datetime, calendar: WorkingCalendar) -> datetime:
    """A date without a time means the end of that day's office hours."""
    local = due.astimezone(LOCAL)
    return calendar.closing(local.date()) if local.time() == time() else local


@dataclass(frozen=True)
class Reading:
    """``due``: the moment by which the law expects the result, None while the clock stands still.

    ``waited``: working time during which it stood still. ``left``: working time that was left when it
    stopped, or is left at the moment of reading; nothing once the date has passed.
    """

    due: datetime | None
    waited: timedelta
    left: timedelta


def read_clock(
    promised: datetime,
    pauses: Sequence[Pause],
    calendar: WorkingCalendar,
    *,
    at: datetime,
    since: datetime | None = None,
) -> Reading:
    """Where the clock stands at ``at``, counted from a promise that was made at ``since``.

    What was waited before a promise is part of it. Who has already missed the date gains nothing by asking
    for a paper afterwards: a pause that begins after it does not count.
    """
    due = due_moment(promised, calendar)
    waited = timedelta()
    for pause in pauses:
        start = max(pause.start, since) if since else pause.start
        if start >= due or (pause.end is not None and pause.end <= start):
            continue
        if pause.end is None:
            waited += calendar.working_time(start, max(at, start))
            return Reading(None, waited, calendar.working_time(start, due))
        stood = calendar.working_time(start, pause.end)
        waited += stood
        due = calendar.add_working_time(due, stood)
    return Reading(due, waited, calendar.working_time(at, due))
