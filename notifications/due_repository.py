"""All SQL about what is due: which messages may go now, who goes first, and whose turn has run out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, exists, literal_column, or_, select, text, true, union_all, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among, listed
from notifications.lanes import Lane
from notifications.models import MESSAGES, Attempt, Message
from notifications.schemas import AttemptOutcome, MessageStatus, Purpose

_PLANNED = text("message.status = 'planned'")
"""Written out, not as a parameter: only so may a database use the small index over what is planned."""


@dataclass(frozen=True)
class Left:
    """A lane's queue on a route is left alone while it is no longer than ``most`` and nothing in it has been
    due for more than ``longest``.
    """

    most: int
    longest: timedelta


@dataclass(frozen=True)
class Due:
    """What may go at ``now``: on ``routes``, which take another call, and what is urgent on ``urgent`` ones.

    ``only``: of these purposes alone, and what may go at any hour. ``left``: what is left to another sender.
    """

    now: datetime
    routes: Collection[str]
    urgent: Collection[str]
    only: Collection[Purpose] | None = None
    left: Left | None = None


_UNDER_WAY = exists().where(
    Attempt.message_id == Message.id, Attempt.outcome.concat("") == AttemptOutcome.OPEN
)
"""A call has begun, or its sender died in it: what becomes of the message is decided by that attempt.

Asked by the message's own attempts. Through the small index over what is open, PostgreSQL would walk past
every attempt that has been open since the last vacuum, for every message that is due.
"""


_OTHERS = tuple(lane for lane in Lane if lane is not Lane.URGENT)


def _may_go(due: Due, lane: Any, route: Any, until: datetime | None = None) -> list[Any]:
    in_time = or_(Message.expires_at.is_(None), Message.expires_at > due.now)
    conditions: list[Any] = [
        _PLANNED,
        Message.lane == lane,
        Message.provider == route,
        Message.due_at <= (until or due.now),
        in_time,
        ~_UNDER_WAY,
    ]
    if due.only is not None:
        conditions.append(or_(Message.purpose.in_(list(due.only)), Message.any_hour))
    return conditions


async def where_due(session: AsyncSession, due: Due) -> list[tuple[Lane, str]]:
    """Lanes and routes on which something may go, the most urgent lane first.

    Each is looked up in the index by itself: however much waits for a route that takes no call now, nothing
    of it is read.
    """
    found = []
    for lanes, routes, left in (((Lane.URGENT,), due.urgent, None), (_OTHERS, due.routes, due.left)):
        if not routes:
            continue
        rows = union_all(*(select(literal_column(str(int(one))).label("lane")) for one in lanes)).subquery()
        places, route = listed(session, routes)
        here = (due, rows.c.lane, route)
        may_go = select(Message.id).where(*_may_go(*here)).limit(1)
        if left is None:
            worth_it: ColumnElement[bool] = may_go.exists()
        else:
            old = select(Message.id).where(*_may_go(*here, due.now - left.longest)).limit(1)
            worth_it = or_(old.exists(), may_go.offset(left.most).exists())
        query = select(rows.c.lane, route).select_from(rows.join(places, true())).where(worth_it)
        found += [(Lane(row[0]), row[1]) for row in await session.execute(query)]
    return sorted(found)


async def take_due(session: AsyncSession, due: Due, *, limit: int, urgent_limit: int) -> Sequence[Message]:
    """Lock messages that are due, the most urgent lane first; never one that is too late, nor one with an
    open attempt, which may have been sent. Up to ``urgent_limit`` of the first lane, ``limit`` in all of the
    others.
    """
    found: list[Message] = []
    for lane, places in groupby(await where_due(session, due), key=itemgetter(0)):
        urgent = lane is Lane.URGENT
        room = urgent_limit if urgent else min(limit, urgent_limit - len(found))
        if room <= 0:
            break
        taken: list[Message] = []
        for _, route in places:
            query = (
                select(Message)
                .where(*_may_go(due, lane, route))
                .order_by(Message.due_at, Message.position)
                .limit(room)
                .with_for_update(skip_locked=True)
                .execution_options(populate_existing=True)
            )
            taken += (await session.scalars(query)).all()
        taken = sorted(taken, key=lambda message: (message.due_at, message.position))[:room]
        found += taken
        if not urgent:
            limit -= len(taken)
    return found


async def routes_waited_for(session: AsyncSession) -> set[str]:
    """The routes of everything that is planned, known or not."""
    return set(await session.scalars(select(Message.provider).where(_PLANNED).distinct()))


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
