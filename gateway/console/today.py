"""The first page: every job one may do, with how much waits on each and how much of it is late."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import inbox, review_repository, unanswered_repository
from core import editing
from core.calendar import WorkingCalendar, local_day
from core.content import ContentStatus
from dossiers import appointment_repository, complaint_desk
from dossiers.complaint_desk import Reader
from feedback import cases
from gateway.console.doors import AtConsole, Door
from gateway.console.help import HELP
from gateway.console.pages import JOBS, ConsolePages
from gateway.console.units import seen_units
from notifications import task_repository
from notifications.tasks import TaskStatus
from people import person_request_repository
from people.permissions import Permission

# So many complaints are opened to leave out those about whoever looks; their words are sealed.
_OPENED = 50


@dataclass(frozen=True)
class Waits:
    """``late``: of ``count``, those past the time they were promised for. ``more``: there are more."""

    count: int
    late: int = 0
    more: bool = False

    @property
    def words(self) -> str:
        count = f"{self.count}{' trở lên' if self.more else ''} đang chờ"
        return f"{count}, {self.late} đã trễ" if self.late else count


@dataclass(frozen=True)
class Look:
    """Who looks, when, and by which working days."""

    session: AsyncSession
    at: AtConsole
    now: datetime
    calendar: WorkingCalendar

    def units(self, permission: Permission) -> frozenset[str]:
        return seen_units(self.at, permission)


Counting = Callable[[Look], Awaitable[Waits]]


async def _talks(look: Look) -> Waits:
    units = look.at.actor.units_for(Permission.CONVERSATIONS)
    found = await inbox.waiting(look.session, units, now=look.now, calendar=look.calendar)
    return Waits(found.count, found.late)


async def _reviews(look: Look) -> Waits:
    units = look.at.actor.units_for(Permission.CONVERSATIONS)
    return Waits(await review_repository.count_waiting(look.session, units))


async def _appointments(look: Look) -> Waits:
    units, today = look.units(Permission.APPOINTMENTS), local_day(look.now)
    return Waits(await appointment_repository.count_expected(look.session, units, today))


async def _complaints(look: Look) -> Waits:
    """Those about whoever looks are not even counted."""
    units = look.units(Permission.COMPLAINTS)
    who = Reader(look.at.actor.staff_id, look.at.actor.display_name, units)
    found = await complaint_desk.waiting(look.session, who, limit=_OPENED + 1)
    rows = complaint_desk.readable(found[:_OPENED], who)
    late = sum(one.due_on < local_day(look.now) for one in rows)
    return Waits(len(rows), late, more=len(found) > _OPENED)


async def _cases(look: Look) -> Waits:
    units = look.units(Permission.CASES)
    return Waits(*await cases.count_for(look.session, units, look.at.actor.display_name, now=look.now))


async def _tasks(look: Look) -> Waits:
    units = look.units(Permission.TASKS)
    today = local_day(look.now)
    return Waits(*await task_repository.count_in_units(look.session, units, TaskStatus.OPEN, today=today))


async def _requests(look: Look) -> Waits:
    codes = look.at.actor.units_for(Permission.PERSON_REQUESTS)
    return Waits(*await person_request_repository.count_open(look.session, codes, today=local_day(look.now)))


async def _unanswered(look: Look) -> Waits:
    return Waits(await unanswered_repository.count_groups(look.session))


async def _drafts(look: Look) -> Waits:
    """For an approver, what a second person is waited for; for the province's editors, what others began and
    did not hand in, as an officer who mends a question may not."""
    if not look.at.actor.may(Permission.CONTENT_APPROVE):
        if not look.at.actor.may(Permission.CONTENT_FIGURES):
            return Waits(0)
        return Waits(await editing.count_by_others(look.session, ContentStatus.DRAFT, look.at.actor.username))
    return Waits(await editing.count_by_others(look.session, ContentStatus.IN_REVIEW, look.at.actor.username))


COUNTED: Mapping[str, Counting] = {
    "/console/tro-chuyen": _talks,
    "/console/duyet-tra-loi": _reviews,
    "/console/hen-gio": _appointments,
    "/console/phan-anh": _complaints,
    "/console/viec-y-kien": _cases,
    "/console/viec-bao-tin": _tasks,
    "/console/du-lieu-ca-nhan": _requests,
    "/console/chua-tra-loi": _unanswered,
    "/console/noi-dung": _drafts,
}


def today_router(pages: ConsolePages, door: Door, calendar: Callable[[], WorkingCalendar]) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    anybody = Depends(door.require())

    @router.get("/console")
    async def today(request: Request, at: AtConsole = anybody) -> Response:
        async with door.database.reading() as session:
            look = Look(session, at, door.clock(), calendar())
            waits = {
                job.path: await COUNTED[job.path](look)
                for job in JOBS
                if job.path in COUNTED and job.permission is not None and at.actor.may(job.permission)
            }
        return pages.page(request, "today.html", at, waits=waits)

    @router.get("/console/huong-dan")
    async def guide(request: Request, at: AtConsole = anybody) -> Response:
        """How every job is done that one may do."""
        return pages.page(request, "guide.html", at, helps=HELP)

    return router
