"""Units, the staff in them with their roles and sessions, and keys of machines."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
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
