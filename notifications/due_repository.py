"""All SQL about what is due: which messages may go now, who goes first, and whose turn has run out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    bindparam,
    exists,
    literal_column,
    or_,
    select,
    text,
    true,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among_given, as_listed, has_arrays, listed
from core.database import UtcDateTime
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
    only: frozenset[Purpose] | None = None
    left: Left | None = None


_UNDER_WAY = exists().where(
    Attempt.message_id == Message.id, Attempt.outcome.concat("") == AttemptOutcome.OPEN
)
"""A call has begun, or its sender died in it: what becomes of the message is decided by that attempt.

Asked by the message's own attempts. Through the small index over what is open, PostgreSQL would walk past
every attempt that has been open since the last vacuum, for every message that is due.
"""


_OTHERS = tuple(lane for lane in Lane if lane is not Lane.URGENT)

_Only = frozenset[Purpose] | None


def _may_go(only: _Only, lane: Any, route: Any, until: str = "now") -> list[Any]:
    """Conditions with the moments ``now`` and ``until`` as parameters."""
    now, latest = bindparam("now", type_=UtcDateTime()), bindparam(until, type_=UtcDateTime())
    conditions: list[Any] = [
        _PLANNED,
        Message.lane == lane,
        Message.provider == route,
        Message.due_at <= latest,
        or_(Message.expires_at.is_(None), Message.expires_at > now),
        ~_UNDER_WAY,
    ]
    if only is not None:
        conditions.append(or_(Message.purpose.in_(sorted(only)), Message.any_hour))
    return conditions


@cache
def _places(only: _Only, *, leaves: bool, arrays: bool) -> Executable:
    """Asked many times a second, and dearer to build than to answer."""

    def of(lanes: Sequence[Lane], routes: str, *, leaves: bool) -> Select[Any]:
        rows = union_all(*(select(literal_column(str(int(one))).label("lane")) for one in lanes)).subquery()
        lane = rows.c.lane
        places, route = listed(routes, arrays=arrays)
        may_go = select(Message.id).where(*_may_go(only, lane, route)).limit(1)
        worth_it: ColumnElement[bool] = may_go.exists()
        if leaves:
            old = select(Message.id).where(*_may_go(only, lane, route, "long_ago")).limit(1)
            worth_it = or_(old.exists(), may_go.offset(bindparam("most")).exists())
        return select(lane, route).select_from(rows.join(places, true())).where(worth_it)

    urgent = of((Lane.URGENT,), "urgent", leaves=False)
    return union_all(urgent, of(_OTHERS, "routes", leaves=leaves))


async def where_due(session: AsyncSession, due: Due) -> list[tuple[Lane, str]]:
    """Lanes and routes on which something may go, the most urgent lane first.

    Each is looked up in the index by itself: however much waits for a route that takes no call now, nothing
    of it is read.
    """
    if not due.routes and not due.urgent:
        return []
    arrays = has_arrays(session)
    given: dict[str, Any] = {
        "now": due.now,
        "urgent": as_listed(due.urgent, arrays=arrays),
        "routes": as_listed(due.routes, arrays=arrays),
    }
    if due.left is not None:
        given |= {"long_ago": due.now - due.left.longest, "most": due.left.most}
    query = _places(due.only, leaves=due.left is not None, arrays=arrays)
    return sorted((Lane(row[0]), row[1]) for row in await session.execute(query, given))


@cache
def _next(only: _Only) -> Select[Any]:
    return (
        select(Message)
        .where(*_may_go(only, bindparam("lane"), bindparam("route")))
        .order_by(Message.due_at, Message.position)
        .limit(bindparam("room"))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


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
            given = {"now": due.now, "lane": lane, "route": route, "room": room}
            taken += (await session.scalars(_next(due.only), given)).all()
        taken = sorted(taken, key=lambda message: (message.due_at, message.position))[:room]
        found += taken
        if not urgent:
            limit -= len(taken)
    return found


async def routes_waited_for(session: AsyncSession) -> set[str]:
    """The routes of everything that is planned, known or not."""
    return set(await session.scalars(select(Message.provider).where(_PLANNED).distinct()))


_LEASE = (
    update(MESSAGES)
    .where(among_given(Message.id, "ids"))
    .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"), attempts=Message.attempts + 1)
)


async def lease(session: AsyncSession, ids: Collection[str], *, owner: str, until: datetime) -> None:
    """An attempt of these messages begins, in the transaction that has locked them."""
    await session.execute(_LEASE, {"ids": list(ids), "owner": owner, "until": until})


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
