"""All SQL about what is due: which messages may go now, who goes first, and whose turn has run out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among
from notifications.lanes import Lane
from notifications.models import MESSAGES, Attempt, Message
from notifications.schemas import AttemptOutcome, MessageStatus, Purpose

_PLANNED = text("message.status = 'planned'")
"""Written out, not as a parameter: only so may a database use the small index over what is planned."""


@dataclass(frozen=True)
class Busy:
    """Routes that take no more calls now, and those that do not even take an urgent one."""

    routes: frozenset[str] = frozenset()
    urgent: frozenset[str] = frozenset()


_UNDER_WAY = exists().where(
    Attempt.message_id == Message.id, Attempt.outcome.concat("") == AttemptOutcome.OPEN
)
"""A call has begun, or its sender died in it: what becomes of the message is decided by that attempt.

Asked by the message's own attempts. Through the small index over what is open, PostgreSQL would walk past
every attempt that has been open since the last vacuum, for every message that is due.
"""


def _may_go(now: datetime, lane: Lane, only: Collection[Purpose] | None, busy: Busy) -> list[Any]:
    in_time = or_(Message.expires_at.is_(None), Message.expires_at > now)
    conditions: list[Any] = [_PLANNED, Message.lane == lane, Message.due_at <= now, in_time, ~_UNDER_WAY]
    if only is not None:
        conditions.append(or_(Message.purpose.in_(list(only)), Message.any_hour))
    if full := busy.urgent if lane is Lane.URGENT else busy.routes:
        conditions.append(Message.provider.not_in(sorted(full)))
    return conditions


async def lanes_due(
    session: AsyncSession, now: datetime, *, only: Collection[Purpose] | None, busy: Busy
) -> list[Lane]:
    """Lanes in which something may go, the most urgent first: whether it is worth taking, and from where."""
    asked = [select(Message.id).where(*_may_go(now, lane, only, busy)).limit(1).exists() for lane in Lane]
    found = (await session.execute(select(*asked))).one()
    return [lane for lane, due in zip(Lane, found, strict=True) if due]


async def take_due(
    session: AsyncSession,
    now: datetime,
    *,
    limit: int,
    urgent_limit: int,
    only: Collection[Purpose] | None = None,
    busy: Busy,
) -> Sequence[Message]:
    """Lock messages that are due, the most urgent lane first; never one that is too late, nor one with an
    open attempt, which may have been sent. Up to ``urgent_limit`` of the first lane, ``limit`` in all of the
    others.
    """
    found: list[Message] = []
    for lane in await lanes_due(session, now, only=only, busy=busy):
        room = urgent_limit if lane is Lane.URGENT else min(limit, urgent_limit - len(found))
        if room <= 0:
            break
        query = (
            select(Message)
            .where(*_may_go(now, lane, only, busy))
            .order_by(Message.due_at, Message.position)
            .limit(room)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        taken = (await session.scalars(query)).all()
        found += taken
        if lane is not Lane.URGENT:
            limit -= len(taken)
    return found


async def lease(session: AsyncSession, ids: Collection[str], *, owner: str, until: datetime) -> None:
    """An attempt of these messages begins, in the transaction that has locked them."""
    await session.execute(
        update(MESSAGES)
        .where(among(Message.id, ids))
        .values(lease_owner=owner, lease_until=until, attempts=Message.attempts + 1)
    )


async def put_off(session: AsyncSession, later: Mapping[str, datetime]) -> None:
    """Planned messages that must wait: not before this moment each."""
    for message_id, due_at in later.items():
        await session.execute(
            update(Message)
            .where(Message.id == message_id, Message.status == MessageStatus.PLANNED)
            .values(due_at=due_at)
            .execution_options(synchronize_session=False)
        )


async def expired(session: AsyncSession, now: datetime, limit: int) -> Sequence[Message]:
    """Lock messages that are too late and that nobody has begun to send: a call under way may bring them yet.

    The lease is asked for as well as the attempt: on PostgreSQL it is what a sender who committed a moment
    ago has changed in the row itself, so that this lock sees it.
    """
    query = (
        select(Message)
        .where(
            _PLANNED,
            Message.expires_at.is_not(None),
            Message.expires_at <= now,
            or_(Message.lease_until.is_(None), Message.lease_until < now),
            ~_UNDER_WAY,
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query.execution_options(populate_existing=True))).all()
