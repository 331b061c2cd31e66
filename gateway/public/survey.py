"""``/k/{token}``: the survey page. One tap answers; everything after it is a free choice.

The token is the secret of an invitation: it is in no cache, no referrer and no log. A GET never records
anything, because messengers and mail scanners open links before people do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.routing import Route

from core.text.spell import spell_date, spell_time
from gateway.public.pages import Pages
from gateway.public.survey_words import LANGUAGES, WORDS
from gateway.security import same_origin

_TOKEN_LENGTH = 128
_PHONE_LENGTH = 20
_COMMENT_LENGTH = 4000
"""More than any questionnaire takes; the limit of its own cuts afterwards."""


class SurveyState(StrEnum):
    """OPEN: no answer yet. ANSWERED: may still be changed. CLOSED: answered for good. EXPIRED: too late."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    EXPIRED = "expired"


class SurveyOutcome(StrEnum):
    RECORDED = "recorded"
    INVALID = "invalid"
    CLOSED = "closed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


_NOT_TAKEN = {SurveyOutcome.EXPIRED: 410, SurveyOutcome.CLOSED: 409}


@dataclass(frozen=True)
class Words:
    vi: str
    en: str

    def say(self, lang: str) -> str:
        return self.en if lang == "en" else self.vi


@dataclass(frozen=True)
class SurveyOption:
    value: str
    text: Words


@dataclass(frozen=True)
class SurveyQuestion:
    """Answered with the value of one option, or a number from ``least`` to ``most`` if there are none."""

    id: str
    text: Words
    options: tuple[SurveyOption, ...] = ()
    least: int = 0
    most: int = 480


@dataclass(frozen=True)
class AskedBack:
    """What came of the citizen's wish to be called: ``told`` once it is closed, ``helped`` once answered."""

    told: str | None
    helped: bool | None


@dataclass(frozen=True)
class SurveyView:
    """An invitation as its page shows it. ``given`` maps question to value; ``comment`` None: not asked for.

    ``handed_over`` is the day the citizen got the result; ``changeable_until`` is set once it was answered.
    ``opening`` names the sentence that says what is asked about.
    """

    state: SurveyState
    intro: Words
    closing: Words
    headline: SurveyQuestion
    others: tuple[SurveyQuestion, ...] = ()
    comment: Words | None = None
    comment_limit: int = 1000
    given: Mapping[str, str] = field(default_factory=dict)
    comment_given: str = ""
    unit_name: str | None = None
    handed_over: date | None = None
    opening: str = "handed_over"
    changeable_until: datetime | None = None
    asked_back: AskedBack | None = None


class SurveyDesk(Protocol):
    async def open(self, token: str) -> SurveyView | None:
        """The invitation of a token; None when there is none. Opening records nothing."""
        ...

    async def answer(
        self, token: str, answers: dict[str, str], comment: str | None, *, device: str, phone: str | None
    ) -> SurveyOutcome:
        """Adds to, or changes, what was answered; questions left out keep their answer.

        ``answers`` may hold names that are no questions. ``device`` tells devices apart; ``phone``: where
        the citizen wants to be called.
        """
        ...

    async def helped(self, token: str, helped: bool) -> bool:
        """Whether what was done helped; False where nothing was done yet."""
        ...

    async def decline(self, token: str) -> bool:
        """No more surveys for this person; False for an unknown token. Notices go on."""
        ...


