"""Citizens: ways to reach them, accounts that proved to be theirs, what they agreed to or refused."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedText
from core.database import Base, UtcDateTime, new_id, utc_now


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
