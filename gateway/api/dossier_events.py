"""Where other systems tell us about dossiers: 201 means it is committed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.routing import Route

from core.events import PublishStatus
from dossiers.intake import read_events_from
from dossiers.intake_desk import IntakeDesk
from dossiers.problems import EventsRefused, Problem
from dossiers.service import Accepted, EventConflict

PATH = "/v1/dossier-events"

# Five hundred events with every field filled in stay well below this.
_MOST_BYTES = 8 * 1024 * 1024
_CONTENT_TYPES = (
    "application/json",
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
    "text/csv",
)


def dossier_events_route(
    desk: IntakeDesk, caller: Callable[[Request], Awaitable[str]], *, code_pattern: str
) -> Route:
    """A plain route: one-stop systems post by the thousand, and what pages need costs as much as the work."""

    async def post(request: Request) -> JSONResponse:
        """One CloudEvent, a batch of at most 500, or the national envelope; all of it or nothing.

        201 when something new was stored, 200 when everything was known with the same body, 409 when an
        identity is known with another body, 422 with every error named.
        """
        try:
            await caller(request)
        except HTTPException as refused:
            return JSONResponse(
                {"detail": refused.detail}, status_code=refused.status_code, headers=refused.headers
            )
        content_type = request.headers.get("content-type", "application/json")
        if content_type.split(";", 1)[0].strip().lower() not in _CONTENT_TYPES:
            return _refusal(415, "Content-Type", "không nhận loại này", f"dùng {', '.join(_CONTENT_TYPES)}")
        if "ce-specversion" in request.headers:
            return _refusal(415, "ce-specversion", "không nhận kiểu binary", "gửi CloudEvent kiểu structured")
        body = await _read(request)
        if body is None:
            megabytes = _MOST_BYTES // 1024 // 1024
            return _refusal(413, "(toàn bộ)", f"lớn hơn {megabytes} MB", "chia thành nhiều lần gửi")
        try:
            events = read_events_from(body, content_type=content_type, code_pattern=code_pattern)
            accepted = await desk.submit(events)
        except EventsRefused as refused:
            return _problems(422, refused.problems)
        except EventConflict as conflict:
            return _problems(409, conflict.problems)
        new = any(one.status is PublishStatus.NEW for one in accepted)
        return JSONResponse({"events": [_told(one) for one in accepted]}, status_code=201 if new else 200)

    return Route(PATH, post, methods=["POST"])


async def _read(request: Request) -> bytes | None:
    """The body; None when it is too large, without reading on to its end."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)


def _told(one: Accepted) -> dict[str, Any]:
    return {
        "event_id": one.event_id,
        "source": one.source,
        "id": one.external_id,
        "dossier_code": one.dossier_code,
        "status": one.status.value,
        "waiting": one.waiting,
        "warnings": [warning.model_dump(exclude_none=True) for warning in one.warnings],
    }


def _refusal(status: int, field: str, problem: str, remedy: str) -> JSONResponse:
    return _problems(status, [Problem(index=0, field=field, problem=problem, remedy=remedy)])


def _problems(status: int, problems: list[Problem]) -> JSONResponse:
    return JSONResponse(
        {"errors": [problem.model_dump(exclude_none=True) for problem in problems]}, status_code=status
    )
