"""``GET /metrics``: Prometheus' text format, for programs on this machine or with a key."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from conversations.repository import waiting_handovers
from core import inbox, metrics
from core.calendar import local_day
from core.database import Database, utc_now
from core.metrics import Figure
from dossiers.deadline_repository import promises
from notifications.queue_repository import Queue, queues

_AREAS = frozenset(
    "chat console do-chinh-xac healthz k kiem-tra metrics minh-bach p readyz rieng-tu static status su-kien "
    "t v1 webhooks".split()
)
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def metrics_router(
    database: Database,
    caller: Callable[[Request], Awaitable[str]],
    *,
    open_to: Literal["loopback", "key", "off"],
    house: Callable[[], Awaitable[list[Figure]]] | None = None,
    more: Callable[[datetime], Awaitable[list[Figure]]] | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> APIRouter:
    """``open_to``: who may read without a key. What a proxy passes on is never from this machine.

    ``more``: figures that are known elsewhere, such as those of providers; ``house``: those for which the
    database is not asked.
    """
    router = APIRouter(tags=["health"])
    if open_to == "off":
        return router

    @router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
    async def scrape(request: Request) -> Response:
        """Counts of every process of this machine and the queues as they stand; no personal data."""
        if open_to == "key" or not is_local(request):
            await caller(request)
        figures = await house() if house is not None else []
        try:
            figures += await figures_of(database, clock())
        except Exception:  # the rest is worth most when the database is gone
            figures.append(Figure("motcua_database_up", "Whether the database answers.", 0))
        else:
            figures += await more(clock()) if more is not None else []
        return Response(metrics.exposition(figures), media_type=metrics.CONTENT_TYPE)

    return router


def is_local(request: Request) -> bool:
    """Whether a program on this machine asks, and not a proxy on this machine for somebody else."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False


async def figures_of(database: Database, now: datetime) -> list[Figure]:
    """What stands in the database: the same from whichever process it is read."""
    async with database.reading() as session:
        found = await queues(session, now)
        deliveries, oldest_delivery = await inbox.backlog(session)
        handovers, answer_by = await waiting_handovers(session)
        running, late = await promises(session, local_day(now))
    waiting = {
        **{f"send_{lane.name.lower()}": queue for lane, queue in found.due.items()},
        "send_uncertain": found.uncertain,
        "plan": found.unplanned,
        "receipts": found.receipts,
        "inbox": Queue(deliveries, oldest_delivery),
        "unit_tasks": found.tasks,
    }
    return [
        Figure("motcua_database_up", "Whether the database answers.", 1),
        *(
            Figure("motcua_queue_depth", "What waits, by queue.", queue.count, ("queue", name))
            for name, queue in waiting.items()
        ),
        *(
            Figure(
                "motcua_queue_oldest_seconds", "How long the first waits.", queue.age(now), ("queue", name)
            )
            for name, queue in waiting.items()
        ),
        Figure("motcua_messages_held", "Messages that are to go at a later hour.", found.later),
        Figure("motcua_deadlines_running", "Open dossiers whose clock runs towards a date.", running),
        Figure("motcua_deadlines_missed", "Of these, past their date with no new one told.", late),
        Figure("motcua_handovers_waiting", "Citizens who wait for a person.", handovers),
        Figure(
            "motcua_handover_overdue_seconds",
            "How long the first of them waits beyond what was promised.",
            Queue(handovers, answer_by).age(now),
        ),
    ]


class CountRequests:
    """ASGI middleware: how long answers took, by part of the site. Paths never become labels."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_and_look)
        finally:
            took = time.perf_counter() - started
            metrics.HTTP_SECONDS.labels(area_of(scope["path"]), f"{status // 100}xx").observe(took)


def area_of(path: str) -> str:
    first = path.split("/", 2)[1] if path.count("/") else ""
    return first if first in _AREAS else ("home" if first == "" else metrics.OTHER)
