"""The first page: every job one may do, with how much waits on each and how much of it is late."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from conversations import inbox, review_repository, unanswered_repository
from core import editing
from core.calendar import local_day
from core.content import ContentStatus
from dossiers import appointment_repository, complaint_desk
from dossiers.appointments import AppointmentStatus
from dossiers.complaint_desk import Reader
from feedback import cases
from gateway.console.doors import AtConsole, Door
from gateway.console.help import HELP
from gateway.console.pages import JOBS, ConsolePages
from gateway.console.units import seen_units
from notifications import task_repository
from notifications.tasks import TaskStatus
from people import person_requests
from people.permissions import Permission

_MOST = 500


@dataclass(frozen=True)
class Waits:
    """``late``: of ``count``, those past the time they were promised for."""

    count: int
    late: int = 0

    @property
    def words(self) -> str:
        count = f"{self.count}{' trở lên' if self.count >= _MOST else ''} đang chờ"
        return f"{count}, {self.late} đã trễ" if self.late else count


@dataclass(frozen=True)
class Look:
    """Who looks, and when."""

    session: AsyncSession
    at: AtConsole
    now: datetime

    def units(self, permission: Permission) -> frozenset[str]:
        return seen_units(self.at, permission)


Counting = Callable[[Look], Awaitable[Waits]]


async def _talks(look: Look) -> Waits:
    units = look.at.actor.units_for(Permission.CONVERSATIONS)
    found = await inbox.waiting(look.session, units, now=look.now)
    return Waits(found.count, found.late)


async def _reviews(look: Look) -> Waits:
    units = look.at.actor.units_for(Permission.CONVERSATIONS)
    return Waits(len(await review_repository.waiting(look.session, units, _MOST)))


async def _appointments(look: Look) -> Waits:
    units, today = look.units(Permission.APPOINTMENTS), local_day(look.now)
    rows = await appointment_repository.on_day(look.session, units, today, limit=_MOST)
    return Waits(sum(one.status in (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED) for one in rows))


async def _complaints(look: Look) -> Waits:
    """Those about whoever looks are not even counted."""
    units = look.units(Permission.COMPLAINTS)
    who = Reader(look.at.actor.staff_id, look.at.actor.display_name, units)
    found = await complaint_desk.waiting(look.session, who, limit=_MOST)
    rows = complaint_desk.readable(found, who)
    return Waits(len(rows), sum(one.due_on < local_day(look.now) for one in rows))


async def _cases(look: Look) -> Waits:
    units = look.units(Permission.CASES)
    rows = await cases.cases_for(look.session, units, look.at.actor.display_name)
    return Waits(len(rows), sum(one.due_at < look.now for one in rows))


async def _tasks(look: Look) -> Waits:
    units = look.units(Permission.TASKS)
    mine = await task_repository.open_in_units(look.session, units, TaskStatus.OPEN, limit=_MOST)
    return Waits(len(mine), sum(one.due_on < local_day(look.now) for one in mine))


async def _requests(look: Look) -> Waits:
    codes = look.at.actor.units_for(Permission.PERSON_REQUESTS)
    rows = await person_requests.in_units(look.session, codes, done=False)
    return Waits(len(rows), sum(one.due_on < local_day(look.now) for one in rows))


async def _unanswered(look: Look) -> Waits:
    return Waits(len(await unanswered_repository.biggest_groups(look.session, _MOST)))


async def _drafts(look: Look) -> Waits:
    """What a second person is waited for; nothing for who may not approve."""
    if not look.at.actor.may(Permission.CONTENT_APPROVE):
        return Waits(0)
    rows = await editing.open_versions(look.session, [ContentStatus.IN_REVIEW])
    return Waits(sum(one.author != look.at.actor.username for one in rows))


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


def today_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    anybody = Depends(door.require())

    @router.get("/console")
    async def today(request: Request, at: AtConsole = anybody) -> Response:
        async with door.database.reading() as session:
            look = Look(session, at, door.clock())
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
