"""Tables of the imported catalogue: live records, every former version, every import."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Serial, UtcDateTime, new_id, utc_now


class ImportRun(Base):
    """One run of the importer with its report."""

    __tablename__ = "import_run"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    level: Mapped[str | None] = mapped_column(String(10))
    files: Mapped[list[str]] = mapped_column(JSON, default=list)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    generation: Mapped[int] = mapped_column(Integer, default=0)


class CatalogueRecord(Base):
    """A procedure as its source has it now. ``body`` is the typed record without its ``source_date``."""

    __tablename__ = "catalogue_record"
    __table_args__ = (
        UniqueConstraint("source", "code"),
        Index("ix_catalogue_record_code", "code"),
        Index("ix_catalogue_record_live", "retired_at", "is_commune"),
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    source: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(Text)
    field: Mapped[str] = mapped_column(Text)
    is_commune: Mapped[bool] = mapped_column(Boolean, default=False)
    is_province: Mapped[bool] = mapped_column(Boolean, default=False)
    is_ministry: Mapped[bool] = mapped_column(Boolean, default=False)
    is_other: Mapped[bool] = mapped_column(Boolean, default=False)
    needs_check: Mapped[bool] = mapped_column(Boolean, default=False)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    source_date: Mapped[date | None] = mapped_column(Date)
    version: Mapped[int] = mapped_column(Integer, default=1)
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    imported_run: Mapped[str] = mapped_column(ForeignKey("import_run.id"))
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaleFinding(Base):
    """Something in a record that has grown old: a task for its owner until it is gone from the record."""

    __tablename__ = "stale_finding"
    __table_args__ = (
        UniqueConstraint("code", "reason_hash"),
        Index("ix_stale_finding_open", "settled_at", "owner"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    reason_hash: Mapped[str] = mapped_column(String(64))
    owner: Mapped[str] = mapped_column(String(40))
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CatalogueHistory(Base):
    """A former version of a record: the body that was replaced or retired, and by which run."""

    __tablename__ = "catalogue_history"
    __table_args__ = (UniqueConstraint("record_id", "version"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("catalogue_record.id"))
    version: Mapped[int] = mapped_column(Integer)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    source_date: Mapped[date | None] = mapped_column(Date)
    valid_from: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by_run: Mapped[str] = mapped_column(ForeignKey("import_run.id"))
    reason: Mapped[str] = mapped_column(String(10))
