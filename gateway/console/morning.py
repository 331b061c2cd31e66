"""The leaders' page at half past seven: what is about to be late, who waits, what to sign, what to mend."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import inbox, unanswered
from core.calendar import WorkingCalendar, local_day
from core.text.spell import spell_date
from dossiers import complaint_desk, complaint_repository
from dossiers.complaint_desk import Reader
from dossiers.due_list import CAUSE_WORDS
from feedback.digest import UnitWeek, week
from feedback.periods import current
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.units import seen_units
from gateway.deadlines import DeadlineDesk
from gateway.opinion_desk import OpinionDesk
from knowledge.stale_tasks import biggest_reasons
from people.permissions import Permission

HOME = "/console/dau-gio"
_DAYS = 2
_FIRST, _SHOWN, _UNITS = 3, 50, 8


@dataclass(frozen=True)
class Waiting:
    """Citizens who wait for a person, and how long the longest has."""

    count: int
    late: int
    longest_minutes: int


@dataclass(frozen=True)
class Mend:
    """Something whose mending helps most people."""

    what: str
    link: str


def morning_router(
    pages: ConsolePages, door: Door, desk: DeadlineDesk, opinion: OpinionDesk | None = None
) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.MORNING))

    @router.get("")
    async def show(request: Request, at: AtConsole = allowed) -> Response:
        now = door.clock()
        units = seen_units(at, Permission.MORNING)
        who = Reader(at.actor.staff_id, at.actor.display_name, units)
        dawn = await desk.lists.at_dawn(units, days=_DAYS, shown=_SHOWN)
        async with door.database.reading() as session:
            complaints = await complaint_desk.waiting(session, who, limit=2 * _FIRST)
            waiting_complaints, late_complaints = await complaint_repository.count_open(
                session, units, not_about=who.staff_id, today=local_day(now)
            )
            waiting = await _waiting(session, at, desk.calendar(), now)
            mends = await _mend_first(session)
        async with door.database.writing() as session:
            await at.note(session, "morning.read", "morning")
        weeks, sample = await _weeks(opinion, units, now) if opinion is not None else ([], False)
        return pages.page(
            request,
            "morning.html",
            at,
            weeks=weeks[:_UNITS],
            other_weeks=weeks[_UNITS:],
            sample=sample,
            may_see_opinion=at.actor.may(Permission.OPINION),
            to_sign=dawn.to_sign,
            late=dawn.late,
            soon=dawn.soon,
            complaints=complaint_desk.readable(complaints, who)[:_FIRST],
            complaints_waiting=waiting_complaints,
            complaints_late=late_complaints,
            waiting=waiting,
            mends=mends,
            cause_words=CAUSE_WORDS,
            spell=spell_date,
            today=local_day(now),
            may_sign=at.actor.may(Permission.EXTENSION_SIGN),
            may_mend=at.actor.may(Permission.UNANSWERED),
        )

    return router


async def _weeks(opinion: OpinionDesk, units: Collection[str], now: datetime) -> tuple[list[UnitWeek], bool]:
    """What people say in these units, the most pressing first; whether every answer so far is a sample's."""
    seen = await opinion.overview(opinion.period(current(local_day(now))))
    async with opinion.database.reading() as session:
        found = await week(session, units, seen, now)
    return sorted(found, key=lambda one: -one.presses), seen.report.sample


async def _waiting(session: AsyncSession, at: AtConsole, calendar: WorkingCalendar, now: datetime) -> Waiting:
    units = at.actor.units_for(Permission.MORNING)
    found = await inbox.waiting(session, units, now=now, calendar=calendar)
    return Waiting(found.count, found.late, int(found.longest.total_seconds() // 60))


async def _mend_first(session: AsyncSession) -> list[Mend]:
    """The questions asked most in vain, then what most records rest on and has ended."""
    found = []
    for group in await unanswered.groups(session, limit=_FIRST, contexts=1):
        question = group.contexts[0].question if group.contexts else "câu hỏi"
        found.append(
            Mend(
                f"“{question[:90]}” hỏi {group.count} lần chưa trả lời được",
                f"/console/chua-tra-loi/{group.key}",
            )
        )
    found += [
        Mend(f"{reason} {count} thủ tục cần xem lại.", "/console/can-xem-lai")
        for reason, count in await biggest_reasons(session, _FIRST)
    ]
    return found
