"""All SQL about notices. A message changes only by UPDATEs whose WHERE says from which state it may."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among, among_given
from core.database import insert_new
from notifications.models import MESSAGES, Attempt, Message
from notifications.schemas import AttemptOutcome, MessageStatus, Reason, before

_OF_EVENTS = select(Message.event_id, Message.recipient_hash, Message.purpose).where(
    among_given(Message.event_id, "events")
)


async def messages_of_events(session: AsyncSession, event_ids: Collection[str]) -> set[tuple[str, str, str]]:
    """(event, recipient, purpose) of the messages that stand there for these events."""
    rows = await session.execute(_OF_EVENTS, {"events": list(set(event_ids))})
    return {(row[0], row[1], row[2]) for row in rows}


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


_ACCEPT = (
    update(MESSAGES)
    .where(among_given(Message.id, "ids"), Message.status.in_(before(MessageStatus.ACCEPTED)))
    .values(
        status=MessageStatus.ACCEPTED,
        settled_at=bindparam("at"),
        due_at=bindparam("receipt_by"),
        lease_owner=None,
        lease_until=None,
    )
)


async def accepted(
    session: AsyncSession, ids: Collection[str], *, at: datetime, receipt_by: datetime | None
) -> None:
    """Providers have taken these messages; forward only. ``receipt_by``: when the next rung begins."""
    await session.execute(_ACCEPT, {"ids": list(ids), "at": at, "receipt_by": receipt_by})


_ACCEPTED = (MessageStatus.ACCEPTED, MessageStatus.SENT)


async def any_without_receipt(session: AsyncSession, now: datetime) -> bool:
    query = select(Message.id).where(Message.status.in_(_ACCEPTED), Message.due_at <= now)
    return await session.scalar(query.limit(1)) is not None


async def without_receipt(session: AsyncSession, now: datetime, limit: int) -> Sequence[Message]:
    """Messages that were taken and whose receipt has not come within its time."""
    query = (
        select(Message)
        .where(Message.status.in_(_ACCEPTED), Message.due_at <= now)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def wait_no_longer(session: AsyncSession, message: Message) -> None:
    """No receipt came and there is no other rung: what was accepted stays accepted."""
    await _change(
        session, message.id, [Message.rung == message.rung, Message.status == message.status], due_at=None
    )


async def uncertain(session: AsyncSession, now: datetime, limit: int) -> Sequence[Message]:
    """Uncertain messages for which it is time to ask, or to go on."""
    query = (
        select(Message)
        .where(Message.status == MessageStatus.UNCERTAIN, Message.due_at <= now)
        .order_by(Message.due_at)
        .limit(limit)
    )
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


async def move(
    session: AsyncSession,
    message_id: str,
    to: MessageStatus,
    *,
    at: datetime,
    rung: int | None = None,
    receipt_by: datetime | None = None,
) -> bool:
    """Forward only, and only on this ``rung`` if one is given: whether the message was moved."""
    here = [] if rung is None else [Message.rung == rung]
    return await _change(
        session,
        message_id,
        [Message.status.in_(before(to)), *here],
        status=to,
        reason=None,
        settled_at=at,
        due_at=receipt_by,
        lease_owner=None,
        lease_until=None,
    )


async def leave_in_doubt(session: AsyncSession, message: Message, *, reason: Reason) -> bool:
    """An uncertain message of which nobody will be asked any more; a receipt may still move it."""
    return await _change(
        session,
        message.id,
        [Message.rung == message.rung, Message.status == MessageStatus.UNCERTAIN],
        reason=reason,
        due_at=None,
    )


async def stand_back(session: AsyncSession, message: Message, *, rung: int, values: dict[str, Any]) -> bool:
    """Onto an earlier rung that has arrived after all, if nothing can have left on the later one."""
    begun = exists().where(
        Attempt.message_id == Message.id,
        Attempt.rung == Message.rung,
        Attempt.outcome != AttemptOutcome.REJECTED_TEMPORARY,
    )
    return await _change(session, message.id, [Message.rung == message.rung, ~begun], rung=rung, **values)


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
    session: AsyncSession, messages: Sequence[Message], *, to: MessageStatus, reason: Reason, at: datetime
) -> set[str]:
    """End messages that are not sent on; never one that arrived or went to another rung meanwhile. Which."""
    done = (MessageStatus.DELIVERED, MessageStatus.READ)
    by_rung: dict[int, list[str]] = {}
    for message in messages:
        by_rung.setdefault(message.rung, []).append(message.id)
    ended: set[str] = set()
    for rung, ids in by_rung.items():
        ended |= set(
            await session.scalars(
                update(Message)
                .where(among(Message.id, sorted(ids)), Message.rung == rung, Message.status.not_in(done))
                .values(
                    status=to, reason=reason, settled_at=at, due_at=None, lease_owner=None, lease_until=None
                )
                .returning(Message.id)
                .execution_options(synchronize_session=False)
            )
        )
    return ended


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
