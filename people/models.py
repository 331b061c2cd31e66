"""Units, staff, roles, keys and the audit log; citizens' contacts, bindings and consents."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    DDL,
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    event,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedText
from core.database import Base, UtcDateTime, new_id, utc_now


class UnitKind(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    WARD = "ward"
    OFFICE = "office"


class Role(StrEnum):
    PROVINCIAL_EDITOR = "provincial_editor"
    PROVINCIAL_APPROVER = "provincial_approver"
    WARD_EDITOR = "ward_editor"
    OFFICER = "officer"
    HEAD_OF_UNIT = "head_of_unit"
    LEADER = "leader"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Purpose(StrEnum):
    """Purposes of consent are kept apart: no bundling (Law 91/2025/QH15, article 9).

    ``STATUS`` rests on law and needs no consent; a citizen may still refuse it on one channel. ``DIGEST`` is
    the weekly mail to the mailboxes of a unit, which each of them may refuse.
    """

    STATUS = "status"
    SURVEY = "survey"
    REMINDER = "reminder"
    CAMPAIGN = "campaign"
    LINK = "link"
    DIGEST = "digest"


class ConsentSource(StrEnum):
    """Where a citizen said yes or no. A brandname text message takes no replies, so it is none of these."""

    LINK = "link"
    CHAT = "chat"
    ZALO = "zalo"
    HOTLINE = "hotline"
    COUNTER = "counter"
    ONE_STOP = "one_stop"
    FORM = "form"


class Via(StrEnum):
    """How somebody came in."""

    PASSWORD = "password"  # noqa: S105 - a name
    PROVINCE = "province"


class Unit(Base):
    __tablename__ = "unit"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class Staff(Base):
    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    username: Mapped[str] = mapped_column(String(60), unique=True)
    display_name: Mapped[str] = mapped_column(EncryptedText)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    # Set while the password is one that an administrator handed out.
    first_password_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText)
    # The half minute, counted from 1970, of the code that was used last: no code opens twice.
    totp_step: Mapped[int | None] = mapped_column(Integer)
    # What the province calls this person: noted by an administrator, never by whoever signs in.
    province_account: Mapped[str | None] = mapped_column(EncryptedText)
    province_account_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    second_factor_due: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class StaffSession(Base):
    """Somebody signed in at the console. Only a keyed hash of the cookie is kept.

    ``province_subject_hash``, ``province_session_hash``: of what the province calls the person and its own
    session, so that it can end this one; none where it did not say, or a password opened it.
    """

    __tablename__ = "staff_session"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    via: Mapped[str] = mapped_column(String(20), default=Via.PASSWORD, server_default=Via.PASSWORD.value)
    province_subject_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    province_session_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SignInTrouble(Base):
    """A sign-in that failed: counted by name and by address, both kept as keyed hashes."""

    __tablename__ = "sign_in_trouble"
    __table_args__ = (Index("ix_sign_in_trouble_subject", "subject_hash", "at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    subject_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SpentState(Base):
    """What the province may say once: the state of a sign-in that came back, the id of a logout token; and
    whom such a token named, for as long as a sign-in of theirs may be half-way.
    """

    __tablename__ = "spent_state"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class RoleAssignment(Base):
    """A role belongs to a position in a unit and ends on a day; a deputy acts for somebody."""

    __tablename__ = "role_assignment"
    __table_args__ = (UniqueConstraint("staff_id", "unit_id", "role", "starts_on"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(String(30))
    position: Mapped[str | None] = mapped_column(String(100))
    deputy_for: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)


class ApiKey(Base):
    """A machine client. Only a hash of the secret is kept."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(100))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


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


class Contact(Base):
    """A way to reach a citizen: a phone or a mail address, found by its keyed hash."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("kind", "value_hash"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(EncryptedText)
    value_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Binding(Base):
    """An account on a channel that proved a contact to be its own."""

    __tablename__ = "binding"
    __table_args__ = (UniqueConstraint("channel", "account_hash", "contact_id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(EncryptedText)
    account_hash: Mapped[str] = mapped_column(String(64))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"))
    proved_by: Mapped[str] = mapped_column(String(30))
    bound_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Consent(Base):
    """What a citizen agreed to or refused, for one purpose, in which words. The newest row counts.

    ``channel`` empty: on every channel. ``actor``: who wrote it down when it was not the citizen.
    """

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_contact", "contact_hash", "purpose"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    contact_hash: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str | None] = mapped_column(String(20))
    granted: Mapped[bool] = mapped_column(Boolean)
    wording: Mapped[str] = mapped_column(Text)
    wording_version: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20), default=ConsentSource.FORM)
    actor: Mapped[str | None] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class ContactBlock(Base):
    """ "Không phải hồ sơ của tôi": nothing about this dossier goes to this contact any more."""

    __tablename__ = "contact_block"
    __table_args__ = (Index("ix_contact_block_contact", "contact_hash", "dossier_code"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    contact_hash: Mapped[str] = mapped_column(String(64))
    dossier_code: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ContactChoice(Base):
    """The channel a citizen asked to be written to first."""

    __tablename__ = "contact_choice"

    contact_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Guest(Base):
    """Somebody who takes part in a trial: while the guest list is on, nobody else gets anything."""

    __tablename__ = "guest"

    contact_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    shown: Mapped[str] = mapped_column(String(40))
    added_by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)


class Switch(Base):
    """Something a deployment turns on and off while it runs, and who did."""

    __tablename__ = "switch"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    on: Mapped[bool] = mapped_column(Boolean)
    changed_by: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
