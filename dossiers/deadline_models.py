"""Tables of deadlines: open promises, letters of apology on their way, lists for the morning and the week."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedText
from core.database import Base, UtcDateTime, new_id


class DossierDeadline(Base):
    """The promise of one open dossier; there is no row once the result is there or the dossier is closed.

    ``due_on`` is the day the citizen was told, ``made_at`` when. ``lawful_at`` is the day that the clock
    gives after pauses (None while it stands still): it becomes a promise only when somebody says so.
    ``warned_for``, ``called_for``, ``missed_for``: the day for which the warning, the last call and the alarm
    went out. ``look_at`` is when this row next needs anybody's eye; by it alone the watch finds its work.
    """

    __tablename__ = "dossier_deadline"
    __table_args__ = (
        Index("ix_dossier_deadline_look_at", "look_at"),
        # With the unit, so that counting reads the index alone.
        Index("ix_dossier_deadline_due_on", "stopped", "due_on", "dossier_id", "unit"),
        Index("ix_dossier_deadline_unit", "unit", "stopped", "due_on"),
    )

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    unit: Mapped[str | None] = mapped_column(String(200))
    due_on: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lawful_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    stopped: Mapped[bool] = mapped_column(Boolean, default=False)
    waited_minutes: Mapped[int] = mapped_column(Integer, default=0)
    warned_for: Mapped[date | None] = mapped_column(Date)
    called_for: Mapped[date | None] = mapped_column(Date)
    missed_for: Mapped[date | None] = mapped_column(Date)
    look_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Extension(Base):
    """A letter of apology with a new date (form 04 of Circular 03/2025/TT-VPCP) on its way to the citizen.

    ``version`` goes up with every change, so that two people do not overwrite each other. ``open_for`` is the
    dossier while the letter is under way and empty afterwards: there is one open letter a dossier.
    """

    __tablename__ = "extension"
    __table_args__ = (
        UniqueConstraint("open_for"),
        Index("ix_extension_dossier", "dossier_id"),
        Index("ix_extension_sent_event", "sent_event_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    dossier_code: Mapped[str] = mapped_column(String(60))
    unit: Mapped[str | None] = mapped_column(String(200))
    open_for: Mapped[str | None] = mapped_column(String(26))
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer, default=1)
    ordinal: Mapped[int] = mapped_column(Integer)
    old_due_on: Mapped[date] = mapped_column(Date)
    new_due_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drafted_by: Mapped[str] = mapped_column(String(60))
    reasoned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reasoned_by: Mapped[str | None] = mapped_column(String(60))
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_by: Mapped[str | None] = mapped_column(String(60))
    signer_position: Mapped[str | None] = mapped_column(String(100))
    file_id: Mapped[str | None] = mapped_column(String(26))
    notice_number: Mapped[str | None] = mapped_column(String(100))
    numbered_on: Mapped[date | None] = mapped_column(Date)
    numbered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    numbered_by: Mapped[str | None] = mapped_column(String(60))
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_by: Mapped[str | None] = mapped_column(String(60))
    sent_event_id: Mapped[str | None] = mapped_column(String(26))
    ended_reason: Mapped[str | None] = mapped_column(String(200))


class ExtensionFile(Base):
    """A signed letter as it was handed in. Its bytes stand in the data folder under their sha256."""

    __tablename__ = "extension_file"
    __table_args__ = (Index("ix_extension_file_extension", "extension_id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    extension_id: Mapped[str] = mapped_column(ForeignKey("extension.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(60))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(String(60))


class DeadlineReport(Base):
    """A list made once: each morning of what is about to be late, each week the draft of a reminder.

    ``facts`` names dossiers by code and officers by name, never the citizen; ``path`` is relative to the data
    folder.
    """

    __tablename__ = "deadline_report"
    __table_args__ = (UniqueConstraint("kind", "day", "unit"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    day: Mapped[date] = mapped_column(Date)
    unit: Mapped[str] = mapped_column(String(200))
    count: Mapped[int] = mapped_column(Integer)
    facts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    path: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
