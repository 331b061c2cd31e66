"""``/y-kien/{unit}`` behind a poster's QR code, ``/ban-cham/{unit}`` on the tablet beside the counter.

Both ask the short questionnaire of whoever comes, and with ``/cho-doi`` behind it how long they waited. What
they bring is shown beside the index, never in it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from core.database import Database
from feedback.instruments import SHORT_SURVEY, WAITING_SURVEY, AnswerError
from feedback.models import Mode
from feedback.walk_in import Given, record_walk_in
from gateway.opinion_desk import OpinionDesk
from gateway.public.pages import Pages
from gateway.public.survey import device_of
from gateway.public.survey_desk import drawn_question, said
from gateway.public.survey_words import LANGUAGES, WORDS
from gateway.security import same_origin
from people.repository import unit_by_code

WAITING_PATH = "/cho-doi"
_BACK_SECONDS = 8
_MINUTES = (5, 10, 15, 20, 30, 45, 60)
"""On a tablet nobody types: the nearest is tapped."""


async def unit_name(database: Database, code: str) -> str | None:
    async with database.reading() as session:
        unit = await unit_by_code(session, code)
    return unit.name if unit and unit.active else None


def walk_in_router(
    pages: Pages, desk: OpinionDesk, *, name_of: Callable[[str], Awaitable[str | None]]
) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    async def page(
        request: Request, code: str, lang: str, mode: Mode, survey: str, *, done: bool, status: int = 200
    ) -> Response:
        lang = lang if lang in LANGUAGES else "vi"
        name = await name_of(code)
        if name is None:
            return pages.page(
                request, "survey_message.html", status=404, lang=lang, w=WORDS[lang], kind="unknown",
                other_lang="en" if lang == "vi" else "vi", here=request.url.path,
            )  # fmt: skip
        instrument = desk.content().instruments.get(survey)
        if instrument is None:
            return pages.page(
                request, "survey_message.html", status=503, lang=lang, w=WORDS[lang], kind="not_ready",
                other_lang="en" if lang == "vi" else "vi", here=request.url.path,
            )  # fmt: skip
        questions = [drawn_question(question) for question in instrument.questions]
        headline = next(one for one in questions if one.id == instrument.headline)
        response = pages.page(
            request,
            "walk_in.html",
            status=status,
            lang=lang,
            w=WORDS[lang],
            other_lang="en" if lang == "vi" else "vi",
            here=request.url.path,
            unit=name,
            kiosk=mode is Mode.KIOSK,
            headline=headline,
            minutes=_MINUTES,
            others=[one for one in questions if one is not headline],
            comment=said(instrument.comment.text) if instrument.comment else None,
            limit=instrument.comment.limit if instrument.comment else 0,
            done=done,
            invalid=status == 422,
            back_seconds=_BACK_SECONDS,
        )
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    async def take(request: Request, code: str, lang: str, mode: Mode, survey: str) -> Response:
        name = await name_of(code)
        if name is None or not same_origin(request.headers.get("origin"), request.headers.get("host")):
            return await page(request, "", lang, mode, survey, done=False)
        instrument = desk.content().instruments.get(survey)
        if instrument is None:
            return await page(request, code, lang, mode, survey, done=False)
        form = await request.form(max_files=0, max_fields=30)
        asked = {question.id for question in instrument.questions}
        answers = {key: value for key, value in form.items() if key in asked and value}
        comment = form.get("comment")
        given = Given(instrument, answers, comment if isinstance(comment, str) else None)
        try:
            async with desk.database.writing() as session:
                await record_walk_in(
                    session,
                    given,
                    unit=name,
                    mode=mode,
                    device=device_of(request),
                    now=desk.clock(),
                    cut_day=desk.content().plan.cut_day,
                )
        except AnswerError:
            return await page(request, code, lang, mode, survey, done=False, status=422)
        return RedirectResponse(f"{request.url.path}?lang={lang}&xong=1", 303)

    def serve(path: str, mode: Mode, survey: str) -> None:
        @router.get(path)
        async def ask(code: str, request: Request, lang: str = "vi", xong: str = "") -> Response:
            return await page(request, code, lang, mode, survey, done=bool(xong))

        @router.post(path)
        async def answered(code: str, request: Request, lang: str = "vi") -> Response:
            return await take(request, code, lang, mode, survey)

    for path, mode in (("/y-kien/{code}", Mode.POSTER), ("/ban-cham/{code}", Mode.KIOSK)):
        serve(path, mode, SHORT_SURVEY)
        serve(path + WAITING_PATH, mode, WAITING_SURVEY)
    return router
