"""The audit: who did or saw what, and the seals over it; kept from change by the database itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    DDL,
    Index,
    Integer,
    String,
    Text,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, UtcDateTime, new_id, utc_now


class AuditEntry(Base):
    """Who did or saw what, when and why. Rows are only ever added."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "subject", "at"),
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_actor", "actor", "at", "id"),
        Index("ix_audit_entry_action", "action", "at", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str | None] = mapped_column(Text)
    correlation_id: Mapped[str | None] = mapped_column(String(64))


class AuditSeal(Base):
    """What stood in the audit from ``since`` to ``until``: how many lines, their hash, a seal over both."""

    __tablename__ = "audit_seal"

    until: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    count: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


# Held by the database itself, so that neither a mistake of ours nor a tool beside us rewrites what was done.
_KEPT = "audit entries are only ever added"


for _statement, _dialect in (
    *(
        (
            f"CREATE TRIGGER audit_entry_{what} BEFORE {what} ON audit_entry "
            f"BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END",
            "sqlite",
        )
        for what in ("UPDATE", "DELETE")
    ),
    (
        "CREATE OR REPLACE FUNCTION audit_entry_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_KEPT}'; END $$",
        "postgresql",
    ),
    (
        "CREATE TRIGGER audit_entry_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_kept()",
        "postgresql",
    ),
):
    _ddl = DDL(_statement)  # type: ignore[no-untyped-call]
    event.listen(AuditEntry.__table__, "after_create", _ddl.execute_if(dialect=_dialect))
