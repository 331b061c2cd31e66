"""``/k/tro-chuyen``: from a chat to the question about it, for the browser that holds the chat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from conversations import notices
from core.database import Database, utc_now
from feedback.occasions import token_in_chat
from gateway.channels.webchat import CHANNEL, conversation_key, known_secret
from gateway.channels.webchat_places import PLACES
from gateway.chat_surveys import PATH
from gateway.public.pages import Pages
from gateway.public.survey_words import WORDS


def chat_survey_router(
    pages: Pages, database: Database, *, clock: Callable[[], datetime] = utc_now
) -> APIRouter:
    """To be added before ``/k/{token}``."""
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    async def own_survey(request: Request) -> Response:
        async with database.reading() as session:
            for place in PLACES:
                secret = known_secret(request.cookies.get(place.cookie))
                found = await notices.find(session, CHANNEL, conversation_key(secret)) if secret else None
                token = await token_in_chat(session, found.id, clock()) if found else None
                if token is not None:
                    return RedirectResponse(f"/k/{token}", 303, headers={"Cache-Control": "no-store"})
        return pages.page(
            request, "survey_message.html", status=404, private=True, lang="vi", w=WORDS["vi"],
            kind="unknown", other_lang="en", here=PATH,
        )  # fmt: skip

    return router
