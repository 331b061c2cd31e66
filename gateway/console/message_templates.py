"""The words of every notice in every channel as citizens would read them, with what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from fastapi import APIRouter, Depends, Form, HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from jinja2 import TemplateError

from core.content import Document, live_version, published
from core.generations import bump
from core.text.sms import choose
from core.yaml_shape import ContentShapeError
from gateway.console.doors import AtConsole, Door
from gateway.console.pages import ConsolePages
from gateway.message_words import ENCODINGS, EVENT_WORDS
from knowledge.answer.figures import capital
from notifications import approval_repository, approvals
from notifications.approval_models import TemplateApproval
from notifications.approvals import ApprovalError, ApprovalState
from notifications.schemas import Channel
from notifications.telling import CHANNELS
from notifications.vocabulary import SPECIMEN, check_one
from notifications.wording import Wording, compile_wording, render
from people.permissions import Permission

HOME = "/console/mau-tin"
_KEPT = 512
"""Wordings that are kept as they read: each is compiled once, until its text changes."""


@dataclass(frozen=True)
class TemplateView:
    """One wording filled in with long but real values. ``parts``: text messages it costs."""

    channel: str
    title: str | None
    text: str
    variables: Sequence[str]
    basis: str | None
    version: int
    parts: int | None
    encoding: str | None
    zalo: Sequence[tuple[str, str]]
    problems: Sequence[str]
    key: str = ""
    words_sha: str | None = None


@dataclass(frozen=True)
class Registration:
    """Where the words that are live stand with their carrier, and every step so far, newest first."""

    state: ApprovalState | None
    steps: Sequence[TemplateApproval]


def templates_router(pages: ConsolePages, door: Door) -> APIRouter:
    router = APIRouter(prefix=HOME, include_in_schema=False)
    allowed = Depends(door.require(Permission.TEMPLATES))
    keeping = Depends(door.require(Permission.TEMPLATE_STATE))

    @router.get("")
    async def listing(request: Request, at: AtConsole = allowed) -> Response:
        async with door.database.reading() as session:
            documents = await published(session, ["messages"])
            known = await approval_repository.standing(session)
        events: dict[str, list[str]] = {}
        for document in documents:
            _, event, name = document.key.split("/")
            events.setdefault(event, []).append(name.split(".")[0])
        waiting: dict[str, list[str]] = {}
        for document in documents:
            words = approvals.registered_words(document.key, document.text)
            if words is None:
                continue
            row = known.get((document.key, words))
            if row is None or row.state != ApprovalState.APPROVED:
                _, event, name = document.key.split("/")
                state = ApprovalState(row.state).words if row else "chưa đăng ký"
                waiting.setdefault(event, []).append(f"{_named(_channel(name.split('.')[0]))}: {state}")
        rows = [
            (
                event,
                EVENT_WORDS.get(event, event),
                [_named(_channel(c)) for c in channels],
                waiting.get(event, []),
            )
            for event, channels in events.items()
        ]
        order = list(EVENT_WORDS)
        rows.sort(key=lambda row: order.index(row[0]) if row[0] in order else len(order))
        return pages.page(request, "message_templates.html", at, rows=rows)

    async def shown(
        request: Request, event: str, at: AtConsole, trouble: ApprovalError | None = None
    ) -> Response:
        async with door.database.reading() as session:
            documents = [
                one
                for one in await published(session, ["messages"])
                if one.key.startswith(f"messages/{event}/")
            ]
            steps = await approval_repository.steps_of(session, [one.key for one in documents])
        views = views_of(documents)
        if not views:
            raise HTTPException(404)
        return pages.page(
            request,
            "message_template.html",
            at,
            status=422 if trouble else 200,
            event=event,
            name=EVENT_WORDS.get(event, event),
            views=views,
            registrations={view.key: _registration(view, steps) for view in views},
            states=list(ApprovalState),
            trouble=str(trouble) if trouble else None,
            may_note=at.actor.may(Permission.TEMPLATE_STATE),
            may_edit=at.actor.may(Permission.CONTENT_FIGURES),
        )

    @router.get("/{event}")
    async def read(request: Request, event: str, at: AtConsole = allowed) -> Response:
        return await shown(request, event, at)

    @router.post("/{event}")
    async def keep(
        request: Request,
        event: str,
        key: str = Form(""),
        words: str = Form(""),
        state: str = Form(""),
        reference: str = Form(""),
        reason: str = Form(""),
        at: AtConsole = keeping,
    ) -> Response:
        """Write down where a registration stands; it counts for exactly the words that were on the page."""
        try:
            async with door.database.writing() as session:
                live = await live_version(session, key)
                if live is None or not key.startswith(f"messages/{event}/"):
                    raise HTTPException(404)
                if approvals.registered_words(key, live.body) != words:
                    raise ApprovalError("Lời của mẫu này vừa đổi: xem lại rồi ghi cho lời mới.")
                if state not in set(ApprovalState):
                    raise ApprovalError("Chọn tình trạng đăng ký.")
                await approvals.note(
                    session,
                    key=key,
                    words_sha=words,
                    version=live.version,
                    state=ApprovalState(state),
                    reference=reference,
                    reason=reason,
                    by=at.actor.username,
                    now=door.clock(),
                )
                await at.note(session, f"template.{state}", f"content:{key}", reason=reason)
                await bump(session, "content")
        except ApprovalError as error:
            return await shown(request, event, at, error)
        return RedirectResponse(f"{HOME}/{event}", 303)

    return router


def views_of(documents: Sequence[Document]) -> list[TemplateView]:
    return [_read(one.key, one.text) for one in documents]


@lru_cache(_KEPT)
def _read(key: str, text: str) -> TemplateView:
    try:
        wording = compile_wording(key, text)
    except ContentShapeError as error:
        return _broken(key, [str(one) for one in error.problems])
    return _view(wording, text)


def _registration(view: TemplateView, steps: Sequence[TemplateApproval]) -> Registration | None:
    """None where no carrier has to approve anything."""
    if view.words_sha is None:
        return None
    mine = [one for one in steps if one.key == view.key]
    now = next((ApprovalState(one.state) for one in mine if one.words_sha == view.words_sha), None)
    return Registration(now, mine)


def _view(wording: Wording, source: str) -> TemplateView:
    problems = [f"{one.problem}: {one.remedy}" for one in check_one(wording, source)]
    try:
        rendered = render(wording, SPECIMEN)
    except (TemplateError, TypeError, ValueError, AttributeError):
        return TemplateView(
            _named(wording.channel), None, "", sorted(wording.variables), None, wording.version, None, None,
            (), problems,
        )  # fmt: skip
    choice = choose(rendered.text, short=rendered.short) if wording.channel is Channel.SMS else None
    return TemplateView(
        channel=_named(wording.channel),
        title=rendered.title,
        text=choice.text if choice else rendered.text,
        variables=sorted(wording.variables),
        basis=None,
        version=wording.version,
        parts=choice.size.segments if choice else None,
        encoding=ENCODINGS[choice.size.encoding] if choice else None,
        zalo=list((rendered.parameters or {}).items()),
        problems=problems,
        key=wording.source,
        words_sha=approvals.registered_words(wording.source, source),
    )


def _broken(key: str, problems: Sequence[str]) -> TemplateView:
    name = key.rsplit("/", 1)[-1].split(".")[0]
    return TemplateView(_named(_channel(name)), None, "", (), None, 0, None, None, (), problems)


def _named(channel: Channel) -> str:
    return capital(CHANNELS[channel])


def _channel(name: str) -> Channel:
    return Channel(name) if name in set(Channel) else Channel.WEB
