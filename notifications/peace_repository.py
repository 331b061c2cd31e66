"""SQL about what a person has been sent: what caps, repeats, folding and the budget are counted from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among, among_given
from core.database import UtcDateTime
from notifications.models import Message
from notifications.schemas import Channel, MessageStatus, Purpose, Reason

_ARRIVED = (MessageStatus.DELIVERED, MessageStatus.READ)
_NOT_PAID = (MessageStatus.SUPPRESSED, MessageStatus.CANCELLED, MessageStatus.FAILED)


_TO_THEM = (
    among_given(Message.recipient_hash, "people"),
    Message.created_at > bindparam("since", type_=UtcDateTime()),
)
_RECENT = (
    select(
        Message.id,
        Message.recipient_hash,
        Message.purpose,
        Message.event_type,
        Message.dossier_code,
        Message.status,
        Message.text_hash,
        Message.due_at,
        Message.settled_at,
        Message.created_at,
        Message.attempts,
    )
    .where(*_TO_THEM)
    .order_by(Message.position)
)
_REACHED = (
    select(Message.recipient_hash, Message.channel, func.max(Message.settled_at))
    .where(*_TO_THEM, Message.status.in_(_ARRIVED), Message.channel != Channel.WEB)
    .group_by(Message.recipient_hash, Message.channel)
    .order_by(func.max(Message.settled_at))
)


async def recent(session: AsyncSession, recipient_hashes: Sequence[str], since: datetime) -> Sequence[Any]:
    """Rows of the messages to these people since then, without their words, oldest first."""
    return (await session.execute(_RECENT, {"people": list(recipient_hashes), "since": since})).all()


async def reached(
    session: AsyncSession, recipient_hashes: Sequence[str], since: datetime
) -> dict[str, Channel]:
    """By person, the channel on which a message arrived last."""
    rows = await session.execute(_REACHED, {"people": list(recipient_hashes), "since": since})
    return {who: Channel(channel) for who, channel, _ in rows.all()}


async def climbed_past(
    session: AsyncSession, recipient_hashes: Sequence[str], since: datetime
) -> dict[str, Channel]:
    """By person, the channel that failed first when a message last arrived on a later rung."""
    query = (
        select(Message.recipient_hash, Message.rungs)
        .where(
            among(Message.recipient_hash, recipient_hashes),
            Message.created_at > since,
            Message.status.in_(_ARRIVED),
            Message.rung > 0,
        )
        .order_by(Message.position)
    )
    return {who: Channel(rungs[0]["channel"]) for who, rungs in (await session.execute(query)).all()}


async def spent(session: AsyncSession, since: datetime) -> int:
    """What the messages planned since then cost, in đồng, as far as known."""
    query = select(func.sum(Message.cost)).where(
        Message.created_at >= since, Message.status.not_in(_NOT_PAID)
    )
    return int(await session.scalar(query) or 0)


async def waiting(
    session: AsyncSession,
    *,
    recipient_hashes: Collection[str] | None = None,
    purposes: Collection[Purpose] | None = None,
    dossier_code: str | None = None,
    about: str | None = None,
    ids: Collection[str] | None = None,
) -> Sequence[Message]:
    """Messages that are planned and that nobody has begun to send."""
    query = select(Message).where(Message.status == MessageStatus.PLANNED)
    if recipient_hashes is not None:
        query = query.where(among(Message.recipient_hash, recipient_hashes))
    if purposes is not None:
        query = query.where(Message.purpose.in_(list(purposes)))
    if dossier_code is not None:
        query = query.where(Message.dossier_code == dossier_code)
    if about is not None:
        query = query.where(Message.about == about)
    if ids is not None:
        query = query.where(among(Message.id, ids))
    return (await session.scalars(query.order_by(Message.position))).all()


async def take_back(session: AsyncSession, message_id: str, reason: Reason, *, now: datetime) -> bool:
    """Cancel a message that is only planned; False when a sender has begun with it."""
    result = await session.execute(
        update(Message)
        .where(
            Message.id == message_id,
            Message.status == MessageStatus.PLANNED,
            or_(Message.lease_until.is_(None), Message.lease_until < now),
        )
        .values(status=MessageStatus.CANCELLED, reason=reason, settled_at=now, due_at=None, lease_owner=None)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


async def last_contact(session: AsyncSession, recipient_hashes: Collection[str]) -> Message | None:
    """The newest message to any of these contacts: it holds the way by which they are reached."""
    query = select(Message).where(
        among(Message.recipient_hash, recipient_hashes), Message.conversation_id.is_(None)
    )
    return await session.scalar(query.order_by(Message.created_at.desc()).limit(1))


async def last_about(
    session: AsyncSession, dossier_code: str, recipient_hashes: Collection[str] | None = None
) -> Message | None:
    """The newest message about a dossier; with contacts, the newest to any of these."""
    query = select(Message).where(Message.dossier_code == dossier_code)
    if recipient_hashes is not None:
        query = query.where(among(Message.recipient_hash, recipient_hashes))
    return await session.scalar(query.order_by(Message.position.desc()).limit(1))
