"""Reading the event log: each reader by itself, in order, with a position of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import CursorResult, Select, String, Table, bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.among import among
from core.database import Base, Serial
from core.events import Event


class Consumer(Base):
    """How far a reader of the log has come."""

    __tablename__ = "event_consumer"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int] = mapped_column(default=0)


_AFTER = Event.position > bindparam("after", type_=Serial)


async def read_events(
    session: AsyncSession, *, after: int, limit: int = 200, types: Sequence[str] | None = None
) -> Sequence[Event]:
    """Events with a position above ``after``, in order."""
    query = _behind(None if types is None else tuple(types))
    return (await session.scalars(query, {"after": after, "limit": limit})).all()


@cache
def _behind(types: tuple[str, ...] | None) -> Select[Any]:
    query = select(Event).where(_AFTER).order_by(Event.position).limit(bindparam("limit"))
    return query if types is None else query.where(Event.type.in_(types))


async def any_event(session: AsyncSession, *, after: int, types: Sequence[str]) -> bool:
    """Whether there is anything to read."""
    query = select(Event.position).where(Event.position > after, Event.type.in_(types)).limit(1)
    return await session.scalar(query) is not None


_URGENT = (
    select(Event)
    # Written out, not as a parameter: only so may a database use the small index over them.
    .where(text("event.urgent"), _AFTER)
    .order_by(Event.position)
    .limit(bindparam("limit"))
)


async def read_urgent_events(session: AsyncSession, *, after: int, limit: int) -> Sequence[Event]:
    """``read_events`` of the urgent ones alone, however many others stand between."""
    return (await session.scalars(_URGENT, {"after": after, "limit": limit})).all()


async def read_about(
    session: AsyncSession, subjects: Collection[str], *, after: int, before: int, types: Collection[str]
) -> Sequence[Event]:
    """What the log says about these subjects between two positions, in order."""
    query = (
        select(Event)
        .where(among(Event.subject, subjects), Event.position > after, Event.position < before)
        .order_by(Event.position)
    )
    return [event for event in await session.scalars(query) if event.type in types]


_POSITION = select(Consumer.position).where(Consumer.name == bindparam("consumer"))
_LOCKED_POSITION = _POSITION.with_for_update()
_STAND = select(
    func.coalesce(_POSITION.scalar_subquery(), 0),
    func.coalesce(select(func.max(Event.position)).scalar_subquery(), 0),
)
_ADVANCE = (
    update(cast("Table", Consumer.__table__))
    .where(Consumer.name == bindparam("consumer"), Consumer.position < bindparam("to"))
    .values(position=bindparam("to"))
)


async def position(session: AsyncSession, consumer: str, *, lock: bool = False) -> int:
    """How far a reader has come; with ``lock`` nobody moves it until the transaction ends."""
    query = _LOCKED_POSITION if lock else _POSITION
    found = await session.scalar(query, {"consumer": consumer})
    if found is None and lock:  # nobody has read yet: there must be a row to be locked
        await _begin_reading(session, consumer)
        found = await session.scalar(query, {"consumer": consumer})
    return found or 0


async def stand(session: AsyncSession, consumer: str) -> tuple[int, int]:
    """How far a reader has come, and how far the log has: in one small question."""
    at, end = (await session.execute(_STAND, {"consumer": consumer})).one()
    return at, end


async def advance(session: AsyncSession, consumer: str, to: int) -> None:
    """Remember that a reader has dealt with everything up to ``to``; never moves back."""
    moved = await session.execute(_ADVANCE, {"consumer": consumer, "to": to})
    if cast("CursorResult[Any]", moved).rowcount == 0:  # further on already, or nobody has read yet
        await _begin_reading(session, consumer)
        await session.execute(_ADVANCE, {"consumer": consumer, "to": to})


async def _begin_reading(session: AsyncSession, consumer: str) -> None:
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    await session.execute(insert(Consumer).values(name=consumer, position=0).on_conflict_do_nothing())
