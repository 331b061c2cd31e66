"""Closing the loop: an opinion that shows a harm goes to the head of the unit while it can still be mended.

The case says where, what and how bad; never which dossier, and not which officer. Who handled the dossier
does not see it; a citizen who left a number is called back, and whoever holds the link is asked at the end
whether it helped.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from core.phones import read_phone
from feedback import case_repository
from feedback.case_models import CaseStatus, OpinionCase, Outcome, Reason
from feedback.draw import InvitationPlan
from feedback.index import SATISFIED_LEVELS
from feedback.models import SurveyInvitation
from feedback.token import citizen_key, officer_hash
from feedback.warnings import warning_in

LOW_LEVELS = frozenset({1, 2})


class WorkingClock(Protocol):
    """The part of the working calendar that is needed here."""

    def for_unit(self, unit: str | None) -> WorkingClock: ...

    def add_working_time(self, start: datetime, amount: timedelta) -> datetime: ...


@dataclass(frozen=True)
class Watch:
    """What cases are opened by: the plan's words and hours, and a clock that counts office hours."""

    plan: Callable[[], InvitationPlan]
    clock: Callable[[], WorkingClock]


@dataclass(frozen=True)
class CaseView:
    """What the citizen sees of the own case: ``told`` once it is closed, ``helped`` once answered."""

    closed: bool
    told: str | None
    helped: bool | None


class CaseError(ValueError):
    """What was wanted of a case is not possible; the message says what to do, in Vietnamese."""


def look_at(
    session: AsyncSession,
    watch: Watch,
    invitation: SurveyInvitation,
    key: str,
    known: dict[str, OpinionCase],
    *,
    level: int | None,
    comment: str | None,
    phone: str | None,
    now: datetime,
    warned: bool = False,
) -> Reason | None:
    """Open, change or withdraw the case of an answer; why there is one.

    ``key`` is the citizen's; ``known`` holds the cases there are, and takes in a new one. ``warned``: an
    answer itself says that money was hinted at. ``comment`` as it was kept, screened. ``phone`` as the
    citizen typed it; one that cannot be a number is left out.
    """
    plan = watch.plan()
    reason = Reason.BRIBE if warned else warning_in(comment, plan.warning_words)
    if reason is None and level in LOW_LEVELS:
        reason = Reason.LOW
    number = read_phone(phone).e164 if phone else None
    if reason is None and number and level not in SATISFIED_LEVELS:
        reason = Reason.CALL
    if key in known:
        _follow(known[key], reason, level, comment, number)
        return reason
    if reason is None:
        return None
    known[key] = OpinionCase(
        citizen_key=key,
        unit=invitation.unit,
        field=invitation.field,
        reason=reason,
        level=level,
        words=comment,
        phone=number,
        status=CaseStatus.OPEN,
        handler_hash=invitation.officer_hash,
        opened_at=now,
        due_at=watch.clock()
        .for_unit(invitation.unit)
        .add_working_time(now, timedelta(hours=plan.case_hours)),
        sample=invitation.sample,
    )
    session.add(known[key])
    return reason


def _follow(
    case: OpinionCase, reason: Reason | None, level: int | None, comment: str | None, number: str | None
) -> None:
    """The citizen said something else, or more. What somebody has begun to mend is not taken away."""
    case.level, case.words = level, comment or case.words
    case.phone = number or case.phone
    if case.status == CaseStatus.OPEN and reason is None:
        case.status = CaseStatus.WITHDRAWN
    elif case.status == CaseStatus.WITHDRAWN and reason is not None:
        case.status, case.reason = CaseStatus.OPEN, reason
    elif reason is not None and case.status == CaseStatus.OPEN:
        case.reason = min(reason, Reason(case.reason), key=list(Reason).index)


async def cases_for(
    session: AsyncSession,
    units: Collection[str],
    name: str,
    *,
    done: bool = False,
    limit: int = 100,
    after: tuple[datetime, str] | None = None,
) -> list[OpinionCase]:
    """Cases of units (by name) that ``name`` may see: not those about dossiers that ``name`` handled.

    ``after``: moment that orders the list, and id, of the last one seen.
    """
    found = await case_repository.in_units(
        session, units, done=done, not_handled_by=officer_hash(name), limit=limit, after=after
    )
    return list(found)


async def count_for(
    session: AsyncSession, units: Collection[str], name: str, *, now: datetime
) -> tuple[int, int]:
    """Of the cases that ``name`` may see, how many are worked on, and how many of them are late."""
    return await case_repository.count_open(session, units, not_handled_by=officer_hash(name), now=now)


def may_see(case: OpinionCase, name: str) -> bool:
    return case.handler_hash is None or case.handler_hash != officer_hash(name)


def note_call(case: OpinionCase, now: datetime) -> None:
    """The citizen was called, or tried to be."""
    if case.status not in (CaseStatus.OPEN, CaseStatus.CALLED):
        raise CaseError("Việc này đã khép lại. Mở lại trước rồi hãy ghi cuộc gọi.")
    case.status, case.called_at = CaseStatus.CALLED, now


def close(case: OpinionCase, outcome: Outcome, told: str, *, by: str, now: datetime) -> None:
    """``told``: what the citizen will read on the own link; needed, for that is what they wait for."""
    if case.status == CaseStatus.CLOSED:
        raise CaseError("Việc này đã khép lại rồi.")
    if len(told.strip()) < 10:
        raise CaseError("Ghi vài câu cho người dân đọc: đã tìm hiểu gì, đã sửa gì. Ô này chưa có.")
    case.status, case.outcome, case.told = CaseStatus.CLOSED, outcome, told.strip()
    case.closed_at, case.closed_by = now, by


def reopen(case: OpinionCase) -> None:
    """Undo of closing; what was said about whether it helped is kept."""
    if case.status != CaseStatus.CLOSED:
        raise CaseError("Việc này còn đang mở.")
    case.status = CaseStatus.CALLED if case.called_at else CaseStatus.OPEN
    case.outcome = case.closed_at = case.closed_by = None


async def view_of(session: AsyncSession, token: str) -> CaseView | None:
    """The case of the link's holder, where its holder asked to be called.

    Of others nothing is shown: a link can be asked for at the counter, and a case says that somebody was
    unhappy.
    """
    case = await case_repository.by_citizen(session, citizen_key(token))
    if case is None or case.phone is None or case.status == CaseStatus.WITHDRAWN:
        return None
    closed = case.status == CaseStatus.CLOSED
    return CaseView(closed, case.told if closed else None, case.helped)


async def say_whether_it_helped(session: AsyncSession, token: str, *, helped: bool) -> bool:
    """The second short question; False where there is no closed case to answer about."""
    case = await case_repository.by_citizen(session, citizen_key(token))
    if case is None or case.status != CaseStatus.CLOSED:
        return False
    case.helped = helped
    return True
