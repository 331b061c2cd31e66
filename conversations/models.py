"""Conversations, their turns, what could not be answered, and hand-overs to a person."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedJson, EncryptedText
from core.database import Base, Serial, UtcDateTime, new_id, utc_now


class Owner(StrEnum):
    """Who speaks with the citizen. While an officer does, the assistant is silent."""

    BOT = "bot"
    OFFICER = "officer"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class HandoverStatus(StrEnum):
    WAITING = "waiting"
    TAKEN = "taken"
    CLOSED = "closed"


class UnansweredReason(StrEnum):
    FALLBACK = "fallback"
    SAFE_CARD = "safe_card"
    HANDOVER = "handover"
    OTHER_CHOICE = "other_choice"
    THUMBS_DOWN = "thumbs_down"
    REPEAT = "repeat"


class GroupStatus(StrEnum):
    """Where a group of unanswered questions stands; a new question opens a mended one again."""

    OPEN = "open"
    DRAFTED = "drafted"
    MENDED = "mended"
    OUT_OF_SCOPE = "out_of_scope"
    SPAM = "spam"


class Rating(StrEnum):
    """What a citizen said of one answer with a press."""

    UP = "up"
    DOWN = "down"


class Conversation(Base):
    """``floor_by``: the turn that is being answered, on whichever machine, and until when that is
    believed.
    """

    __tablename__ = "conversation"
    __table_args__ = (UniqueConstraint("channel", "key_hash"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(String(20))
    key_hash: Mapped[str] = mapped_column(String(64))
    owner: Mapped[str] = mapped_column(String(10), default=Owner.BOT)
    officer_id: Mapped[str | None] = mapped_column(String(26))
    floor_by: Mapped[str | None] = mapped_column(String(26))
    floor_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    context: Mapped[dict[str, Any]] = mapped_column(EncryptedJson, default=dict)
    context_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    last_turn_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Turn(Base):
    """One message either way. Words are encrypted and were masked before they came here.

    ``external_id``: by it a repeat is recognised; a keyed hash, for channels name messages by accounts.
    """

    __tablename__ = "turn"
    __table_args__ = (
        UniqueConstraint("conversation_id", "external_id"),
        Index("ix_turn_conversation", "conversation_id", "number"),
    )

    number: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(26), unique=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"))
    direction: Mapped[str] = mapped_column(String(3))
    external_id: Mapped[str | None] = mapped_column(String(128))
    text: Mapped[str] = mapped_column(EncryptedText)
    message: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    reply_to: Mapped[str | None] = mapped_column(String(26), index=True)
    outcome: Mapped[str | None] = mapped_column(String(10))
    task: Mapped[str | None] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(20))
    latency_ms: Mapped[int | None] = mapped_column(Integer)
    rating: Mapped[str | None] = mapped_column(String(4))
    correlation_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class TurnTry(Base):
    """A turn that was put to the assistant a second time, or in which something was done.

    ``held_by``: the asking that alone may still do something; ``reply``: what was said with what was done.
    """

    __tablename__ = "turn_try"

    turn_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    held_by: Mapped[str] = mapped_column(String(26))
    reply: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Handover(Base):
    """A citizen asked for a person. The receipt code is what they are told to ask with.

    ``unit``: code of the unit that answers, any unit when empty; ``taken_by``: id of the officer.
    """

    __tablename__ = "handover"
    __table_args__ = (
        Index("ix_handover_open", "status", "created_at", "id"),
        Index("ix_handover_conversation", "conversation_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    receipt: Mapped[str] = mapped_column(String(6), unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"))
    status: Mapped[str] = mapped_column(String(10), default=HandoverStatus.WAITING)
    wants_call: Mapped[bool] = mapped_column(Boolean, default=False)
    answer_by: Mapped[datetime] = mapped_column(UtcDateTime)
    unit: Mapped[str | None] = mapped_column(String(40), index=True)
    taken_by: Mapped[str | None] = mapped_column(String(26))
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class ConversationNote(Base):
    """What an officer tells colleagues about a conversation."""

    __tablename__ = "conversation_note"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"), index=True)
    author: Mapped[str] = mapped_column(String(26))
    text: Mapped[str] = mapped_column(EncryptedText)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class UnansweredGroup(Base):
    """Questions without an answer that are alike. ``key`` stays; a hash, for it is made of citizens' words.

    ``terms``: folded words of the first of them that name its matter. ``candidate``: the nearest record.
    ``mend``: what was done about it, with the proof; ``mend_version``: the draft that mends it.
    """

    __tablename__ = "unanswered_group"
    __table_args__ = (Index("ix_unanswered_group_biggest", "status", "count", "last_at", "key"),)

    key: Mapped[str] = mapped_column(String(16), primary_key=True)
    terms: Mapped[list[str]] = mapped_column(EncryptedJson, default=list)
    candidate: Mapped[str | None] = mapped_column(String(40))
    count: Mapped[int] = mapped_column(Integer, default=0)
    first_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, index=True)
    status: Mapped[str] = mapped_column(String(12), default=GroupStatus.OPEN)
    mend: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJson)
    mend_version: Mapped[str | None] = mapped_column(String(26), index=True)
    handled_by: Mapped[str | None] = mapped_column(String(60))
    handled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Unanswered(Base):
    """A question that got no answer, kept with its context for people who edit content."""

    __tablename__ = "unanswered"
    __table_args__ = (Index("ix_unanswered_newest", "group_key", "at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversation.id"))
    group_key: Mapped[str | None] = mapped_column(ForeignKey("unanswered_group.key"))
    reason: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str | None] = mapped_column(String(20))
    question: Mapped[str] = mapped_column(EncryptedText)
    context: Mapped[dict[str, Any]] = mapped_column(EncryptedJson, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
