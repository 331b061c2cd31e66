"""``/t/{token}``: the page of one notice. It is somebody's own: in no cache, no referrer, no index."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from gateway.public.messages import blocks_of
from gateway.public.pages import Pages
from gateway.security import same_origin
from notifications.notice_page import NoticePages, PageOutcome, Step
from notifications.page import LENGTH

_STATUS = {PageOutcome.UNKNOWN: 404, PageOutcome.EXPIRED: 410}


def notices_router(pages: Pages, notices: NoticePages) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    def page(request: Request, *, status: int = 200, **context: Any) -> Response:
        response = pages.page(request, "notice.html", status=status, private=True, **context)
        # Not "no-referrer": with it browsers post their form from the origin "null".
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def gone(request: Request, outcome: PageOutcome) -> Response:
        return page(request, status=_STATUS[outcome], view=None, gone=outcome.value)

    @router.get("/t/{token}")
    async def show(token: str, request: Request) -> Response:
        view = await notices.open(token) if len(token) <= LENGTH else None
        if view is None:
            return gone(request, PageOutcome.UNKNOWN)
        if view.expired:
            return gone(request, PageOutcome.EXPIRED)
        sent = pages.local(view.sent_at) if view.sent_at else None
        return page(
            request, view=view, gone=None, blocks=blocks_of(view.text), sent=sent, here=request.url.path
        )

    @router.post("/t/{token}")
    async def act(token: str, request: Request) -> Response:
        # A mail program posts by itself when somebody presses its own button (RFC 8058): it has no origin.
        origin = request.headers.get("origin")
        if origin is not None and not same_origin(origin, request.headers.get("host")):
            return gone(request, PageOutcome.UNKNOWN)
        form = await request.form(max_files=0, max_fields=5)
        one_click = form.get("List-Unsubscribe") == "One-Click"
        wanted = "stop" if one_click else str(form.get("do", ""))
        if len(token) > LENGTH or wanted not in set(Step):
            return gone(request, PageOutcome.UNKNOWN)
        outcome = await notices.act(token, Step(wanted))
        if outcome is not PageOutcome.DONE:
            return gone(request, outcome)
        return RedirectResponse(request.url.path, status_code=303)

    return router
