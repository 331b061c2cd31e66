"""All SQL about questions that got no answer, and about what citizens said of answers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Direction, Turn, Unanswered, UnansweredGroup


async def latest_groups(session: AsyncSession, limit: int) -> Sequence[UnansweredGroup]:
    rows = await session.scalars(
        select(UnansweredGroup).order_by(UnansweredGroup.last_at.desc()).limit(limit)
    )
    return rows.all()


async def group(session: AsyncSession, key: str) -> UnansweredGroup | None:
    return await session.get(UnansweredGroup, key)


async def add_group(session: AsyncSession, fresh: UnansweredGroup) -> None:
    """Another process may have made the same group a moment ago; then that one stays."""
    try:
        async with session.begin_nested():
            session.add(fresh)
    except IntegrityError:
        session.expunge_all()


async def count_one_more(session: AsyncSession, item: Unanswered) -> None:
    session.add(item)
    await session.execute(
        update(UnansweredGroup)
        .where(UnansweredGroup.key == item.group_key)
        .values(count=UnansweredGroup.count + 1, last_at=item.at)
    )
    await session.flush()


async def biggest_groups(session: AsyncSession, limit: int) -> Sequence[UnansweredGroup]:
    rows = await session.scalars(
        select(UnansweredGroup)
        .order_by(UnansweredGroup.count.desc(), UnansweredGroup.last_at.desc())
        .limit(limit)
    )
    return rows.all()


async def newest_of(session: AsyncSession, key: str, limit: int) -> Sequence[Unanswered]:
    rows = await session.scalars(
        select(Unanswered).where(Unanswered.group_key == key).order_by(Unanswered.at.desc()).limit(limit)
    )
    return rows.all()


async def kinds_of(session: AsyncSession, key: str) -> Sequence[tuple[str, str | None]]:
    """Reasons and channels of a group's items, each pair once."""
    rows = await session.execute(
        select(Unanswered.reason, Unanswered.channel).where(Unanswered.group_key == key).distinct()
    )
    return [(reason, channel) for reason, channel in rows]


async def answer_turn(session: AsyncSession, conversation_id: str, turn_id: str) -> Turn | None:
    """An answer or an officer's words in this conversation; none of anybody else's, no citizen's words."""
    return await session.scalar(
        select(Turn).where(
            Turn.id == turn_id,
            Turn.conversation_id == conversation_id,
            Turn.direction == Direction.OUT,
        )
    )


async def turn(session: AsyncSession, turn_id: str) -> Turn | None:
    return await session.scalar(select(Turn).where(Turn.id == turn_id))


async def said_before(session: AsyncSession, conversation_id: str, turn_id: str, limit: int) -> list[str]:
    """The citizen's messages before a turn, the latest first."""
    number = select(Turn.number).where(Turn.id == turn_id).scalar_subquery()
    rows = await session.scalars(
        select(Turn.text)
        .where(
            Turn.conversation_id == conversation_id,
            Turn.direction == Direction.IN,
            Turn.number < number,
        )
        .order_by(Turn.number.desc())
        .limit(limit)
    )
    return list(rows.all())
