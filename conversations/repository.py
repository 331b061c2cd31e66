"""All SQL about conversations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Conversation, Direction, Handover, HandoverStatus, Turn, TurnTry
from people.chat_accounts import ChatAccount


async def conversation_by_key(session: AsyncSession, channel: str, key_hash: str) -> Conversation | None:
    return await session.scalar(
        select(Conversation).where(Conversation.channel == channel, Conversation.key_hash == key_hash)
    )


async def add_conversation(session: AsyncSession, channel: str, key_hash: str) -> Conversation:
    conversation = Conversation(channel=channel, key_hash=key_hash, context={})
    session.add(conversation)
    await session.flush()
    return conversation


async def ward_of(session: AsyncSession, conversation_id: str) -> str | None:
    """The ward that a citizen named, as the code of its unit."""
    conversation = await session.get(Conversation, conversation_id)
    ward = conversation.context.get("ward") if conversation else None
    return str(ward) if ward else None


async def turn_by_external_id(session: AsyncSession, conversation_id: str, external_id: str) -> Turn | None:
    return await session.scalar(
        select(Turn).where(Turn.conversation_id == conversation_id, Turn.external_id == external_id)
    )


async def replies_to(session: AsyncSession, turn: Turn) -> Sequence[Turn]:
    """What was answered to a message, or to those that were stored together with it: at the same moment."""
    together = select(Turn.id).where(
        Turn.conversation_id == turn.conversation_id,
        Turn.direction == Direction.IN,
        Turn.at == turn.at,
    )
    rows = await session.scalars(select(Turn).where(Turn.reply_to.in_(together)).order_by(Turn.number))
    return rows.all()


async def turns_after(session: AsyncSession, conversation_id: str, after: int, limit: int) -> Sequence[Turn]:
    """The last ``limit`` turns above a number, oldest first."""
    rows = await session.scalars(
        select(Turn)
        .where(Turn.conversation_id == conversation_id, Turn.number > after)
        .order_by(Turn.number.desc())
        .limit(limit)
    )
    return list(reversed(rows.all()))


async def turn_number(session: AsyncSession, conversation_id: str, turn_id: str) -> int:
    found = await session.scalar(
        select(Turn.number).where(Turn.conversation_id == conversation_id, Turn.id == turn_id)
    )
    return found or 0


async def count_turns_since(session: AsyncSession, conversation_id: str, since: datetime) -> int:
    return (
        await session.scalar(
            select(func.count())
            .select_from(Turn)
            .where(Turn.conversation_id == conversation_id, Turn.direction == Direction.IN, Turn.at >= since)
        )
        or 0
    )


async def add_turn(session: AsyncSession, turn: Turn) -> Turn:
    session.add(turn)
    await session.flush()
    return turn


async def accounts_with_words_waiting(
    session: AsyncSession, channels: Sequence[str], *, limit: int, without: Sequence[str] = ()
) -> Sequence[ChatAccount]:
    """Accounts whose conversation has words that nothing has carried to them yet, save those ``without``."""
    rows = await session.scalars(
        select(ChatAccount)
        .join(Turn, Turn.conversation_id == ChatAccount.conversation_id)
        .where(
            ChatAccount.channel.in_(channels),
            ChatAccount.id.not_in(without),
            Turn.direction == Direction.OUT,
            Turn.reply_to.is_(None),
            Turn.number > ChatAccount.pushed,
        )
        .group_by(ChatAccount.id)
        .limit(limit)
    )
    return rows.all()


async def spoken_between(
    session: AsyncSession, conversation_id: str, after: int, limit: int = 10
) -> Sequence[Turn]:
    """What was said to the citizen outside the answer to a turn (an officer's words), oldest first."""
    rows = await session.scalars(
        select(Turn)
        .where(
            Turn.conversation_id == conversation_id,
            Turn.number > after,
            Turn.direction == Direction.OUT,
            Turn.reply_to.is_(None),
        )
        .order_by(Turn.number)
        .limit(limit)
    )
    return rows.all()


async def save_context(
    session: AsyncSession, conversation_id: str, context: dict[str, Any], now: datetime
) -> None:
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(context=context, context_at=now, last_turn_at=now)
    )


async def take_floor(
    session: AsyncSession, conversation_id: str, turn_id: str, *, now: datetime, until: datetime
) -> bool:
    """Whether this turn is answered now: no other one is, or its machine has not been heard of."""
    taken: Any = await session.execute(
        update(Conversation)
        .where(
            Conversation.id == conversation_id,
            or_(Conversation.floor_until.is_(None), Conversation.floor_until <= now),
        )
        .values(floor_by=turn_id, floor_until=until)
    )
    return bool(taken.rowcount)


async def leave_floor(session: AsyncSession, conversation_id: str, turn_id: str) -> bool:
    """Whether this turn still had it."""
    left: Any = await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, Conversation.floor_by == turn_id)
        .values(floor_by=None, floor_until=None)
    )
    return bool(left.rowcount)


async def turn_try(session: AsyncSession, turn_id: str, conversation_id: str, held_by: str) -> TurnTry:
    """Held until the transaction ends; where there is none yet, it belongs to whoever comes first."""
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    first = insert(TurnTry).values(turn_id=turn_id, conversation_id=conversation_id, held_by=held_by)
    await session.execute(first.on_conflict_do_nothing())
    return (await session.scalars(select(TurnTry).where(TurnTry.turn_id == turn_id).with_for_update())).one()


async def waiting_handover(session: AsyncSession, conversation_id: str) -> Handover | None:
    return await session.scalar(
        select(Handover).where(
            Handover.conversation_id == conversation_id, Handover.status == HandoverStatus.WAITING
        )
    )


async def add_handover(session: AsyncSession, handover: Handover) -> Handover:
    session.add(handover)
    await session.flush()
    return handover


async def handover_receipt_taken(session: AsyncSession, receipt: str) -> bool:
    return await session.scalar(select(Handover.id).where(Handover.receipt == receipt)) is not None


async def waiting_handovers(session: AsyncSession) -> tuple[int, datetime | None]:
    """How many citizens wait for a person, and by when the first of them should have been answered."""
    query = select(func.count(), func.min(Handover.answer_by)).where(
        Handover.status == HandoverStatus.WAITING
    )
    count, first = (await session.execute(query)).one()
    return count, first
