"""All SQL of the officers' inbox. A hand-over changes hands only by an UPDATE that says whose it was."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, case, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import (
    Conversation,
    ConversationNote,
    Direction,
    Handover,
    HandoverStatus,
    Owner,
    Turn,
)
from core.among import among
from core.message import Speaker


async def open_handovers(
    session: AsyncSession,
    units: Collection[str],
    limit: int,
    *,
    after: tuple[str, datetime, str] | None = None,
) -> Sequence[tuple[Handover, str, str | None]]:
    """Waiting and taken ones of these units, and those of no unit, with their channel and the citizen's last
    words, the longest waiting first. ``after``: status, beginning and id of the last one seen.
    """
    last = (
        select(Turn.text)
        .where(Turn.conversation_id == Handover.conversation_id, Turn.direction == Direction.IN)
        .order_by(Turn.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    found: list[tuple[Handover, str, str | None]] = []
    # One after the other, each in the order of its index.
    for status in (HandoverStatus.WAITING, HandoverStatus.TAKEN):
        if after is not None and after[0] == HandoverStatus.TAKEN and status is HandoverStatus.WAITING:
            continue
        query = (
            select(Handover, Conversation.channel, last)
            .join(Conversation, Conversation.id == Handover.conversation_id)
            .where(Handover.status == status, _of(units))
            .order_by(Handover.created_at, Handover.id)
            .limit(limit - len(found))
        )
        if after is not None and after[0] == status:
            query = query.where(tuple_(Handover.created_at, Handover.id) > after[1:])
        found += [(row[0], row[1], row[2]) for row in await session.execute(query)]
        if len(found) >= limit:
            break
    return found


@dataclass(frozen=True)
class WaitingAt:
    """Citizens who wait for a unit, or for nobody in particular; ``since``: when the longest wait began."""

    unit: str | None
    count: int
    late: int
    since: datetime


async def count_waiting(
    session: AsyncSession,
    units: Collection[str],
    *,
    late_since: datetime,
    late_since_of: Mapping[str, datetime],
) -> list[WaitingAt]:
    """By unit, how many wait for somebody to take them and how many since before a moment: the unit's own in
    ``late_since_of``, else ``late_since``.
    """
    since = (
        case(
            *(
                (Handover.unit == unit, Handover.created_at <= moment)
                for unit, moment in late_since_of.items()
            ),
            else_=Handover.created_at <= late_since,
        )
        if late_since_of
        else Handover.created_at <= late_since
    )
    query = (
        select(Handover.unit, func.count(), func.count().filter(since), func.min(Handover.created_at))
        .where(Handover.status == HandoverStatus.WAITING, _of(units))
        .group_by(Handover.unit)
    )
    return [WaitingAt(*row) for row in await session.execute(query)]


def _of(units: Collection[str]) -> ColumnElement[bool]:
    return or_(Handover.unit.is_(None), among(Handover.unit, units))


async def handover_by_id(session: AsyncSession, handover_id: str) -> Handover | None:
    query = select(Handover).where(Handover.id == handover_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def conversation_by_id(session: AsyncSession, conversation_id: str) -> Conversation | None:
    query = select(Conversation).where(Conversation.id == conversation_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def change_handover(
    session: AsyncSession,
    handover_id: str,
    *,
    was: HandoverStatus,
    taken_by: str | None,
    new_owner: str | None,
    **values: Any,
) -> bool:
    """Whether it still was in that state, in the hands of ``taken_by``, and so was changed."""
    whose = Handover.taken_by.is_(None) if taken_by is None else Handover.taken_by == taken_by
    result = await session.execute(
        update(Handover)
        .where(Handover.id == handover_id, Handover.status == was, whose)
        .values(taken_by=new_owner, **values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


async def set_owner(
    session: AsyncSession, conversation_id: str, owner: Owner, *, officer_id: str | None, at: datetime
) -> None:
    await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id)
        .values(owner=owner, officer_id=officer_id, last_turn_at=at)
    )


async def last_officers_turn(
    session: AsyncSession, conversation_id: str, since: datetime | None
) -> Turn | None:
    """The newest words that an officer said in this conversation since then."""
    query = select(Turn).where(
        Turn.conversation_id == conversation_id,
        Turn.direction == Direction.OUT,
        Turn.reply_to.is_(None),
        Turn.at >= since,
    )
    turns = await session.scalars(query.order_by(Turn.number.desc()).limit(20))
    return next((one for one in turns if (one.message or {}).get("speaker") == Speaker.OFFICER), None)


async def add_note(session: AsyncSession, note: ConversationNote) -> None:
    session.add(note)
    await session.flush()


async def notes_of(session: AsyncSession, conversation_id: str) -> Sequence[ConversationNote]:
    query = select(ConversationNote).where(ConversationNote.conversation_id == conversation_id)
    return (await session.scalars(query.order_by(ConversationNote.at))).all()
