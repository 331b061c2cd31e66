"""Tables of dossiers, of who may see them, and of complaints."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedText
from core.database import Base, Serial, UtcDateTime, new_id, utc_now


class Dossier(Base):
    """One dossier, as the one-stop software last described it.

    ``due_at`` is the date printed on the slip and is never overwritten; a new date stands in ``new_due_at``.
    ``person_hash``: a keyed hash of the applicant's identity number, which itself is not kept.
    ``paid_at``: when fees were paid last; ``paid_how`` (``PaymentWay``) as far as anybody said.
    """

    __tablename__ = "dossier"
    __table_args__ = (
        Index("ix_dossier_phone_hash", "phone_hash"),
        Index("ix_dossier_unit", "unit", "status"),
        Index("ix_dossier_unit_closed", "unit", "closed_at"),
        Index("ix_dossier_received", "received_at"),
        # With unit and new date: what is late or soon due is counted by unit from the index alone.
        Index("ix_dossier_due", "closed_at", "due_at", "unit", "new_due_at"),
        Index(
            "ix_dossier_paid",
            "paid_at",
            sqlite_where=text("paid_at IS NOT NULL"),
            postgresql_where=text("paid_at IS NOT NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    procedure_code: Mapped[str | None] = mapped_column(String(60))
    procedure_name: Mapped[str | None] = mapped_column(Text)
    field: Mapped[str | None] = mapped_column(String(200))
    unit: Mapped[str | None] = mapped_column(String(200))
    officer: Mapped[str | None] = mapped_column(String(200))
    channel: Mapped[str | None] = mapped_column(String(10))
    applicant_name: Mapped[str | None] = mapped_column(EncryptedText)
    applicant_name_hash: Mapped[str | None] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_hash: Mapped[str | None] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(EncryptedText)
    email_hash: Mapped[str | None] = mapped_column(String(64))
    person_hash: Mapped[str | None] = mapped_column(String(64))
    contact_flaw: Mapped[str | None] = mapped_column(String(20))
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    new_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    extension_count: Mapped[int] = mapped_column(Integer, default=0)
    supplement_count: Mapped[int] = mapped_column(Integer, default=0)
    status: Mapped[str] = mapped_column(String(24))
    status_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paid_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    paid_how: Mapped[str | None] = mapped_column(String(10))
    sample: Mapped[bool] = mapped_column(Boolean, default=False)
    sensitive: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now, onupdate=utc_now)


class DossierStep(Base):
    """One event of a dossier. Its full body stands, encrypted, in the event log.

    ``dossier_id`` is empty while the dossier itself is not known yet. ``overtaken``: it came after the news
    of a later step, so it is history and not where the dossier stands.
    """

    __tablename__ = "dossier_step"
    __table_args__ = (
        UniqueConstraint("event_id"),
        Index("ix_dossier_step_history", "dossier_id", "occurred_at", "position"),
        Index("ix_dossier_step_waiting", "dossier_code", "dossier_id"),
    )

    position: Mapped[int] = mapped_column(Serial, primary_key=True, autoincrement=True)
    event_id: Mapped[str] = mapped_column(String(26))
    dossier_code: Mapped[str] = mapped_column(String(60))
    dossier_id: Mapped[str | None] = mapped_column(ForeignKey("dossier.id"))
    type: Mapped[str] = mapped_column(String(60))
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    overtaken: Mapped[bool] = mapped_column(Boolean, default=False)


class DossierWatch(Base):
    """A conversation that may see a dossier and gets its news, and what proved that it may."""

    __tablename__ = "dossier_watch"
    __table_args__ = (
        UniqueConstraint("conversation_id", "dossier_id"),
        Index("ix_dossier_watch_dossier", "dossier_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(String(128))
    channel: Mapped[str] = mapped_column(String(20))
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    role: Mapped[str] = mapped_column(String(20))
    proof: Mapped[str] = mapped_column(String(20))
    bound_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_reason: Mapped[str | None] = mapped_column(String(30))


class OneTimeCode(Base):
    """A code asked for by a conversation.

    There is a row for every request, also where no dossier is behind it, so that both go the same way. The
    code itself is nowhere stored: it follows from ``id`` and the deployment's secret.
    """

    __tablename__ = "one_time_code"
    __table_args__ = (
        Index("ix_one_time_code_conversation", "conversation_id", "created_at"),
        Index("ix_one_time_code_dossier", "dossier_id", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(String(128))
    dossier_code: Mapped[str] = mapped_column(String(60))
    dossier_id: Mapped[str | None] = mapped_column(ForeignKey("dossier.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries_left: Mapped[int] = mapped_column(Integer)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LookupTry(Base):
    """A look-up or a code typed in by a conversation: what limits and locks are counted from."""

    __tablename__ = "lookup_try"
    __table_args__ = (Index("ix_lookup_try_conversation", "conversation_id", "at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    conversation_id: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Complaint(Base):
    """A reflection or a complaint; which of the two the citizen says, never the software.

    ``about_staff``: id of the account it is about, who never sees it; ``about_name`` as the citizen wrote it.
    ``accept_by``: until when the taking up of a complaint is told. ``rating``: 1 to 5, of the answer.
    ``public_…``: what everybody may read, written without names.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        Index("ix_complaint_unit", "unit", "status"),
        Index("ix_complaint_due", "status", "due_on"),
        Index("ix_complaint_dossier", "dossier_code"),
        Index("ix_complaint_created", "created_at", "id"),
        Index("ix_complaint_unit_created", "unit", "created_at", "id"),
        Index("ix_complaint_published", "published_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    receipt_code: Mapped[str] = mapped_column(String(6), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(EncryptedText)
    unit: Mapped[str | None] = mapped_column(String(200))
    conversation_id: Mapped[str | None] = mapped_column(String(128))
    dossier_code: Mapped[str | None] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    phone_hash: Mapped[str | None] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12))
    forward_by: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answer: Mapped[str | None] = mapped_column(EncryptedText)
    category: Mapped[str | None] = mapped_column(String(60))
    place: Mapped[str | None] = mapped_column(EncryptedText)
    about_name: Mapped[str | None] = mapped_column(EncryptedText)
    about_staff: Mapped[str | None] = mapped_column(String(26))
    is_complex: Mapped[bool] = mapped_column(Boolean, default=False)
    accept_by: Mapped[date | None] = mapped_column(Date)
    forwarded_to: Mapped[str | None] = mapped_column(String(200))
    forwarded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rating: Mapped[int | None] = mapped_column(Integer)
    rated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    public_question: Mapped[str | None] = mapped_column(Text)
    public_answer: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ComplaintPhoto(Base):
    """A photo with a complaint. ``content``: base64 of a plain JPEG, so that keys change as for words."""

    __tablename__ = "complaint_photo"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    complaint_id: Mapped[str] = mapped_column(ForeignKey("complaint.id"), index=True)
    content: Mapped[str] = mapped_column(EncryptedText)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
