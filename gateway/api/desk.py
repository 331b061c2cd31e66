"""What other systems and counters may ask and tell about people: tasks of units, consents, wrong numbers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from core.database import Database, utc_now
from notifications import task_repository, tasks
from notifications.tasks import NoSuchTask, TaskOutcome, TaskStatus, as_facts
from people.citizen_models import ConsentSource, Purpose
from people.desk import ConsentDesk, NoContact

Caller = Callable[..., Awaitable[str]]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class OutcomeBody(_Body):
    outcome: TaskOutcome
    by: str = Field(min_length=1, max_length=60)
    note: str | None = Field(default=None, max_length=2000)


class ConsentBody(_Body):
    """``contact``: a phone or a mail address. The answer says which words were agreed to."""

    contact: str = Field(min_length=3, max_length=254)
    purpose: Purpose
    granted: bool
    source: ConsentSource
    by: str = Field(min_length=1, max_length=60)
    channel: Literal["zalo", "sms", "email", "telegram"] | None = None


class NotMineBody(_Body):
    contact: str = Field(min_length=3, max_length=254)
    dossier_code: str = Field(min_length=1, max_length=60)
    source: ConsentSource
    by: str = Field(min_length=1, max_length=60)


def desk_router(database: Database, *, reader: Caller, writer: Caller) -> APIRouter:
    router = APIRouter(prefix="/v1")
    consents = ConsentDesk(database)

    @router.get("/tasks")
    async def list_tasks(
        unit: str | None = None, status: TaskStatus | None = TaskStatus.OPEN, _caller: str = Depends(reader)
    ) -> list[dict[str, str | None]]:
        async with database.reading() as session:
            rows = await task_repository.tasks(session, status=status, unit=unit, limit=500)
        return [as_facts(row) for row in rows]

    @router.post("/tasks/{task_id}/outcome")
    async def finish(
        task_id: str, body: OutcomeBody, _caller: str = Depends(writer)
    ) -> dict[str, str | None]:
        try:
            async with database.writing() as session:
                row = await tasks.finish(
                    session, task_id, outcome=body.outcome, by=body.by, note=body.note, now=utc_now()
                )
        except NoSuchTask:
            raise HTTPException(404, "Không có việc nào đang mở mang mã này.") from None
        return as_facts(row)

    @router.post("/consents")
    async def consent(body: ConsentBody, _caller: str = Depends(writer)) -> dict[str, str]:
        try:
            words = await consents.answer(
                body.contact,
                body.purpose,
                granted=body.granted,
                source=body.source,
                by=body.by,
                channel=body.channel,
            )
        except NoContact as error:
            raise HTTPException(422, str(error)) from None
        return {"wording": words}

    @router.post("/contacts/not-mine")
    async def not_mine(body: NotMineBody, _caller: str = Depends(writer)) -> dict[str, bool]:
        try:
            new = await consents.not_mine(
                body.contact, body.dossier_code.upper(), source=body.source, by=body.by
            )
        except NoContact as error:
            raise HTTPException(422, str(error)) from None
        return {"new": new}

    return router
