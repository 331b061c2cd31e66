"""Topics whose answers an officer approves first, and the answers that wait for it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedJson, EncryptedText
from core.database import Base, UtcDateTime, new_id, utc_now


class TopicKind(StrEnum):
    PROCEDURE = "procedure"
    FIELD = "field"


class OutOfHours(StrEnum):
    """What happens while nobody is there to approve."""

    USUAL = "usual"
    WAIT = "wait"


class HeldStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    CHANGED = "changed"
    TAKEN_OVER = "taken_over"


class ReviewedTopic(Base):
    """``value``: the code of a procedure or the name of a field. ``unit``: code of the unit that reviews."""

    __tablename__ = "reviewed_topic"
    __table_args__ = (Index("ix_reviewed_topic_open", "ended_at", "kind", "value"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(12))
    value: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(40))
    out_of_hours: Mapped[str] = mapped_column(String(8))
    set_by: Mapped[str] = mapped_column(String(60))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    ended_by: Mapped[str | None] = mapped_column(String(60))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HeldAnswer(Base):
    """An answer of the assistant that nobody has seen yet. ``reply``: as it would have been sent."""

    __tablename__ = "held_answer"
    __table_args__ = (Index("ix_held_answer_open", "status", "unit", "held_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    turn_id: Mapped[str] = mapped_column(String(26), unique=True)
    unit: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    question: Mapped[str] = mapped_column(EncryptedText)
    reply: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    status: Mapped[str] = mapped_column(String(12), default=HeldStatus.WAITING)
    answer_by: Mapped[datetime] = mapped_column(UtcDateTime)
    held_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    decided_by: Mapped[str | None] = mapped_column(String(26))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
