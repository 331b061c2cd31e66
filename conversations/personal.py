"""What was said in conversations: shown to who said it, and let go of. All SQL about that stands here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Conversation, ConversationNote, Turn, TurnTry, Unanswered
from conversations.review_models import HeldAnswer


async def held(session: AsyncSession, conversation_ids: Collection[str]) -> dict[str, Any]:
    rows = await session.scalars(
        select(Turn).where(Turn.conversation_id.in_(conversation_ids)).order_by(Turn.number)
    )
    return {"turns": [{"at": one.at, "direction": one.direction, "text": one.text} for one in rows]}


async def erase(session: AsyncSession, conversation_ids: Collection[str]) -> int:
    """The words go, the conversation stays as an empty shell; how many turns there were."""
    ids = list(conversation_ids)
    count = await session.scalar(select(func.count()).where(Turn.conversation_id.in_(ids))) or 0
    for table in (Turn, TurnTry, ConversationNote, Unanswered, HeldAnswer):
        await session.execute(delete(table).where(table.conversation_id.in_(ids)))
    await session.execute(update(Conversation).where(Conversation.id.in_(ids)).values(context={}))
    return count


async def forget_old(session: AsyncSession, before: datetime, limit: int) -> int:
    """Words of conversations in which nobody has spoken since a day; how many conversations."""
    has_words = exists().where(Turn.conversation_id == Conversation.id)
    query = select(Conversation.id).where(Conversation.last_turn_at < before, has_words).limit(limit)
    ids = (await session.scalars(query)).all()
    await erase(session, ids)
    return len(ids)


async def spoke_between(session: AsyncSession, start: datetime, end: datetime) -> int:
    """How many conversations somebody spoke in."""
    query = select(func.count(Turn.conversation_id.distinct())).where(Turn.at >= start, Turn.at < end)
    return await session.scalar(query) or 0
