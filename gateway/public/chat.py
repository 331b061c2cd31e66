"""``/chat``: the page of the conversation, complete without JavaScript; ``/chat/khung``: the same in a frame.

A form posts a question or a pressed button, the answer is there after the redirect. With JavaScript the same
page takes the live line (``gateway.channels.webchat_socket``) and the form never leaves.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.exceptions import HTTPException

from core.message import InboundMessage, OutboundMessage
from core.text.spell import spell_date, spell_time
from gateway.channels.webchat import (
    CHANNEL,
    Intake,
    Taken,
    Trouble,
    conversation_key,
    known_secret,
    new_secret,
)
from gateway.channels.webchat_frames import Draw
from gateway.channels.webchat_places import PLACES, Place
from gateway.public.messages import MessageView, read_press, view_of
from gateway.public.pages import Pages
from gateway.security import content_security_policy, same_origin

_COOKIE_LIFE = 30 * 24 * 3600  # an officer's answer may come days later
_UNDO_LIFE = 120  # seconds to go back after starting again; short, for machines that people share
_SHOWN = 80  # messages drawn with the page; the transcript holds them all
_STATUS = {Trouble.TOO_FAST: 429, Trouble.FAILED: 503, Trouble.SLOW: 202, Trouble.EMPTY: 422}


def draw_with(pages: Pages) -> Draw:
    """Draws one message as the page does, for the live line."""

    def draw(identifier: str | None, message: InboundMessage | OutboundMessage) -> str:
        return pages.text("message.html", m=view_of(identifier, message, pages.zone)).strip()

    return draw


def chat_router(
    pages: Pages,
    intake: Intake,
    *,
    allowed_origins: Collection[str] = (),
    framed_by: Collection[str] = (),
) -> APIRouter:
    """The chat on its own page, and framed by the sites ``framed_by``."""
    router = APIRouter(include_in_schema=False)
    for place in PLACES:
        _routes(router, place, pages, intake, allowed_origins, framed_by if place.framed else ())
    return router


def _routes(
    router: APIRouter,
    place: Place,
    pages: Pages,
    intake: Intake,
    allowed_origins: Collection[str],
    framed_by: Collection[str],
) -> None:
    async def show(request: Request, secret: str, taken: Taken | None = None, draft: str = "") -> Response:
        history = await intake.desk.history(CHANNEL, conversation_key(secret), None)
        views = [view_of(identifier, message, pages.zone) for identifier, message in history[-_SHOWN:]]
        trouble = taken.trouble if taken else None
        response = pages.page(
            request,
            "chat.html",
            status=_STATUS[trouble] if trouble else 200,
            private=True,
            place=place,
            messages=views,
            newest=_last_question(views),
            cursor=history[-1][0] if history else None,
            longer=len(history) > _SHOWN,
            notice=taken.notice if taken else None,
            draft=draft,
            form_id=secrets.token_urlsafe(12),
            can_go_back=known_secret(request.cookies.get(place.previous)) is not None and not history,
        )
        if framed_by:
            policy = content_security_policy(request.headers.get("host"), framed_by=framed_by)
            response.headers["Content-Security-Policy"] = policy
        remember(request, response, place.cookie, secret, _COOKIE_LIFE)
        return response

    def remember(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
        response.headers.append("set-cookie", place.cookie_header(request, name, value, seconds))

    def check_origin(request: Request) -> None:
        if not same_origin(request.headers.get("origin"), request.headers.get("host"), allowed_origins):
            raise HTTPException(403)

    @router.get(place.path)
    async def chat_page(request: Request) -> Response:
        return await show(request, known_secret(request.cookies.get(place.cookie)) or new_secret())

    @router.post(place.path)
    async def ask(
        request: Request,
        text: str = Form(""),
        press: str = Form(""),
        id: str = Form("", max_length=64),  # noqa: A002 (the field's name in the form)
    ) -> Response:
        check_origin(request)
        secret = known_secret(request.cookies.get(place.cookie)) or new_secret()
        action, said = read_press(press) if press else ("", text)
        if len(action) > 64:
            raise HTTPException(422)
        taken = await intake.take(
            conversation_key(secret),
            said,
            action=action or None,
            external_id=id or None,
            patience=intake.limits.patience_seconds,
        )
        if taken.trouble or taken.notice:
            kept = said if taken.trouble in (Trouble.TOO_FAST, Trouble.FAILED) and not action else ""
            return await show(request, secret, taken, kept[: intake.limits.characters])
        response = RedirectResponse(f"{place.path}#moi", status_code=303)
        remember(request, response, place.cookie, secret, _COOKIE_LIFE)
        return response

    @router.post(f"{place.path}/new")
    async def start_again(request: Request) -> Response:
        check_origin(request)
        response = RedirectResponse(place.path, status_code=303)
        left = known_secret(request.cookies.get(place.cookie))
        remember(request, response, place.cookie, new_secret(), _COOKIE_LIFE)
        if left:
            remember(request, response, place.previous, left, _UNDO_LIFE)
        return response

    @router.post(f"{place.path}/back")
    async def go_back(request: Request) -> Response:
        check_origin(request)
        response = RedirectResponse(f"{place.path}#moi", status_code=303)
        if left := known_secret(request.cookies.get(place.previous)):
            remember(request, response, place.cookie, left, _COOKIE_LIFE)
        remember(request, response, place.previous, "", 0)
        return response

    @router.get(f"{place.path}/transcript.txt")
    async def transcript(request: Request) -> Response:
        secret = known_secret(request.cookies.get(place.cookie))
        history = await intake.desk.history(CHANNEL, conversation_key(secret), None) if secret else []
        views = [view_of(identifier, message, pages.zone) for identifier, message in history]
        now = pages.local(datetime.now().astimezone())
        body = _transcript(views, pages.site.unit_name, now)
        return PlainTextResponse(
            body.encode("utf-8-sig"),  # with its mark, so that old Notepads read the accents
            headers={
                "Content-Disposition": f'attachment; filename="hoi-dap-mot-cua-{now:%Y-%m-%d}.txt"',
                "Cache-Control": "no-store",
            },
        )


def _last_question(views: list[MessageView]) -> int:
    """Place of the citizen's last message, where the page should open; -1 when there is none."""
    mine = [place for place, view in enumerate(views) if view.kind == "citizen"]
    return mine[-1] if mine else -1


def _transcript(views: list[MessageView], unit: str, now: datetime) -> str:
    lines = [
        f"Hỏi đáp thủ tục · {unit}",
        f"Tải về lúc {spell_time(now.time())}, {spell_date(now.date())}",
        "Tờ này có thể chứa chuyện riêng của anh/chị: cất kỹ, đừng để ở máy dùng chung.",
    ]
    for view in views:
        at = f" · {view.moment.time}, {view.moment.day}" if view.moment.time else ""
        lines += ["", f"{view.name}{at}", view.text]
        lines += [f"  [{choice.title}]" for choice in (*view.options, *view.chips)]
    return "\r\n".join(line.replace("\n", "\r\n") for line in lines) + "\r\n"
