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

from core.text.spell import spell_date, spell_time
from gateway.public.pages import Pages
from gateway.public.survey_words import LANGUAGES, WORDS
from gateway.security import same_origin

_TOKEN_LENGTH = 128
_PHONE_LENGTH = 20


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

        ``device`` tells devices apart; ``phone``: where the citizen wants to be called.
        """
        ...

    async def helped(self, token: str, helped: bool) -> bool:
        """Whether what was done helped; False where nothing was done yet."""
        ...

    async def decline(self, token: str) -> bool:
        """No more surveys for this person; False for an unknown token. Notices go on."""
        ...


def survey_router(pages: Pages, desk: SurveyDesk) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    def page(request: Request, template: str, lang: str, *, status: int = 200, **context: object) -> Response:
        response = pages.page(
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

    def message(request: Request, lang: str, kind: str, status: int) -> Response:
        return page(request, "survey_message.html", lang, status=status, kind=kind, here=request.url.path)

    async def found(token: str) -> SurveyView | None:
        return await desk.open(token) if len(token) <= _TOKEN_LENGTH else None

    @router.get("/k/{token}")
    async def survey_page(token: str, request: Request, lang: str = "vi", done: str = "") -> Response:
        lang = lang if lang in LANGUAGES else "vi"
        view = await found(token)
        if view is None:
            return message(request, lang, "unknown", 404)
        if view.state in (SurveyState.EXPIRED, SurveyState.CLOSED) and view.asked_back:
            return page(request, "survey_asked_back.html", lang, view=view, here=request.url.path)
        if view.state is SurveyState.EXPIRED:
            return message(request, lang, "expired", 410)
        if view.state is SurveyState.CLOSED:
            return message(request, lang, "closed", 200)
        return show(request, view, lang, finished=bool(done))

    def show(
        request: Request, view: SurveyView, lang: str, *, finished: bool = False, invalid: bool = False
    ) -> Response:
        until = pages.local(view.changeable_until) if view.changeable_until else None
        return page(
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

    @router.post("/k/{token}")
    async def survey_answer(token: str, request: Request, lang: str = "vi") -> Response:
        lang = lang if lang in LANGUAGES else "vi"
        if not same_origin(request.headers.get("origin"), request.headers.get("host")):
            return message(request, lang, "unknown", 403)
        view = await found(token)
        if view is None:
            return message(request, lang, "unknown", 404)
        form = await request.form(max_files=0, max_fields=60)
        asked = {question.id for question in (view.headline, *view.others)}
        answers = {name: value for name, value in form.items() if name in asked and isinstance(value, str)}
        written = form.get("comment")
        comment = None  # left out: an earlier one stays
        if isinstance(written, str) and view.comment:
            comment = written.strip()[: view.comment_limit] or None
        answers = {name: value for name, value in answers.items() if value}
        phone = form.get("phone")
        phone = phone.strip()[:_PHONE_LENGTH] if isinstance(phone, str) else None
        outcome = await desk.answer(token, answers, comment, device=device_of(request), phone=phone or None)
        if outcome is SurveyOutcome.RECORDED:
            done = "&done=1" if "details" in form else ""
            return RedirectResponse(f"{request.url.path}?lang={lang}{done}", status_code=303)
        if outcome is SurveyOutcome.INVALID:
            return show(request, view, lang, invalid=True)
        status = {SurveyOutcome.EXPIRED: 410, SurveyOutcome.CLOSED: 409, SurveyOutcome.UNKNOWN: 404}
        return message(request, lang, outcome.value, status[outcome])

    @router.post("/k/{token}/helped")
    async def survey_helped(token: str, request: Request, lang: str = "vi") -> Response:
        lang = lang if lang in LANGUAGES else "vi"
        if not same_origin(request.headers.get("origin"), request.headers.get("host")):
            return message(request, lang, "unknown", 403)
        form = await request.form(max_files=0, max_fields=5)
        known = len(token) <= _TOKEN_LENGTH and await desk.helped(token, form.get("helped") == "1")
        return message(request, lang, "helped" if known else "unknown", 200 if known else 404)

    @router.post("/k/{token}/stop")
    async def survey_stop(token: str, request: Request, lang: str = "vi") -> Response:
        lang = lang if lang in LANGUAGES else "vi"
        if not same_origin(request.headers.get("origin"), request.headers.get("host")):
            return message(request, lang, "unknown", 403)
        stopped = len(token) <= _TOKEN_LENGTH and await desk.decline(token)
        return message(request, lang, "stopped" if stopped else "unknown", 200 if stopped else 404)

    return router


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
