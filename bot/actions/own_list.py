"""Presses and words that answer the questions about one's own papers."""

from __future__ import annotations

from datetime import date

from bot.actions.heard import Heard
from bot.actions.services import Services
from core.calendar import local_day
from core.message import Reply
from knowledge.dialogue import papers


def pressed(services: Services, heard: Heard, kind: str, value: str) -> Reply | None:
    """A button of these questions; none when it is another one's."""
    base, on = services.base(), today(services)
    if kind == papers.START and (procedure := base.procedure(value)) is not None:
        return papers.start(base, procedure, heard.topic, on)
    asking = papers.Asking.of(heard.context) if kind == papers.ANSWER else None
    return papers.pressed(base, asking, value, heard.topic, on) if asking else None


def by_word(services: Services, heard: Heard) -> Reply | None:
    """ "Đúng rồi", "không có" as the answer to the question that waits."""
    action = papers.choice_by_word(heard.text, heard.context.get("options") or [])
    kind, _, value = (action or "").partition(":")
    return pressed(services, heard, kind, value) if action else None


def today(services: Services) -> date:
    return local_day(services.clock())
