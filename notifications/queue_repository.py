"""How long the queues are and how old what waits in them: for those who watch the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from core.event_reading import position
from core.events import Event
from dossiers.vocabularies import DossierEventType
from notifications.desk_models import UnitTask
from notifications.lanes import Lane
from notifications.models import Message, Receipt
from notifications.planner import CONSUMER
from notifications.schemas import MessageStatus
from notifications.tasks import TaskStatus

_MOST_COUNTED = 100_000
"""Nobody needs to know exactly how far behind a planner is that is this far behind."""


@dataclass(frozen=True)
class Queue:
    """``oldest``: since when the first of them waits; None for an empty queue."""

    count: int
    oldest: datetime | None

    def age(self, now: datetime) -> float:
        """Seconds."""
        return max((now - self.oldest).total_seconds(), 0.0) if self.oldest else 0.0


@dataclass(frozen=True)
class Queues:
    """``due``: messages that could be sent now, by who goes first. ``unplanned``: events not read yet."""

    due: Mapping[Lane, Queue]
    later: int
    uncertain: Queue
    unplanned: Queue
    receipts: Queue
    tasks: Queue


async def queues(session: AsyncSession, now: datetime) -> Queues:
    return Queues(
        due=await _due(session, now),
        later=await _later(session, now),
        uncertain=await _of(session, Message.created_at, Message.status == MessageStatus.UNCERTAIN),
        unplanned=await _unplanned(session),
        receipts=await _of(session, Receipt.recorded_at, Receipt.work_at <= now),
        tasks=await _of(session, UnitTask.created_at, UnitTask.status == TaskStatus.OPEN),
    )


async def _due(session: AsyncSession, now: datetime) -> dict[Lane, Queue]:
    query = (
        select(Message.lane, func.count(), func.min(Message.due_at))
        .where(Message.status == MessageStatus.PLANNED, Message.due_at <= now)
        .group_by(Message.lane)
    )
    found = {Lane(lane): Queue(count, oldest) for lane, count, oldest in (await session.execute(query)).all()}
    return {lane: found.get(lane, Queue(0, None)) for lane in Lane}


async def _later(session: AsyncSession, now: datetime) -> int:
    query = select(func.count()).where(Message.status == MessageStatus.PLANNED, Message.due_at > now)
    return await session.scalar(query) or 0


async def _unplanned(session: AsyncSession) -> Queue:
    after = await position(session, CONSUMER)
    behind = (
        select(Event.recorded_at)
        .where(Event.position > after, Event.type.in_([one.value for one in DossierEventType]))
        .limit(_MOST_COUNTED)
        .subquery()
    )
    query = select(func.count(), func.min(behind.c.recorded_at))
    count, oldest = (await session.execute(query)).one()
    return Queue(count, oldest)


async def _of(
    session: AsyncSession, since_when: InstrumentedAttribute[datetime], condition: ColumnElement[bool]
) -> Queue:
    query = select(func.count(), func.min(since_when)).where(condition)
    count, since = (await session.execute(query)).one()
    return Queue(count, since)
