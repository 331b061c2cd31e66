"""Opinions that somebody has to mend: seen by the head of the unit, never by who handled the dossier."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, validates

from core.crypto import EncryptedText, keyed_hash
from core.database import Base, UtcDateTime, new_id


class Reason(StrEnum):
    """Why a case was opened; the gravest counts."""

    BRIBE = "bribe"
    LOST_PAPERS = "lost_papers"
    RUDE = "rude"
    LOW = "low"
    CALL = "call"


class CaseStatus(StrEnum):
    """``withdrawn``: the citizen changed the answer before anybody had begun."""

    OPEN = "open"
    CALLED = "called"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Outcome(StrEnum):
    MENDED = "mended"
    EXPLAINED = "explained"
    PASSED_ON = "passed_on"
    NOT_REACHED = "not_reached"
    UNFOUNDED = "unfounded"


def caller_hash(contact_hash: str) -> str:
    """Of somebody who asked to be called, from the hash of their telephone in other tables."""
    return keyed_hash(contact_hash, "opinion-caller")


class OpinionCase(Base):
    """One low answer or word of warning. No column leads to the dossier or to the answer.

    ``citizen_key`` is a keyed hash of the link's token, so that its holder can be asked whether it helped.
    ``phone`` only if the citizen asked to be called; by ``caller_hash`` it is found when its owner wants to
    see or erase it: a hash of its own, so that no table of dossiers joins this one. ``handler_hash``: who may
    not see it.
    """

    __tablename__ = "opinion_case"
    __table_args__ = (
        Index("ix_opinion_case_unit", "unit", "status"),
        Index("ix_opinion_case_closed", "status", "closed_at", "id"),
        Index("ix_opinion_case_due", "due_at"),
        Index("ix_opinion_case_caller", "caller_hash"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    citizen_key: Mapped[str] = mapped_column(String(64), unique=True)
    unit: Mapped[str] = mapped_column(String(200))
    field: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(20))
    level: Mapped[int | None] = mapped_column(Integer)
    words: Mapped[str | None] = mapped_column(EncryptedText)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    caller_hash: Mapped[str | None] = mapped_column(String(64))
    handler_hash: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12), default=CaseStatus.OPEN)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    called_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(String(60))
    outcome: Mapped[str | None] = mapped_column(String(20))
    told: Mapped[str | None] = mapped_column(EncryptedText)
    helped: Mapped[bool | None] = mapped_column(Boolean)
    sample: Mapped[bool] = mapped_column(Boolean, default=False)

    @validates("phone")
    def _found_by_hash(self, _name: str, phone: str | None) -> str | None:
        """``phone`` in E.164 never stands without the hash by which its owner finds it."""
        self.caller_hash = caller_hash(keyed_hash(phone, "phone")) if phone else None
        return phone

    @property
    def phone_hash(self) -> str | None:
        """As other tables know the number; worked out, never kept here."""
        return keyed_hash(self.phone, "phone") if self.phone else None
