"""Letters of apology and lists of deadlines as machine clients and the console see them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel

from dossiers.deadline_models import DeadlineReport, Extension
from dossiers.extension_states import ALLOWED, STATE_WORDS, ExtensionState, Step, Trouble

HTTP_STATUS = {Trouble.NOT_FOUND: 404, Trouble.CONFLICT: 409, Trouble.FORBIDDEN: 409, Trouble.INVALID: 422}
"""What a refused step answers, to people and to machines."""
_ENDINGS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "application/pkcs7-signature": "p7s",
}


def ending_of(content_type: str) -> str:
    """How the name of a file ends that was handed in as a signed letter."""
    return _ENDINGS.get(content_type, "bin")


class LetterFormat(StrEnum):
    PDF = "pdf"
    DOCX = "docx"


class ListKind(StrEnum):
    MORNING = "morning"
    WEEKLY = "weekly"


CONTENT_TYPES = {
    LetterFormat.PDF: "application/pdf",
    LetterFormat.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


class ExtensionView(BaseModel):
    """A letter without anything about the citizen. ``next_steps``: what may be done with this version."""

    id: str
    dossier_code: str
    unit: str | None
    state: ExtensionState
    state_words: str
    next_steps: list[Step]
    version: int
    ordinal: int
    old_due_on: date
    new_due_on: date | None
    reason: str | None
    signed_by: str | None
    signer_position: str | None
    notice_number: str | None
    numbered_on: date | None
    drafted_at: datetime
    drafted_by: str
    reasoned_at: datetime | None
    reasoned_by: str | None
    signed_at: datetime | None
    numbered_at: datetime | None
    numbered_by: str | None
    sent_at: datetime | None
    sent_by: str | None
    ended_reason: str | None


def view_of(letter: Extension) -> ExtensionView:
    state = ExtensionState(letter.state)
    told = {name: getattr(letter, name, None) for name in ExtensionView.model_fields}
    told |= {
        "state_words": STATE_WORDS[state],
        "next_steps": [step for step in Step if state in ALLOWED[step]],
    }
    return ExtensionView(**told)


class ListView(BaseModel):
    """A list as it was made. ``document``: whether there is a file to send."""

    id: str
    kind: ListKind
    day: date
    unit: str
    count: int
    entries: list[dict[str, Any]]
    document: bool
    created_at: datetime


def list_view_of(row: DeadlineReport) -> ListView:
    return ListView(
        id=row.id,
        kind=ListKind(row.kind),
        day=row.day,
        unit=row.unit,
        count=row.count,
        entries=row.facts,
        document=row.path is not None,
        created_at=row.created_at,
    )
