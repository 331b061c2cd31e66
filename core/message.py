"""What goes between citizens and rooms, whatever the channel.

A channel turns bytes into an ``InboundMessage`` and an ``OutboundMessage`` into bytes and knows no domain.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Outcome(StrEnum):
    """How a turn ended (names fixed by the command line's contract)."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    TASK = "task"
    FALLBACK = "fallback"
    REFUSE = "refuse"


class Task(StrEnum):
    DOSSIER_STATUS = "dossier_status"
    COMPLAINT = "complaint"
    HANDOVER = "handover"
    GREETING = "greeting"
    THANKS = "thanks"
    OFFICE_INFO = "office_info"
    SURVEY = "survey"
    DUE_DATE = "due_date"
    CHECKLIST = "checklist"
    OTHER = "other"


class Speaker(StrEnum):
    ASSISTANT = "assistant"
    OFFICER = "officer"
    SYSTEM = "system"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Button(_Shape):
    """A choice under a message.

    ``action`` is a short internal word such as ``facet:fee``, ``procedure:1.001193`` or ``task:handover``
    (at most 64 bytes, so that every channel can carry it); ``url`` opens a page or dials a number instead.
    """

    title: str = Field(min_length=1, max_length=100)
    action: str | None = Field(default=None, max_length=64)
    url: str | None = None


class Card(_Shape):
    """The parts of an answer, for channels that can draw more than text.

    ``link_title`` says where ``link`` leads when it is not the page of the procedure.
    """

    title: str
    lead: str | None = None
    items: list[str] = []
    numbered: bool = False
    notes: list[str] = []
    question: str | None = None
    basis: str | None = None
    link: str | None = None
    link_title: str | None = None


class OutboundMessage(_Shape):
    """One message to a citizen. ``text`` alone is complete; the card says the same in parts."""

    text: str
    card: Card | None = None
    buttons: list[Button] = []
    speaker: Speaker = Speaker.ASSISTANT
    speaker_name: str | None = None
    message_id: str | None = None
    sent_at: datetime | None = None


class InboundMessage(_Shape):
    """One message from a citizen, as its channel read it. ``external_id`` makes repeats harmless."""

    channel: str
    conversation_key: str = Field(max_length=128)
    external_id: str | None = Field(default=None, max_length=128)
    text: str = ""
    action: str | None = Field(default=None, max_length=64)
    received_at: datetime | None = None


class Reply(_Shape):
    """What one turn produced, with what a scorer or a log needs to know about it.

    ``took_ms``: how long the work of ours behind it ran, the understanding of the sentence not counted.
    """

    outcome: Outcome
    task: Task | None = None
    code: str | None = None
    options: list[str] = []
    facets: list[str] = []
    messages: list[OutboundMessage] = []
    context: dict[str, Any] = {}
    took_ms: float = 0.0

    @property
    def text(self) -> str:
        return "\n\n".join(message.text for message in self.messages)
