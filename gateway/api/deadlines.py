"""Deadlines and letters of apology for machine clients, such as the one-stop software's own screens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field

from dossiers.extension_files import LARGEST, FileKind
from dossiers.extension_states import ExtensionProblem, TakingBack, invalid
from gateway.deadline_views import (
    CONTENT_TYPES,
    HTTP_STATUS,
    ExtensionView,
    LetterFormat,
    ListKind,
    ListView,
    ending_of,
)
from gateway.deadlines import DeadlineDesk, SignedFile

Caller = Callable[..., Awaitable[str]]


class _Step(BaseModel):
    """``version``: of the letter as the person saw it. ``by``: who does this, as the client knows them."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    version: int = Field(ge=1)
    by: str = Field(min_length=1, max_length=40)


class ReasonBody(_Step):
    reason: str
    new_due_on: date


class NumberBody(_Step):
    notice_number: str
    numbered_on: date


class WhyBody(_Step):
    why: str = Field(min_length=1, max_length=500)


class DraftBody(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    by: str = Field(min_length=1, max_length=40)


class RecountBody(DraftBody):
    reason: str = Field(min_length=1, max_length=500)


class _Route(APIRoute):
    """Turns a refusal into its status, with field, problem and remedy."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except ExtensionProblem as problem:
                error = {"field": problem.field, "problem": problem.problem, "remedy": problem.remedy}
                return JSONResponse({"errors": [error]}, status_code=HTTP_STATUS[problem.trouble])

        return answer


def deadlines_router(desk: DeadlineDesk, *, reader: Caller, writer: Caller) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["deadlines"], route_class=_Route)

    @router.get("/deadlines")
    async def due(
        unit: str | None = None, days: int | None = None, _caller: str = Depends(reader)
    ) -> list[dict[str, Any]]:
        """What is late or comes due within ``days`` working days (two, unless told otherwise)."""
        if days is not None and not 0 <= days <= 60:
            raise invalid("days", f"số ngày {days} không dùng được", "cho một số từ 0 đến 60")
        return [entry.as_json() for entry in await desk.lists.due(unit=unit, days=days)]

    @router.get("/deadline-lists")
    async def lists(
        day: date, kind: ListKind = ListKind.MORNING, unit: str | None = None, _caller: str = Depends(reader)
    ) -> list[ListView]:
        """The lists of a day: what was about to be late that morning, or the week's reminders."""
        return await desk.lists.of_day(kind, day, unit=unit)

    @router.get("/deadline-lists/{list_id}/document")
    async def document(list_id: str, _caller: str = Depends(reader)) -> Response:
        """The draft of a reminder, for a person to send."""
        name, content = await desk.lists.document(list_id)
        return _download(name, CONTENT_TYPES[LetterFormat.DOCX], content)

    @router.post("/dossiers/{code}/deadline/recount")
    async def recount(code: str, body: RecountBody, caller: str = Depends(writer)) -> dict[str, str]:
        """Make the day that a wait gave the new promise."""
        day = await desk.recount(code, by=_who(caller, body.by), reason=body.reason)
        return {"new_due_on": day.isoformat()}

    @router.post("/dossiers/{code}/extensions", status_code=201)
    async def draft(code: str, body: DraftBody, caller: str = Depends(writer)) -> ExtensionView:
        """A draft of the letter, or the one that is under way."""
        return await desk.draft(code, by=_who(caller, body.by))

    @router.get("/extensions/{extension_id}")
    async def view(extension_id: str, _caller: str = Depends(reader)) -> ExtensionView:
        return await desk.view(extension_id)

    @router.get("/extensions/{extension_id}/letter.{kind}")
    async def letter(extension_id: str, kind: LetterFormat, caller: str = Depends(reader)) -> Response:
        """The letter as it stands now, to read, print and sign."""
        name, made = await desk.letter(extension_id, kind, by=caller)
        return _download(name, CONTENT_TYPES[kind], made)

    @router.get("/extensions/{extension_id}/signed")
    async def signed(extension_id: str, caller: str = Depends(reader)) -> Response:
        """The signed letter as it was handed in."""
        file, content = await desk.signed_file(extension_id, by=caller)
        return _download(f"{extension_id}.{ending_of(file.content_type)}", file.content_type, content)

    @router.post("/extensions/{extension_id}/reason")
    async def reason(extension_id: str, body: ReasonBody, caller: str = Depends(writer)) -> ExtensionView:
        return await desk.give_reason(
            extension_id,
            version=body.version,
            by=_who(caller, body.by),
            reason=body.reason,
            new_due_on=body.new_due_on,
        )

    @router.post("/extensions/{extension_id}/signature")
    async def signature(
        extension_id: str,
        version: Annotated[int, Form()],
        by: Annotated[str, Form(min_length=1, max_length=40)],
        signer: Annotated[str, Form()],
        position: Annotated[str, Form()],
        kind: Annotated[FileKind, Form()],
        file: Annotated[UploadFile, File()],
        caller: str = Depends(writer),
    ) -> ExtensionView:
        """The letter signed by the competent person: signature file, signed PDF or a scan."""
        content = await file.read(LARGEST + 1)
        return await desk.sign(
            extension_id,
            version=version,
            by=_who(caller, by),
            signer=signer,
            position=position,
            file=SignedFile(kind, file.filename or "", content),
        )

    @router.post("/extensions/{extension_id}/number")
    async def number(extension_id: str, body: NumberBody, caller: str = Depends(writer)) -> ExtensionView:
        return await desk.number(
            extension_id,
            version=body.version,
            by=_who(caller, body.by),
            notice_number=body.notice_number,
            numbered_on=body.numbered_on,
        )

    @router.post("/extensions/{extension_id}/send")
    async def send(extension_id: str, body: _Step, caller: str = Depends(writer)) -> ExtensionView:
        return await desk.send(extension_id, version=body.version, by=_who(caller, body.by))

    @router.post("/extensions/{extension_id}/{step}")
    async def take_back(
        extension_id: str, step: TakingBack, body: WhyBody, caller: str = Depends(writer)
    ) -> ExtensionView:
        """Reopen a signed letter to change its words, or give one up that was not sent."""
        who = _who(caller, body.by)
        return await desk.take_back(extension_id, step, version=body.version, by=who, why=body.why)

    return router


def _who(caller: str, person: str) -> str:
    """The key and the person in one line of the audit."""
    return f"{caller[:18]}: {person}"


def _download(name: str, content_type: str, content: bytes) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=content_type, headers=headers)
