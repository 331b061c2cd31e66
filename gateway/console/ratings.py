"""Dossiers rated by nine indicators: drawn by the machine, rated by somebody who did not handle them."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from feedback.instruments import UNITS_RATING, AnswerError, PointsQuestion
from feedback.nine_indicators import band_of
from feedback.unit_rating import rate, to_rate
from feedback.walk_in import BallotRefused
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.console.units import seen_units
from gateway.opinion_desk import OpinionDesk
from people.permissions import Permission

HOME = "/console/cham-diem"
_WHY = {
    BallotRefused.NO_DOSSIER: "Hồ sơ này không nằm trong số được chọn để chấm.",
    BallotRefused.NOT_CLOSED: "Hồ sơ này chưa trả kết quả.",
    BallotRefused.OWN_WORK: "Hồ sơ này do anh/chị làm. Nhờ người khác chấm.",
}


def ratings_router(pages: ConsolePages, door: Door, desk: OpinionDesk) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.COUNTER))

    async def page(
        request: Request, at: AtConsole, *, told: str | None = None, trouble: str | None = None
    ) -> Response:
        content = desk.content()
        instrument = content.instruments.get(UNITS_RATING)
        if instrument is None:
            return pages.page(request, "ratings_missing.html", at, questionnaire=UNITS_RATING)
        async with door.database.reading() as session:
            mine = seen_units(at, Permission.COUNTER)
            waiting = await to_rate(session, mine, content.plan, by=at.actor.display_name, now=door.clock())
        return pages.page(
            request,
            "ratings.html",
            at,
            status=422 if trouble else 200,
            waiting=waiting,
            title=instrument.title.vi,
            intro=instrument.intro.vi,
            questions=[one for one in instrument.questions if isinstance(one, PointsQuestion)],
            told=told,
            trouble=trouble,
        )

    @router.get("")
    async def form(request: Request, at: AtConsole = allowed) -> Response:
        return await page(request, at)

    @router.post("")
    async def rated(request: Request, at: AtConsole = allowed) -> Response:
        content = desk.content()
        instrument = content.instruments.get(UNITS_RATING)
        if instrument is None:
            return await page(request, at)
        typed = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
        asked = {question.id for question in instrument.questions}
        answers = {key: value for key, value in typed.items() if key in asked}
        code = typed.get("code", "").strip()[:60]
        try:
            async with door.database.writing() as session:
                mine = seen_units(at, Permission.COUNTER)
                refused = await rate(
                    session,
                    instrument,
                    answers,
                    code=code,
                    units=mine,
                    by=at.actor.display_name,
                    plan=content.plan,
                    now=door.clock(),
                )
                await at.note(session, "opinion.rating", code)
        except AnswerError:
            return await page(request, at, trouble="Chấm đủ chín chỉ số rồi bấm Ghi điểm.")
        if refused is not None:
            return await page(request, at, trouble=_WHY[refused])
        total = sum(int(value) for value in answers.values())
        return await page(request, at, told=f"Đã ghi: {total} điểm trên 18, {band_of(total).value.lower()}.")

    return router
