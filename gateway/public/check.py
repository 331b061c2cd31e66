"""``/kiem-tra``: is this message really from the office? Asked with the code that stands in every notice.

The page shows what was sent, when and by whom, nothing about the citizen; how many may be asked a minute is
limited, so that nobody learns anything by trying codes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from fastapi import APIRouter, Request, Response

from gateway.limits import PerMinute
from gateway.public.pages import Pages
from notifications.telling import moment
from notifications.verify import KnownMessage

_LONGEST = 40
_A_VISITOR, _ALL = 10, 300


class MessageCheck(Protocol):
    async def __call__(self, typed: str) -> Sequence[KnownMessage]:
        """Messages with this code; none when there is no such message, or nobody writes such a code."""
        ...


def check_router(
    pages: Pages, check: MessageCheck, *, clock: Callable[[], float] = time.monotonic
) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    visitor, everybody = PerMinute(_A_VISITOR, clock), PerMinute(_ALL, clock)

    @router.get("/kiem-tra")
    async def page(request: Request, ma: str = "") -> Response:
        typed, found, state = ma.strip()[:_LONGEST], [], "ask"
        if typed:
            host = request.client.host if request.client else ""
            if not (visitor.admits(host) and everybody.admits("")):
                state = "wait"
            else:
                found = [_told(one) for one in await check(typed)]
                state = "known" if found else "unknown"
        status = {"wait": 429, "unknown": 404}.get(state, 200)
        answer = pages.page(
            request, "check.html", status=status, private=True, state=state, typed=typed, messages=found
        )
        answer.headers["X-Robots-Tag"] = "noindex"
        if state == "wait":
            answer.headers["Retry-After"] = "60"
        return answer

    return router


def _told(message: KnownMessage) -> dict[str, str | None]:
    return {
        "what": message.what[:1].upper() + message.what[1:],
        "sent": moment(message.sent_at),
        "channel": message.channel,
        "unit": message.unit,
        "tail": message.dossier_tail,
    }
