"""The live line for networks that let no socket pass: one request waits for news, another carries words.

The frames are those of the socket. A turn that takes longer than a proxy's patience is asked for again under
the same number, which the desk recognises.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from gateway.channels.webchat import (
    CHANNEL,
    Intake,
    conversation_key,
    known_secret,
    new_secret,
)
from gateway.channels.webchat_frames import Draw, Frame, kept, read_frame, turn
from gateway.channels.webchat_places import PLACES, Place
from gateway.security import same_origin

LOOK_EVERY = 0.5
_MOST_BYTES = 64 * 1024
_COOKIE_LIFE = 30 * 24 * 3600


def poll_router(intake: Intake, draw: Draw, *, allowed_origins: Collection[str] = ()) -> APIRouter:
    """``GET …/poll?after=`` and ``POST …/send`` beside every page of the chat."""
    router = APIRouter(include_in_schema=False)
    waiting: Counter[str] = Counter()

    def known(request: Request, place: Place) -> str:
        if not same_origin(request.headers.get("origin"), request.headers.get("host"), allowed_origins):
            raise HTTPException(403)
        return known_secret(request.cookies.get(place.cookie)) or new_secret()

    def answered(
        request: Request, place: Place, secret: str, frames: list[Frame], cursor: str | None
    ) -> Response:
        response = JSONResponse({"frames": frames, "cursor": cursor}, headers={"Cache-Control": "no-store"})
        response.headers.append(
            "set-cookie", place.cookie_header(request, place.cookie, secret, _COOKIE_LIFE)
        )
        return response

    async def news(request: Request, key: str, after: str | None, seconds: float) -> list[Frame]:
        until = asyncio.get_running_loop().time() + seconds
        while True:
            entries = await intake.desk.history(CHANNEL, key, after)
            if entries or asyncio.get_running_loop().time() >= until:
                return [kept(identifier, message, draw) for identifier, message in entries]
            # A gateway that is asked to stop keeps nobody waiting: the page asks the next one.
            if getattr(request.app.state, "leaving", False) or await request.is_disconnected():
                return []
            await asyncio.sleep(LOOK_EVERY)

    def routes(place: Place) -> None:
        @router.get(f"{place.path}/poll")
        async def poll(request: Request, after: str | None = None, now: bool = False) -> Response:
            """``now``: without waiting, for a page that has just come."""
            secret = known(request, place)
            key = conversation_key(secret)
            if waiting[key] >= intake.limits.sockets:
                raise HTTPException(429)
            after = after[:128] if after else None
            waiting[key] += 1
            try:
                frames = await news(request, key, after, 0 if now else intake.limits.wait_seconds)
            finally:
                waiting[key] -= 1
                if not waiting[key]:
                    del waiting[key]
            return answered(request, place, secret, frames, frames[-1]["cursor"] if frames else after)

        @router.post(f"{place.path}/send")
        async def send(request: Request) -> Response:
            secret = known(request, place)
            raw = await request.body()
            try:
                asked = read_frame(raw[:_MOST_BYTES])
            except ValueError:
                raise HTTPException(422) from None
            patience = intake.limits.wait_seconds
            said = turn(intake, conversation_key(secret), asked, draw, patience=patience)
            return answered(request, place, secret, [frame async for frame in said], None)

    for place in PLACES:
        routes(place)
    return router
