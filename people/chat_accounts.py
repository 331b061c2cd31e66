"""Citizens' accounts on channels where we have to write first-hand, and what is known of reaching them.

``ChatAccount`` is anybody who ever wrote to us there; that an account belongs to a telephone is a
``Binding``. All SQL about them stands here too: it is little.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String, UniqueConstraint, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedText, keyed_hash
from core.database import Base, UtcDateTime, new_id
from people.citizen_models import Binding, Contact


class ChatAccount(Base):
    """``sent``: messages to the citizen since ``last_in_at``, which is what a free allowance counts.

    ``pushed``: the last turn of the conversation that was carried to the citizen outside an answer.
    """

    __tablename__ = "chat_account"
    __table_args__ = (
        UniqueConstraint("channel", "account_hash"),
        Index("ix_chat_account_conversation", "conversation_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(EncryptedText)
    account_hash: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str | None] = mapped_column(String(26))
    following: Mapped[bool | None] = mapped_column(Boolean)
    last_in_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent: Mapped[int] = mapped_column(Integer, default=0)
    pushed: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChannelRefusal(Base):
    """A contact that a channel does not lead to, and until when that is believed."""

    __tablename__ = "channel_refusal"

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    contact_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(20))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class LinkToken(Base):
    """A way from one conversation to another that works once: the hash of a random word in a link."""

    __tablename__ = "link_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(26))
    role: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def account_hash(channel: str, account: str) -> str:
    return keyed_hash(account, f"account:{channel}")


def contact_hash(value: str) -> str:
    """Of a telephone in E.164 or a mail address, as dossiers and consents know it."""
    return keyed_hash(value, "email" if "@" in value else "phone")


async def account_of(session: AsyncSession, channel: str, account: str) -> ChatAccount | None:
    return await session.scalar(
        select(ChatAccount).where(
            ChatAccount.channel == channel, ChatAccount.account_hash == account_hash(channel, account)
        )
    )


async def account_of_conversation(session: AsyncSession, conversation_id: str) -> ChatAccount | None:
    return await session.scalar(select(ChatAccount).where(ChatAccount.conversation_id == conversation_id))


async def heard_from(
    session: AsyncSession,
    channel: str,
    account: str,
    *,
    now: datetime,
    conversation_id: str | None = None,
    following: bool | None = None,
) -> ChatAccount:
    """The account of somebody who has just done something; a fresh allowance begins."""
    insert = _insert(session)
    await session.execute(
        insert(ChatAccount)
        .values(
            id=new_id(),
            channel=channel,
            account=account,
            account_hash=account_hash(channel, account),
            sent=0,
            pushed=0,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["channel", "account_hash"])
    )
    found = await account_of(session, channel, account)
    assert found is not None  # noqa: S101 - it has just been put there
    if found.last_in_at is None or found.last_in_at <= now:
        found.last_in_at, found.sent = now, 0
    if conversation_id is not None:
        found.conversation_id = conversation_id
    if following is not None:
        found.following = following
    await session.flush()
    return found


async def stopped_following(session: AsyncSession, channel: str, account: str) -> None:
    """Nothing more may be written into this conversation until the citizen comes back."""
    await session.execute(
        update(ChatAccount)
        .where(ChatAccount.channel == channel, ChatAccount.account_hash == account_hash(channel, account))
        .values(following=False, last_in_at=None)
    )


async def count_sent(session: AsyncSession, channel: str, account: str) -> None:
    await session.execute(
        update(ChatAccount)
        .where(ChatAccount.channel == channel, ChatAccount.account_hash == account_hash(channel, account))
        .values(sent=ChatAccount.sent + 1)
    )


async def mark_pushed(session: AsyncSession, account_id: str, turn: int) -> None:
    await session.execute(update(ChatAccount).where(ChatAccount.id == account_id).values(pushed=turn))


async def ensure_contact(session: AsyncSession, phone: str, *, now: datetime) -> Contact:
    known = await session.scalar(
        select(Contact).where(Contact.kind == "phone", Contact.value_hash == contact_hash(phone))
    )
    if known is None:
        known = Contact(kind="phone", value=phone, value_hash=contact_hash(phone), created_at=now)
        session.add(known)
        await session.flush()
    return known


async def bind_account(
    session: AsyncSession, *, channel: str, account: str, contact: Contact, proved_by: str, now: datetime
) -> Binding:
    """This account proved this contact. The account that proved it before gives way: a number moved on."""
    await session.execute(
        update(Binding)
        .where(
            Binding.channel == channel,
            Binding.contact_id == contact.id,
            Binding.account_hash != account_hash(channel, account),
            Binding.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    binding = await session.scalar(
        select(Binding).where(
            Binding.channel == channel,
            Binding.account_hash == account_hash(channel, account),
            Binding.contact_id == contact.id,
        )
    )
    if binding is None:
        binding = Binding(
            channel=channel,
            account=account,
            account_hash=account_hash(channel, account),
            contact_id=contact.id,
            proved_by=proved_by,
            bound_at=now,
        )
        session.add(binding)
    binding.proved_by, binding.bound_at, binding.ended_at = proved_by, now, None
    await session.flush()
    return binding


async def phones_of(session: AsyncSession, channel: str, account: str) -> Sequence[Contact]:
    """Telephones that an account has proven and not given up."""
    query = (
        select(Contact)
        .join(Binding, Binding.contact_id == Contact.id)
        .where(
            Binding.channel == channel,
            Binding.account_hash == account_hash(channel, account),
            Binding.ended_at.is_(None),
        )
    )
    return (await session.scalars(query)).all()


async def account_for_phone(session: AsyncSession, channel: str, phone: str) -> str | None:
    """The account that proved a telephone last."""
    query = (
        select(Binding)
        .join(Contact, Binding.contact_id == Contact.id)
        .where(
            Binding.channel == channel,
            Contact.kind == "phone",
            Contact.value_hash == contact_hash(phone),
            Binding.ended_at.is_(None),
        )
        .order_by(Binding.bound_at.desc())
        .limit(1)
    )
    found = await session.scalar(query)
    return found.account if found else None


async def end_bindings(session: AsyncSession, channel: str, account: str, *, now: datetime) -> int:
    result: Any = await session.execute(
        update(Binding)
        .where(
            Binding.channel == channel,
            Binding.account_hash == account_hash(channel, account),
            Binding.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    count: int = result.rowcount
    return count


async def refusal_of(
    session: AsyncSession, channel: str, contact: str, *, now: datetime
) -> ChannelRefusal | None:
    found = await session.get(ChannelRefusal, (channel, contact_hash(contact)))
    return None if found is None or (found.until is not None and found.until <= now) else found


def _insert(session: AsyncSession) -> Any:
    """One that can say what happens when the row is there already."""
    return postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert


async def note_refusal(
    session: AsyncSession, channel: str, contact: str, *, reason: str, now: datetime, until: datetime | None
) -> None:
    """In one statement: several notices to one number are refused at the same moment."""
    known = {"reason": reason, "noted_at": now, "until": until}
    insert = _insert(session)
    await session.execute(
        insert(ChannelRefusal)
        .values(channel=channel, contact_hash=contact_hash(contact), **known)
        .on_conflict_do_update(index_elements=["channel", "contact_hash"], set_=known)
    )


async def clear_refusal(session: AsyncSession, channel: str, contact: str) -> None:
    """The citizen came back: written to us, or linked the number anew."""
    found = await session.get(ChannelRefusal, (channel, contact_hash(contact)))
    if found is not None:
        await session.delete(found)
        await session.flush()


async def add_token(session: AsyncSession, token: LinkToken) -> None:
    session.add(token)
    await session.flush()


async def use_token(session: AsyncSession, token_hash: str, *, now: datetime) -> LinkToken | None:
    """The token, if it is alive; from now on it is used."""
    result: Any = await session.execute(
        update(LinkToken)
        .where(LinkToken.token_hash == token_hash, LinkToken.used_at.is_(None), LinkToken.expires_at > now)
        .values(used_at=now)
    )
    if result.rowcount != 1:
        return None
    return await session.get(LinkToken, token_hash, populate_existing=True)
