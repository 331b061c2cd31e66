"""The assistant's answers that wait for an officer: sent as they are, sent changed, or taken over."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from conversations import review_repository, reviewing
from conversations.inbox import InboxError, how_long
from conversations.review_models import OutOfHours, TopicKind
from conversations.reviewing import ReviewError
from core.calendar import WorkingCalendar
from core.message import Reply
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from knowledge.base import KnowledgeBase
from people import unit_repository
from people.permissions import Permission

HOME = "/console/duyet-tra-loi"


def answer_review_router(
    pages: ConsolePages,
    door: Door,
    base: Callable[[], KnowledgeBase],
    calendar: Callable[[], WorkingCalendar],
) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.CONVERSATIONS))
    naming = Depends(door.require(Permission.REVIEW_TOPICS))

    async def listing(
        request: Request, at: AtConsole, *, trouble: str | None = None, typed: str = ""
    ) -> Response:
        units = at.actor.units_for(Permission.CONVERSATIONS)
        mine = at.actor.units_for(Permission.REVIEW_TOPICS)
        async with door.database.reading() as session:
            waiting = await review_repository.waiting(session, units)
            topics = await review_repository.open_topics(session, units)
            names = {one.code: one.name for one in await unit_repository.all_units(session)}
        known = base()
        now = door.clock()
        rows = [
            (
                one,
                procedure.spoken_name if (procedure := known.procedure(one.code)) else one.code,
                Reply.model_validate(one.reply).text,
                how_long(waited),
                int(waited.total_seconds() // 60),
            )
            for one in waiting
            for waited in [calendar().for_unit(one.unit).working_time(one.held_at, now)]
        ]
        curated = known.content.curated.values()
        return pages.page(
            request,
            "answer_review.html",
            at,
            status=422 if trouble else 200,
            rows=rows,
            topics=[
                (one, _topic_name(known, one.kind, one.value), names.get(one.unit, one.unit))
                for one in topics
            ],
            may_name=bool(mine),
            mine=mine,
            units=[(code, names.get(code, code)) for code in sorted(mine)],
            procedures=sorted((one.plain_name, one.code) for one in curated),
            fields=sorted({one.field for one in curated}),
            trouble=trouble,
            typed=typed,
        )

    @router.get("")
    async def show(request: Request, at: AtConsole = allowed) -> Response:
        return await listing(request, at)

    @router.get("/dem")
    async def count(at: AtConsole = allowed) -> Response:
        """How many wait now, for the page to say while it is open."""
        async with door.database.reading() as session:
            number = await review_repository.count_waiting(
                session, at.actor.units_for(Permission.CONVERSATIONS)
            )
        return HTMLResponse(f"{number} câu đang chờ.")

    @router.post("/chu-de")
    async def name(
        request: Request,
        kind: str = Form(""),
        value: str = Form(""),
        unit: str = Form(""),
        out_of_hours: str = Form(""),
        at: AtConsole = naming,
    ) -> Response:
        """From now on the answers on this topic wait for an officer."""
        value = value.strip()
        known = base()
        try:
            if unit not in at.actor.units_for(Permission.REVIEW_TOPICS):
                raise ReviewError("Chọn đơn vị duyệt.")
            if kind == TopicKind.PROCEDURE and known.procedure(value) is None:
                raise ReviewError("Không có thủ tục mang mã này: chọn trong danh sách gợi ý.")
            if kind == TopicKind.FIELD and all(one.field != value for one in known.content.curated.values()):
                raise ReviewError("Không có lĩnh vực này: chọn trong danh sách gợi ý.")
            if kind not in set(TopicKind) or out_of_hours not in set(OutOfHours):
                raise ReviewError("Chọn thủ tục hay lĩnh vực, và ngoài giờ thì sao.")
            async with door.database.writing() as session:
                await reviewing.name_topic(
                    session,
                    kind=TopicKind(kind),
                    value=value,
                    unit=unit,
                    out_of_hours=OutOfHours(out_of_hours),
                    by=at.actor.username,
                    now=door.clock(),
                )
                await at.note(session, "review.begin", f"{kind}:{value}")
        except ReviewError as error:
            return await listing(request, at, trouble=str(error), typed=value)
        return RedirectResponse(HOME, 303)

    @router.post("/chu-de/{topic_id}/thoi")
    async def end(topic_id: str, at: AtConsole = naming) -> Response:
        """The assistant answers by itself again; what waits already still waits."""
        async with door.database.writing() as session:
            topic = await review_repository.topic_by_id(session, topic_id)
            if topic is None or topic.unit not in at.actor.units_for(Permission.REVIEW_TOPICS):
                raise HTTPException(404)
            if topic.ended_at is None:
                topic.ended_by, topic.ended_at = at.actor.username, door.clock()
                await at.note(session, "review.end", f"{topic.kind}:{topic.value}")
        return RedirectResponse(HOME, 303)

    @router.post("/{held_id}")
    async def decide(
        request: Request, held_id: str, step: str = Form(""), text: str = Form(""), at: AtConsole = allowed
    ) -> Response:
        now, me, then = door.clock(), at.actor.staff_id, HOME
        try:
            async with door.database.writing() as session:
                held = await review_repository.held_by_id(
                    session, held_id, at.actor.units_for(Permission.CONVERSATIONS)
                )
                if held is None or step not in ("gui", "sua", "nhan"):
                    raise HTTPException(404)
                if step == "gui":
                    await reviewing.send(session, held, officer=me, now=now)
                elif step == "sua":
                    name = at.actor.display_name
                    await reviewing.send_changed(
                        session, held, officer=me, shown_name=name, text=text, now=now
                    )
                else:
                    handover = await reviewing.take_over(
                        session, held, officer=me, calendar=calendar(), now=now
                    )
                    then = f"/console/tro-chuyen/{handover.id}"
                await at.note(session, f"review.{step}", f"held:{held_id}")
        except InboxError as error:
            return await listing(request, at, trouble=str(error))
        return RedirectResponse(then, 303)

    return router


def _topic_name(base: KnowledgeBase, kind: str, value: str) -> str:
    if kind == TopicKind.FIELD:
        return f"Lĩnh vực {value}"
    procedure = base.procedure(value)
    return procedure.spoken_name if procedure else value
