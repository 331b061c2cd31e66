"""All SQL about the audit's seals and the lines under them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from sqlalchemy import func, select, tuple_, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from people.audit_models import AuditEntry, AuditSeal

_AT_ONCE = 1000


async def last_seal(session: AsyncSession) -> AuditSeal | None:
    return await session.scalar(select(AuditSeal).order_by(AuditSeal.until.desc()).limit(1))


async def all_seals(session: AsyncSession) -> Sequence[AuditSeal]:
    return (await session.scalars(select(AuditSeal).order_by(AuditSeal.until))).all()


async def add_seal(session: AsyncSession, row: AuditSeal) -> None:
    session.add(row)
    await session.flush()


async def first_moment(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(AuditEntry.at)))


async def oldest_since(session: AsyncSession, since: datetime) -> datetime | None:
    """When the first line of that time was written."""
    return await session.scalar(select(func.min(AuditEntry.at)).where(AuditEntry.at >= since))


async def entries_between(
    session: AsyncSession, since: datetime, until: datetime
) -> AsyncIterator[AuditEntry]:
    """In the order of their moments, a piece at a time."""
    query = select(AuditEntry).where(AuditEntry.at >= since, AuditEntry.at < until)
    rows = await session.stream_scalars(
        query.order_by(AuditEntry.at, AuditEntry.id).execution_options(yield_per=_AT_ONCE)
    )
    async for row in rows:
        yield row


async def audit_entries(
    session: AsyncSession,
    *,
    actor: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: str | None = None,
    limit: int = 50,
) -> Sequence[AuditEntry]:
    """Newest first; ``before``: the id of the last entry of the page before. ``action``: how it begins."""
    found = select(AuditEntry)
    if actor:
        found = found.where(AuditEntry.actor == actor)
    if subject:
        found = found.where(AuditEntry.subject == subject)
    if since:
        found = found.where(AuditEntry.at >= since)
    if until:
        found = found.where(AuditEntry.at < until)
    if before and (last := await session.get(AuditEntry, before)) is not None:
        found = found.where(tuple_(AuditEntry.at, AuditEntry.id) < (last.at, last.id))
    ordered = AuditEntry.at.desc(), AuditEntry.id.desc()
    if not action:
        return (await session.scalars(found.order_by(*ordered).limit(limit))).all()
    # Each kind of action in the order of its index, the newest of all of them taken.
    named = [one for one in await audit_actions(session) if one.startswith(action)]
    if not named:
        return []
    parts = [
        found.where(AuditEntry.action == one)
        .with_only_columns(AuditEntry.id, AuditEntry.at)
        .order_by(*ordered)
        .limit(limit)
        .subquery()
        for one in named
    ]
    newest = union_all(*(select(part.c.id, part.c.at) for part in parts)).subquery()
    ids = select(newest.c.id).order_by(newest.c.at.desc(), newest.c.id.desc()).limit(limit)
    return (await session.scalars(select(AuditEntry).where(AuditEntry.id.in_(ids)).order_by(*ordered))).all()


async def audit_actions(session: AsyncSession) -> Sequence[str]:
    """Every kind of action ever written down: from one to the next in the index, not line by line."""
    first = select(func.min(AuditEntry.action).label("action")).cte("step", recursive=True)
    following = (
        select(func.min(AuditEntry.action)).where(AuditEntry.action > first.c.action).scalar_subquery()
    )
    step = first.union_all(select(following).where(first.c.action.is_not(None)))
    return (await session.scalars(select(step.c.action).where(step.c.action.is_not(None)))).all()
