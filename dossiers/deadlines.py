"""Promises kept: who is warned before a date is missed, and what happens when it will be.

A date that was printed never moves by itself. After a wait for the citizen the clock gives a later day, but
that day is told only when somebody confirms it (``recount``) or a signed letter goes out (``extension``).
Rows of ``DossierDeadline`` follow the event log; nothing here looks at all dossiers.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL, WorkingCalendar, local_day
from core.events import publish
from dossiers import deadline_repository, extension
from dossiers.clock import STOPS, pauses_of, read_clock
from dossiers.deadline_models import DossierDeadline, Extension
from dossiers.models import Dossier
from dossiers.vocabularies import CLOSED, MEANING, DossierEventType, DossierStatus
from people.repository import add_audit

CONSUMER = "dossiers.deadlines"
NEAR = "motcua.deadline.near"
"""To the officer and the head of unit; body: ``_body`` with "days_left" and "recount_to"."""
UNSIGNED = "motcua.deadline.unsigned"
"""The last day is ending and no letter was sent: an alarm for the unit, and to the citizen only that the date
will be missed and who calls; body: ``_body``."""
MISSED = "motcua.deadline.missed"
"""The day has passed without a result; body: ``_body`` with "days_late" (working days)."""
MOVED = "motcua.deadline.moved"
"""Somebody confirmed the later day that a wait gave; body: ``_body`` with "old_due_on", "waited_days"."""
LISTED = "motcua.deadline.list"
"""A list was made for a unit; body {"report_id", "kind", "day", "unit", "count"}."""

DONE = CLOSED | {DossierStatus.RESULT_READY}
_NO_CLOCK = DONE | {DossierStatus.REGISTERED}
_STOPPING = frozenset(kind.value for kind in DossierEventType if MEANING[kind].status in STOPS)


@dataclass(frozen=True)
class DeadlinePolicy:
    """``warn_days``: working days before the date. ``last_call``: the hour of the last day at which a letter
    that is not signed becomes an alarm: late enough not to cry wolf, early enough to reach the citizen."""

    warn_days: int = 2
    last_call: time = time(15, 0)
    max_extensions: int = 1


class NothingToRecount(Exception):
    """There was no wait that the promise does not already hold."""


async def refresh(
    session: AsyncSession,
    codes: Collection[str],
    *,
    calendar: WorkingCalendar,
    policy: DeadlinePolicy,
    now: datetime,
) -> None:
    """Bring the rows of these dossiers up to where the dossiers stand; doing it twice changes nothing."""
    dossiers = await deadline_repository.dossiers_by_codes(session, codes)
    ids = [dossier.id for dossier in dossiers]
    rows = await deadline_repository.deadlines_of(session, ids)
    stories = await deadline_repository.histories(session, ids, having=_STOPPING)
    drafts = await deadline_repository.open_extensions(session, ids)
    over: list[str] = []
    for dossier in dossiers:
        promise, row = promise_of(dossier), rows.get(dossier.id)
        draft = drafts.get(dossier.id)
        if promise is None or DossierStatus(dossier.status) in _NO_CLOCK:
            over.append(dossier.id)
            if draft:
                await extension.cancel_by_system(session, draft, why="hồ sơ đã xong")
            continue
        due_on = local_day(promise)
        if draft and draft.old_due_on != due_on:
            await extension.cancel_by_system(session, draft, why="ngày hẹn đã đổi")
        if row is None:
            row = DossierDeadline(
                dossier_id=dossier.id, due_on=due_on, made_at=_made_at(dossier), updated_at=now
            )
            if due_on < local_day(now):
                # News of long ago, as when an archive is read in: it is listed, nobody is alarmed.
                row.warned_for = row.called_for = row.missed_for = due_on
            await deadline_repository.add_deadline(session, row)
        elif row.due_on != due_on:
            row.due_on, row.made_at = due_on, _made_at(dossier)
        clock = calendar.for_unit(dossier.unit)
        story = [(DossierEventType(kind), at) for kind, at in stories.get(dossier.id, [])]
        reading = read_clock(promise, pauses_of(story), clock, at=now, since=row.made_at)
        row.unit, row.updated_at = dossier.unit, now
        row.lawful_at, row.stopped = reading.due, reading.due is None
        row.waited_minutes = int(reading.waited.total_seconds() // 60)
        row.look_at = _look_at(row, clock, policy)
    await deadline_repository.drop_deadlines(session, over)


def promise_of(dossier: Dossier) -> datetime | None:
    """What the citizen was told last."""
    return dossier.new_due_at or dossier.due_at


def _made_at(dossier: Dossier) -> datetime:
    if dossier.new_due_at is not None:
        return dossier.status_at
    return dossier.received_at or dossier.created_at


def _look_at(row: DossierDeadline, calendar: WorkingCalendar, policy: DeadlinePolicy) -> datetime | None:
    if row.lawful_at is None or row.missed_for == row.due_on:
        return None
    if row.called_for == row.due_on:
        return calendar.opening(calendar.next_working_day(local_day(row.lawful_at)))
    return last_call(row, policy) if row.warned_for == row.due_on else warn_at(row, calendar, policy)


def warn_at(row: DossierDeadline, calendar: WorkingCalendar, policy: DeadlinePolicy) -> datetime:
    """The opening of the working day ``warn_days`` before the date; half-way where there is less time."""
    day = row.due_on
    for _ in range(policy.warn_days):
        day = calendar.previous_working_day(day)
    at = calendar.opening(day)
    if at > row.made_at:
        return at
    whole = calendar.working_time(row.made_at, calendar.closing(row.due_on))
    return calendar.add_working_time(row.made_at, whole / 2)


def last_call(row: DossierDeadline, policy: DeadlinePolicy) -> datetime:
    assert row.lawful_at is not None  # noqa: S101 - a clock that stands still has no last day
    due = row.lawful_at.astimezone(LOCAL)
    return min(datetime.combine(due.date(), policy.last_call, LOCAL), due)


async def look(
    session: AsyncSession,
    *,
    calendar: WorkingCalendar,
    policy: DeadlinePolicy,
    now: datetime,
    limit: int = 100,
) -> int:
    """Warn about what is near, alarm about what will be missed; how many dossiers were looked at."""
    found = await deadline_repository.to_look_at(session, now, limit=limit, lock=True)
    drafts = await deadline_repository.open_extensions(session, [row.dossier_id for row, _ in found])
    for row, dossier in found:
        draft = drafts.get(dossier.id)
        if row.warned_for != row.due_on:
            await _warn(session, row, dossier, draft, calendar, policy, now)
        elif row.called_for != row.due_on:
            await _last_call(session, row, dossier, draft, policy, now)
        else:
            await _missed(session, row, dossier, draft, calendar, now)
        row.look_at = _look_at(row, calendar.for_unit(row.unit), policy)
    return len(found)


async def _warn(
    session: AsyncSession,
    row: DossierDeadline,
    dossier: Dossier,
    draft: Extension | None,
    calendar: WorkingCalendar,
    policy: DeadlinePolicy,
    now: datetime,
) -> None:
    recount_to = recount_day(row)
    if recount_to is None and draft is None:
        draft = await extension.draft(
            session, dossier, old_due_on=row.due_on, by="system", now=now, most=policy.max_extensions
        )
    row.warned_for = row.due_on
    today = local_day(now)
    await publish(
        session,
        type=NEAR,
        subject=dossier.code,
        external_id=f"near:{dossier.id}:{row.due_on}",
        body=_body(
            row,
            dossier,
            draft,
            days_left=calendar.working_days_between(today, row.due_on),
            recount_to=recount_to.isoformat() if recount_to else None,
        ),
    )


async def _last_call(
    session: AsyncSession,
    row: DossierDeadline,
    dossier: Dossier,
    draft: Extension | None,
    policy: DeadlinePolicy,
    now: datetime,
) -> None:
    if draft is None:
        draft = await extension.draft(
            session, dossier, old_due_on=row.due_on, by="system", now=now, most=policy.max_extensions
        )
    row.called_for = row.due_on
    await publish(
        session,
        type=UNSIGNED,
        subject=dossier.code,
        external_id=f"unsigned:{dossier.id}:{row.due_on}",
        body=_body(row, dossier, draft),
    )
    await add_audit(session, actor="system", action="deadline.unsigned", subject=dossier.code)


async def _missed(
    session: AsyncSession,
    row: DossierDeadline,
    dossier: Dossier,
    draft: Extension | None,
    calendar: WorkingCalendar,
    now: datetime,
) -> None:
    row.missed_for = row.due_on
    days_late = calendar.working_days_between(row.due_on, local_day(now))
    await publish(
        session,
        type=MISSED,
        subject=dossier.code,
        external_id=f"missed:{dossier.id}:{row.due_on}",
        body=_body(row, dossier, draft, days_late=days_late),
    )
    await add_audit(session, actor="system", action="deadline.missed", subject=dossier.code)


def recount_day(row: DossierDeadline) -> date | None:
    """The later day that a wait for the citizen gave and nobody has confirmed yet."""
    lawful = local_day(row.lawful_at) if row.lawful_at else None
    return lawful if lawful and lawful > row.due_on else None


def _body(row: DossierDeadline, dossier: Dossier, draft: Extension | None, **more: Any) -> dict[str, Any]:
    """``who_calls``: the officer, or the unit where no officer is named."""
    return {
        "dossier_code": dossier.code,
        "unit": dossier.unit,
        "officer": dossier.officer,
        "who_calls": dossier.officer or dossier.unit,
        "due_on": row.due_on.isoformat(),
        "extension_id": draft.id if draft else None,
        "extension_state": draft.state if draft else None,
        **more,
    }


async def recount(
    session: AsyncSession,
    dossier: Dossier,
    *,
    by: str,
    reason: str,
    calendar: WorkingCalendar,
    policy: DeadlinePolicy,
    now: datetime,
) -> date:
    """Make the day that the clock gives after a wait the new promise; who, when and why is kept.

    Raises ``NothingToRecount``.
    """
    await refresh(session, [dossier.code], calendar=calendar, policy=policy, now=now)
    row = (await deadline_repository.deadlines_of(session, [dossier.id])).get(dossier.id)
    day = recount_day(row) if row else None
    if row is None or day is None:
        raise NothingToRecount
    old, dossier.new_due_at = row.due_on, row.lawful_at
    waited = timedelta(minutes=row.waited_minutes)
    await add_audit(
        session, actor=by, action="deadline.recount", subject=dossier.code, reason=f"{old} → {day}: {reason}"
    )
    await session.flush()
    await refresh(session, [dossier.code], calendar=calendar, policy=policy, now=now)
    row.made_at = now
    await publish(
        session,
        type=MOVED,
        subject=dossier.code,
        external_id=f"moved:{dossier.id}:{old}:{day}",
        body=_body(
            row,
            dossier,
            None,
            old_due_on=old.isoformat(),
            # National practice: eight working hours are a day.
            waited_days=round(waited / timedelta(hours=8), 1),
            reason=reason,
        ),
    )
    return day
