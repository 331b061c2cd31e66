"""The citizen pages put together. Everything they need is handed in; nothing here is global."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import APIRouter, Request, Response

from gateway.channels.webchat import Intake
from gateway.channels.webchat_poll import poll_router
from gateway.channels.webchat_socket import socket_router
from gateway.public.accuracy import accuracy_router
from gateway.public.assets import assets_router
from gateway.public.chat import chat_router, draw_with
from gateway.public.check import MessageCheck, check_router
from gateway.public.embed import embed_router
from gateway.public.knowledge import PublicKnowledge
from gateway.public.life_events import life_events_router
from gateway.public.pages import Pages
from gateway.public.papers import papers_router
from gateway.public.papers_mail import PostOffice
from gateway.public.printing.printer import Printer
from gateway.public.procedures import ProcedureLookup, procedures_router
from gateway.public.survey import SurveyDesk, survey_router


def public_router(
    *,
    pages: Pages,
    intake: Intake,
    procedures: ProcedureLookup,
    surveys: SurveyDesk,
    knowledge: PublicKnowledge,
    checks: MessageCheck,
    post: PostOffice | None = None,
    allowed_origins: Collection[str] = (),
    framed_by: Collection[str] = (),
) -> APIRouter:
    """``/``, ``/chat`` with its live line and its frame, ``/nhung.js``,
    ``/p/{code}`` with its list of papers, ``/su-kien``, ``/k/{token}``,
    ``/kiem-tra``, ``/do-chinh-xac`` and ``/static``.

    The application around it adds ``SecurityHeaders``, compression of pages (static files bring their own)
    and ``install_error_pages``.

    ``allowed_origins``: further addresses of this same site (``https://…``) behind a proxy that renames it.
    ``post`` sends a list of papers by mail; without one its page says so.
    ``framed_by``: origins of other sites that may show the chat inside their pages.
    """
    router = APIRouter()
    router.include_router(assets_router(pages.assets))
    router.include_router(embed_router(pages.assets, framed_by=framed_by))
    router.include_router(chat_router(pages, intake, allowed_origins=allowed_origins, framed_by=framed_by))
    for line in (socket_router, poll_router):
        router.include_router(line(intake, draw_with(pages), allowed_origins=allowed_origins))
    # Before the card itself: "/p/{code}" would take "/p/{code}.pdf" as well.
    router.include_router(
        papers_router(pages, knowledge, Printer(), post=post, allowed_origins=allowed_origins)
    )
    router.include_router(procedures_router(pages, procedures, knowledge))
    router.include_router(life_events_router(pages, knowledge))
    router.include_router(survey_router(pages, surveys))
    router.include_router(check_router(pages, checks))
    router.include_router(accuracy_router(pages))

    @router.get("/", include_in_schema=False)
    async def landing(request: Request) -> Response:
        return pages.page(request, "landing.html")

    return router
