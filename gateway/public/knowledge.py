"""What the citizen pages may ask of the knowledge room; handed in, so that tests hand in their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from fastapi import Request

from core.calendar import WorkingCalendar, local_day
from knowledge.base import KnowledgeBase


@dataclass(frozen=True)
class PublicKnowledge:
    """``base`` and ``calendar`` give the newest snapshots. ``address``: what citizens type to come here."""

    base: Callable[[], KnowledgeBase]
    calendar: Callable[[], WorkingCalendar]
    clock: Callable[[], datetime]
    address: str | None = None

    def today(self) -> date:
        return local_day(self.clock())

    def url(self, request: Request, path: str) -> str:
        """A whole address of one of our pages, for paper and QR codes."""
        return (self.address or str(request.base_url)).rstrip("/") + path
