"""Citizens whom no channel reached: the unit tells them by hand and writes down how it went."""

from __future__ import annotations

from datetime import date, datetime

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from core.calendar import local_day
from core.text.spell import spell_date
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.paging import SIZE, place_of, sheet
from gateway.console.units import is_theirs, seen_units
from notifications import task_repository, tasks
from notifications.ledger import REASON_WORDS
from notifications.schemas import Reason
from notifications.tasks import OUTCOME_WORDS, WAY_WORDS, NoSuchTask, TaskOutcome, TaskStatus, TaskWay
from people.permissions import Permission

HOME = "/console/viec-bao-tin"


def tasks_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.TASKS))

    async def listing(
        request: Request, at: AtConsole, *, done: bool = False, sau: str = "", trouble: str | None = None
    ) -> Response:
        units = seen_units(at, Permission.TASKS)
        after = place_of(sau, datetime.fromisoformat if done else date.fromisoformat, str)
        async with door.database.reading() as session:
            rows = (
                await task_repository.done_in_units(session, units, limit=SIZE + 1, after=after)
                if done
                else await task_repository.open_in_units(
                    session, units, TaskStatus.OPEN, limit=SIZE + 1, after=after
                )
            )
        found = sheet(rows, lambda row: (row.done_at if done else row.due_on, row.id))
        return pages.page(
            request,
            "tasks.html",
            at,
            status=409 if trouble else 200,
            rows=found.rows,
            after=found.after,
            later=after is not None,
            done=done,
            trouble=trouble,
            today=local_day(door.clock()),
            spell=spell_date,
            way=lambda row: WAY_WORDS[TaskWay(row.way)],
            why=lambda row: REASON_WORDS[Reason(row.reason)],
            outcomes=OUTCOME_WORDS,
        )

    @router.get("")
    async def show(request: Request, xong: bool = False, sau: str = "", at: AtConsole = allowed) -> Response:
        return await listing(request, at, done=xong, sau=sau)

    @router.post("/{task_id}")
    async def finish(
        request: Request,
        task_id: str,
        outcome: TaskOutcome = Form(),
        note: str = Form(""),
        at: AtConsole = allowed,
    ) -> Response:
        try:
            async with door.database.writing() as session:
                row = await task_repository.task_by_id(session, task_id)
                if row is None or not is_theirs(row.unit, seen_units(at, Permission.TASKS)):
                    raise HTTPException(404)
                await tasks.finish(
                    session,
                    task_id,
                    outcome=outcome,
                    by=at.actor.username,
                    note=note.strip() or None,
                    now=door.clock(),
                )
                await at.note(session, "task.done", f"task:{task_id}")
        except NoSuchTask:
            return await listing(request, at, trouble="Việc này vừa được người khác ghi xong rồi.")
        return RedirectResponse(HOME, 303)

    return router
