"""Tables of what people do around notices: tasks of a unit, campaigns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedJson, EncryptedText
from core.database import Base, UtcDateTime, new_id, utc_now


class UnitTask(Base):
    """A citizen whom no channel reached: the unit tells them by ``due_on`` and writes down how."""

    __tablename__ = "unit_task"
    __table_args__ = (
        UniqueConstraint("message_id"),
        Index("ix_unit_task_open", "status", "unit", "due_on"),
        Index("ix_unit_task_due", "status", "due_on", "id"),
        Index("ix_unit_task_done", "done_at", "id"),
        Index("ix_unit_task_dossier", "dossier_code"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    message_id: Mapped[str] = mapped_column(ForeignKey("message.id"))
    unit: Mapped[str | None] = mapped_column(String(200))
    dossier_code: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(30))
    way: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(EncryptedText)
    done_by: Mapped[str | None] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Campaign(Base):
    """One text to many people, from a file whose every row was checked. ``body`` is the text as approved."""

    __tablename__ = "campaign"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    unit: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(EncryptedText)
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12))
    rows: Mapped[int] = mapped_column(Integer)
    cost: Mapped[int] = mapped_column(Integer)
    start_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class CampaignRecipient(Base):
    """One row of a campaign's file. ``state``: waiting until its message is planned."""

    __tablename__ = "campaign_recipient"
    __table_args__ = (
        UniqueConstraint("campaign_id", "contact_hash"),
        Index("ix_campaign_recipient_state", "campaign_id", "state", "number"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int] = mapped_column(Integer)
    contact_hash: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(EncryptedText)
    values: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    state: Mapped[str] = mapped_column(String(12))
