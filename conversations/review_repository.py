"""All SQL of answers that are approved first. A held answer is decided by an UPDATE that finds it waiting."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.review_models import HeldAnswer, HeldStatus, ReviewedTopic, TopicKind
from core.among import among


async def open_topics(session: AsyncSession, units: Collection[str] | None = None) -> Sequence[ReviewedTopic]:
    query = select(ReviewedTopic).where(ReviewedTopic.ended_at.is_(None))
    if units is not None:
        query = query.where(among(ReviewedTopic.unit, units))
    return (await session.scalars(query.order_by(ReviewedTopic.set_at))).all()


async def topics_about(session: AsyncSession, code: str, field: str | None) -> Sequence[ReviewedTopic]:
    """Open ones that cover a procedure, the nearest first: its own before its field's."""
    about = or_(
        and_(ReviewedTopic.kind == TopicKind.PROCEDURE, ReviewedTopic.value == code),
        and_(ReviewedTopic.kind == TopicKind.FIELD, ReviewedTopic.value == (field or "")),
    )
    query = select(ReviewedTopic).where(ReviewedTopic.ended_at.is_(None), about)
    return (await session.scalars(query.order_by(ReviewedTopic.kind.desc(), ReviewedTopic.set_at))).all()


async def topic_by_id(session: AsyncSession, topic_id: str) -> ReviewedTopic | None:
    return await session.get(ReviewedTopic, topic_id)


async def add(session: AsyncSession, row: ReviewedTopic | HeldAnswer) -> None:
    session.add(row)
    await session.flush()


async def held_of_turn(session: AsyncSession, turn_id: str) -> HeldAnswer | None:
    return await session.scalar(select(HeldAnswer).where(HeldAnswer.turn_id == turn_id))


async def waiting(session: AsyncSession, units: Collection[str], limit: int = 100) -> Sequence[HeldAnswer]:
    """The longest waiting first."""
    query = select(HeldAnswer).where(HeldAnswer.status == HeldStatus.WAITING, among(HeldAnswer.unit, units))
    return (await session.scalars(query.order_by(HeldAnswer.held_at).limit(limit))).all()


async def count_waiting(session: AsyncSession, units: Collection[str]) -> int:
    query = select(func.count()).where(HeldAnswer.status == HeldStatus.WAITING, among(HeldAnswer.unit, units))
    return await session.scalar(query) or 0


async def held_by_id(session: AsyncSession, held_id: str, units: Collection[str]) -> HeldAnswer | None:
    return await session.scalar(
        select(HeldAnswer).where(HeldAnswer.id == held_id, among(HeldAnswer.unit, units))
    )


async def decide(session: AsyncSession, held_id: str, *, to: HeldStatus, by: str, now: datetime) -> bool:
    """Whether it still waited, and so was this person's to decide."""
    result = await session.execute(
        update(HeldAnswer)
        .where(HeldAnswer.id == held_id, HeldAnswer.status == HeldStatus.WAITING)
        .values(status=to, decided_by=by, decided_at=now)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount == 1
