"""All SQL about notices. A message changes only by UPDATEs whose WHERE says from which state it may."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import insert_new
from notifications.models import Attempt, Message
from notifications.schemas import AttemptOutcome, MessageStatus, Purpose, Reason, before


async def messages_of_events(session: AsyncSession, event_ids: Collection[str]) -> set[tuple[str, str, str]]:
    """(event, recipient, purpose) of the messages that stand there for these events."""
    query = select(Message.event_id, Message.recipient_hash, Message.purpose).where(
        Message.event_id.in_(set(event_ids))
    )
    return {(row[0], row[1], row[2]) for row in await session.execute(query)}


async def add_messages(session: AsyncSession, messages: Sequence[Message]) -> None:
    await insert_new(session, messages)


async def message_by_id(session: AsyncSession, message_id: str) -> Message | None:
    query = select(Message).where(Message.id == message_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def messages_of_dossier(session: AsyncSession, dossier_code: str) -> Sequence[Message]:
    query = select(Message).where(Message.dossier_code == dossier_code).order_by(Message.position)
    return (await session.scalars(query)).all()


async def messages_by_verification(session: AsyncSession, code: str) -> Sequence[Message]:
    """Messages with this code, the newest first: two may share one by chance."""
    query = select(Message).where(Message.verification_code == code).order_by(Message.position.desc())
    return (await session.scalars(query.limit(5))).all()


async def any_due(session: AsyncSession, now: datetime, *, only: Collection[Purpose] | None) -> bool:
    """Whether it is worth asking for the writer's turn. ``only``: these, and what disturbs nobody."""
    query = select(Message.id).where(Message.status == MessageStatus.PLANNED, Message.due_at <= now)
    if only is not None:
        query = query.where(or_(Message.any_hour, Message.purpose.in_(list(only))))
    return await session.scalar(query.limit(1)) is not None


async def claim(
    session: AsyncSession,
    *,
    owner: str,
    now: datetime,
    lease_until: datetime,
    limit: int,
    only: Collection[Purpose] | None = None,
) -> Sequence[Message]:
    """Lease messages that are due; never one with an open attempt, which may have been sent."""
    open_attempt = exists().where(Attempt.message_id == Message.id, Attempt.outcome == AttemptOutcome.OPEN)
    due = (
        select(Message.id)
        .where(
            Message.status == MessageStatus.PLANNED,
            Message.due_at <= now,
            or_(Message.lease_until.is_(None), Message.lease_until < now),
            ~open_attempt,
        )
        .order_by(Message.due_at, Message.position)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if only is not None:
        due = due.where(or_(Message.any_hour, Message.purpose.in_(list(only))))
    ids = (await session.scalars(due)).all()
    if not ids:
        return []
    await session.execute(
        update(Message).where(Message.id.in_(ids)).values(lease_owner=owner, lease_until=lease_until)
    )
    query = select(Message).where(Message.id.in_(ids)).order_by(Message.due_at, Message.position)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def uncertain(session: AsyncSession, now: datetime, limit: int) -> Sequence[Message]:
    """Uncertain messages for which it is time to ask, or to go on."""
    query = (
        select(Message)
        .where(Message.status == MessageStatus.UNCERTAIN, Message.due_at <= now)
        .order_by(Message.due_at)
        .limit(limit)
    )
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def expired(session: AsyncSession, now: datetime, limit: int) -> Sequence[Message]:
    query = select(Message).where(
        Message.status == MessageStatus.PLANNED,
        Message.expires_at <= now,
        or_(Message.lease_until.is_(None), Message.lease_until < now),
    )
    return (await session.scalars(query.limit(limit))).all()


async def move(session: AsyncSession, message_id: str, to: MessageStatus, *, at: datetime) -> bool:
    """Forward only: whether the message was moved."""
    return await _change(
        session,
        message_id,
        [Message.status.in_(before(to))],
        status=to,
        settled_at=at,
        due_at=None,
        lease_owner=None,
        lease_until=None,
    )


async def reschedule(
    session: AsyncSession, message_id: str, *, rung: int, due_at: datetime | None, status: MessageStatus
) -> bool:
    """Leave a message on its rung, to be sent (``planned``) or asked about (``uncertain``) at ``due_at``."""
    return await _change(
        session,
        message_id,
        [
            Message.rung == rung,
            Message.status.in_((MessageStatus.PLANNED, MessageStatus.UNCERTAIN)),
        ],
        status=status,
        due_at=due_at,
        lease_owner=None,
        lease_until=None,
    )


async def climb(
    session: AsyncSession, message: Message, *, due_at: datetime, second_copy: bool, values: dict[str, Any]
) -> bool:
    """Put a message on its next rung, unless it has arrived or been moved meanwhile."""
    done = (MessageStatus.DELIVERED, MessageStatus.READ, MessageStatus.CANCELLED, MessageStatus.SUPPRESSED)
    return await _change(
        session,
        message.id,
        [Message.rung == message.rung, Message.status.not_in(done)],
        rung=message.rung + 1,
        status=MessageStatus.PLANNED,
        due_at=due_at,
        lease_owner=None,
        lease_until=None,
        maybe_second_copy=message.maybe_second_copy or second_copy,
        **values,
    )


async def give_up(
    session: AsyncSession, message: Message, *, to: MessageStatus, reason: Reason, at: datetime
) -> bool:
    """End a message that is not sent on; never one that arrived or went to another rung meanwhile."""
    done = (MessageStatus.DELIVERED, MessageStatus.READ)
    return await _change(
        session,
        message.id,
        [Message.status.not_in(done), Message.rung == message.rung],
        status=to,
        reason=reason,
        settled_at=at,
        due_at=None,
        lease_owner=None,
        lease_until=None,
    )


async def _change(session: AsyncSession, message_id: str, conditions: list[Any], **values: Any) -> bool:
    result = await session.execute(
        update(Message)
        .where(Message.id == message_id, *conditions)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


async def chat_after(
    session: AsyncSession, conversation_id: str, after: int, limit: int
) -> Sequence[Message]:
    query = (
        select(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.position > after,
            Message.status.not_in((MessageStatus.SUPPRESSED, MessageStatus.CANCELLED)),
        )
        .order_by(Message.position)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def chat_position(session: AsyncSession, conversation_id: str) -> int:
    """The position of the last message of a conversation; 0 when it has none."""
    query = select(func.max(Message.position)).where(Message.conversation_id == conversation_id)
    return await session.scalar(query) or 0