class _Drawing:
    """The pages of a survey, in the language asked for. None of them is kept or passed on."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages

    def page(
        self, request: Request, template: str, lang: str, *, status: int = 200, **context: object
    ) -> Response:
        response = self._pages.page(
            request,
            template,
            status=status,
            private=True,
            lang=lang,
            w=WORDS[lang],
            other_lang=next(each for each in LANGUAGES if each != lang),
            **context,
        )
        # Not "no-referrer": with it browsers post their form from the origin "null".
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def message(self, request: Request, lang: str, kind: str, status: int) -> Response:
        return self.page(
            request, "survey_message.html", lang, status=status, kind=kind, here=request.url.path
        )

    def survey(
        self, request: Request, view: SurveyView, lang: str, *, finished: bool = False, invalid: bool = False
    ) -> Response:
        until = self._pages.local(view.changeable_until) if view.changeable_until else None
        return self.page(
            request,
            "survey.html",
            lang,
            status=422 if invalid else 200,
            view=view,
            here=request.url.path,
            limit=f"{view.comment_limit:,}" if lang == "en" else f"{view.comment_limit:,}".replace(",", "."),
            handed_over=_day(view.handed_over, lang),
            until=_moment(until, lang),
            answered=view.state is SurveyState.ANSWERED,
            finished=finished and view.state is SurveyState.ANSWERED,
            invalid=invalid,
        )


def survey_router(pages: Pages, desk: SurveyDesk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    draw = _Drawing(pages)
    router.routes.append(answer_route(pages, desk))

    @router.get("/k/{token}")
    async def survey_page(token: str, request: Request, lang: str = "vi", done: str = "") -> Response:
        lang = lang if lang in LANGUAGES else "vi"
        view = await _found(desk, token)
        if view is None:
            return draw.message(request, lang, "unknown", 404)
        if view.state in (SurveyState.EXPIRED, SurveyState.CLOSED) and view.asked_back:
            return draw.page(request, "survey_asked_back.html", lang, view=view, here=request.url.path)
        if view.state is SurveyState.EXPIRED:
            return draw.message(request, lang, "expired", 410)
        if view.state is SurveyState.CLOSED:
            return draw.message(request, lang, "closed", 200)
        return draw.survey(request, view, lang, finished=bool(done))

    @router.post("/k/{token}/helped")
    async def survey_helped(token: str, request: Request, lang: str = "vi") -> Response:
        lang = lang if lang in LANGUAGES else "vi"
        if not same_origin(request.headers.get("origin"), request.headers.get("host")):
            return draw.message(request, lang, "unknown", 403)
        form = await request.form(max_files=0, max_fields=5)
        known = len(token) <= _TOKEN_LENGTH and await desk.helped(token, form.get("helped") == "1")
        return draw.message(request, lang, "helped" if known else "unknown", 200 if known else 404)

    @router.post("/k/{token}/stop")
    async def survey_stop(token: str, request: Request, lang: str = "vi") -> Response:
        lang = lang if lang in LANGUAGES else "vi"
        if not same_origin(request.headers.get("origin"), request.headers.get("host")):
            return draw.message(request, lang, "unknown", 403)
        stopped = len(token) <= _TOKEN_LENGTH and await desk.decline(token)
        return draw.message(request, lang, "stopped" if stopped else "unknown", 200 if stopped else 404)

    return router


def answer_route(pages: Pages, desk: SurveyDesk) -> Route:
    """A plain route, to stand before all others: people answer by the hundred when messages have gone out,
    and finding a page among all pages costs more than keeping an answer.
    """
    draw = _Drawing(pages)

    async def survey_answer(request: Request) -> Response:
        token, lang = request.path_params["token"], request.query_params.get("lang", "")
        lang = lang if lang in LANGUAGES else "vi"
        if not same_origin(request.headers.get("origin"), request.headers.get("host")):
            return draw.message(request, lang, "unknown", 403)
        if len(token) > _TOKEN_LENGTH:
            return draw.message(request, lang, "unknown", 404)
        form = await request.form(max_files=0, max_fields=60)
        fields = {name: value for name, value in form.items() if isinstance(value, str) and value}
        # Left out: an earlier one stays.
        comment = fields.pop("comment", "").strip()[:_COMMENT_LENGTH] or None
        phone = fields.pop("phone", "").strip()[:_PHONE_LENGTH] or None
        outcome = await desk.answer(token, fields, comment, device=device_of(request), phone=phone)
        if outcome is SurveyOutcome.RECORDED:
            done = "&done=1" if "details" in fields else ""
            return RedirectResponse(f"{request.url.path}?lang={lang}{done}", status_code=303)
        if outcome is SurveyOutcome.INVALID and (view := await _found(desk, token)) is not None:
            return draw.survey(request, view, lang, invalid=True)
        if outcome in _NOT_TAKEN:
            return draw.message(request, lang, outcome.value, _NOT_TAKEN[outcome])
        return draw.message(request, lang, "unknown", 404)

    return Route("/k/{token}", survey_answer, methods=["POST"], include_in_schema=False)


async def _found(desk: SurveyDesk, token: str) -> SurveyView | None:
    return await desk.open(token) if len(token) <= _TOKEN_LENGTH else None


def device_of(request: Request) -> str:
    """Where a tap came from, as far as a browser without scripts and cookies tells; only a hash is kept."""
    address = request.client.host if request.client else ""
    return f"{address} {request.headers.get('user-agent', '')}"


def _day(day: date | None, lang: str) -> str | None:
    if day is None:
        return None
    return f"{day.day} {day:%B %Y}" if lang == "en" else spell_date(day)


def _moment(moment: datetime | None, lang: str) -> str | None:
    if moment is None:
        return None
    if lang == "en":
        return f"{moment:%H:%M} on {moment.day} {moment:%B %Y}"
    return f"{spell_time(moment.time())}, {spell_date(moment.date())}"
