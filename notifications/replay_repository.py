"""Reading the past: where a moment lies in the event log, what was recorded and what was sent for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.events import Event
from notifications.models import Message


async def position_at(session: AsyncSession, moment: datetime) -> int:
    """The first position recorded at ``moment`` or later.

    Positions rise with time, so it is found by halving: some twenty look-ups in a million events.
    """
    low, high = 0, (await session.scalar(select(func.max(Event.position))) or 0) + 1
    while low < high:
        middle = (low + high) // 2
        query = select(Event.position, Event.recorded_at).where(Event.position >= middle)
        found = (await session.execute(query.order_by(Event.position).limit(1))).first()
        if found is None or found[1] >= moment:
            high = middle
        else:
            low = found[0] + 1
    return low


async def events_between(
    session: AsyncSession, after: int, *, until: datetime, types: Collection[str], limit: int
) -> Sequence[Event]:
    query = (
        select(Event)
        .where(Event.position > after, Event.type.in_(types))
        .order_by(Event.position)
        .limit(limit)
    )
    events = (await session.scalars(query)).all()
    return [event for event in events if event.recorded_at < until]


async def messages_of_events(session: AsyncSession, event_ids: Collection[str]) -> Sequence[Message]:
    query = select(Message).where(Message.event_id.in_(event_ids)).order_by(Message.position)
    return (await session.scalars(query)).all()
