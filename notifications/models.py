"""Tables of notices: what is to be told to whom, every try, every receipt, a ledger that shows tampering."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedJson, EncryptedText
from core.database import Base, Serial, UtcDateTime, new_id, utc_now


def _with_room(filled: int) -> dict[str, Any]:
    """Pages filled so far, in percent: a row that changes without its indexed columns then stays in its page,
    and PostgreSQL writes to none of the table's indexes.
    """
    return {"postgresql_with": {"fillfactor": filled}}


def _partial(name: str, *columns: str, where: str) -> Index:
    """An index over the few rows that are ever looked for by it."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Message(Base):
    """One notice of one event to one recipient for one purpose, on its way down the ladder of channels.

    ``rungs`` is the ladder as planned and ``rung`` where it stands; ``wordings`` holds the text of every
    rung, rendered once, so that a date once written never changes under way. ``position`` orders messages of
    a chat. ``link_ref`` names what a link in the text is made from at the moment of sending; the link itself
    is never stored. ``verification_code`` stands in the text, so that its reader can check who wrote it.

    ``about`` names what it is about when that is no dossier (``campaign:…``, ``appointment:…``).
    ``text_hash``: by it the same text is not sent twice to one person. ``cost`` in đồng is what the rung it
    stands on is expected to cost. ``any_hour``: may go out in quiet hours. ``lane``: who goes first.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("event_id", "recipient_hash", "purpose"),
        # What is settled is due no more; most messages belong to no chat and are about a dossier.
        _partial("ix_message_due", "status", "due_at", where="due_at IS NOT NULL"),
        # The queue stays small however large the table grows: what is planned, by who goes first and where.
        # The status stands in it because SQLite, which counts columns, would as soon take the one above.
        _partial(
            "ix_message_queue",
            "status",
            "lane",
            "provider",
            "due_at",
            "position",
            where="status = 'planned'",
        ),
        _partial("ix_message_uncertain", "status", "created_at", where="status = 'uncertain'"),
        _partial("ix_message_expiry", "expires_at", where="status = 'planned' AND expires_at IS NOT NULL"),
        Index("ix_message_dossier", "dossier_code", "position"),
        _partial(
            "ix_message_conversation", "conversation_id", "position", where="conversation_id IS NOT NULL"
        ),
        Index("ix_message_recipient", "recipient_hash", "created_at"),
        _partial("ix_message_about", "about", where="about IS NOT NULL"),
        Index("ix_message_spent", "created_at", "status", "cost"),
        Index("ix_message_verification_code", "verification_code"),
        _partial("ix_message_survey", "settled_at", where="purpose = 'survey' AND link_ref IS NOT NULL"),
        _with_room(60),
    )

    position: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(26), unique=True, default=new_id)
    event_id: Mapped[str] = mapped_column(String(26))
    event_type: Mapped[str] = mapped_column(String(100))
    dossier_code: Mapped[str | None] = mapped_column(String(60))
    purpose: Mapped[str] = mapped_column(String(20))
    recipient_hash: Mapped[str] = mapped_column(String(64))
    recipient_shown: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[str | None] = mapped_column(String(128))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    rungs: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    rung: Mapped[int] = mapped_column(Integer, default=0)
    channel: Mapped[str] = mapped_column(String(20))
    provider: Mapped[str] = mapped_column(String(40))
    wordings: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    template_id: Mapped[str | None] = mapped_column(String(60))
    template_version: Mapped[int | None] = mapped_column(Integer)
    link_ref: Mapped[str | None] = mapped_column(String(40))
    about: Mapped[str | None] = mapped_column(String(60))
    text_hash: Mapped[str | None] = mapped_column(String(64))
    cost: Mapped[int] = mapped_column(Integer, default=0)
    any_hour: Mapped[bool] = mapped_column(Boolean, default=False)
    verification_code: Mapped[str | None] = mapped_column(String(8))
    lane: Mapped[int] = mapped_column(SmallInteger, default=1)
    status: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(String(30))
    maybe_second_copy: Mapped[bool] = mapped_column(Boolean, default=False)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_owner: Mapped[str | None] = mapped_column(String(40))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    correlation_id: Mapped[str] = mapped_column(String(64))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


MESSAGES = cast("Table", Message.__table__)
"""For updates of many rows: the object mapper would have its say in each of them, and has nothing to add."""


class Attempt(Base):
    """One try to hand a message to a provider; written and committed before the provider is called.

    ``reference`` is our own name for the message on this rung: by it a provider can be asked afterwards, or
    refuses a second copy. ``segments``: what carriers bill a text message by; 1 on every other channel.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("message_id", "number"),
        Index("ix_attempt_reference", "reference"),
        _partial("ix_attempt_open", "started_at", where="outcome = 'open'"),
        Index("ix_attempt_provider_message", "provider", "provider_message_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"))
    number: Mapped[int] = mapped_column(Integer)
    rung: Mapped[int] = mapped_column(Integer)
    channel: Mapped[str] = mapped_column(String(20))
    provider: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str] = mapped_column(String(40))
    segments: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    template_id: Mapped[str | None] = mapped_column(String(60))
    template_version: Mapped[int | None] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(20))
    provider_message_id: Mapped[str | None] = mapped_column(String(100))
    confidence: Mapped[str | None] = mapped_column(String(10))
    code: Mapped[str | None] = mapped_column(String(60))


class Receipt(Base):
    """What a provider said about a message after it had taken it.

    Stored as soon as it comes, worked on afterwards, at ``work_at``; until then it names no message and no
    attempt, after that ``work_at`` is empty. ``moved``: whether it changed the state of the message.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("provider", "external_id"),
        Index("ix_receipt_message", "message_id"),
        _partial("ix_receipt_waiting", "work_at", where="work_at IS NOT NULL"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    message_id: Mapped[str | None] = mapped_column(ForeignKey("message.id"))
    attempt_id: Mapped[str | None] = mapped_column(ForeignKey("attempt.id"))
    provider: Mapped[str] = mapped_column(String(40))
    external_id: Mapped[str] = mapped_column(String(120))
    reference: Mapped[str | None] = mapped_column(String(40))
    provider_message_id: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(12))
    confidence: Mapped[str] = mapped_column(String(10))
    moved: Mapped[bool] = mapped_column(Boolean, default=False)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    work_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AnswerTally(Base):
    """How many answers of the chat a provider of text messages took on a day, and what carriers bill them by.

    A count and nothing else: who asked and what stands in the conversation alone.
    """

    __tablename__ = "answer_tally"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    messages: Mapped[int] = mapped_column(Integer)
    segments: Mapped[int] = mapped_column(Integer)


class LedgerEntry(Base):
    """One line of the ledger, chained by hash to the line before it.

    A chain per dossier: one chain for all would make every worker wait for every other.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (UniqueConstraint("chain", "number"), Index("ix_ledger_entry_message", "message_id"))

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    chain: Mapped[str] = mapped_column(String(80))
    number: Mapped[int] = mapped_column(Integer)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"))
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class LedgerHead(Base):
    """The length and the last hash of a chain, sealed: what shows that lines were cut off at its end."""

    __tablename__ = "ledger_head"
    __table_args__ = (_with_room(50),)

    chain: Mapped[str] = mapped_column(String(80), primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
