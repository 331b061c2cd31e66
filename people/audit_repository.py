"""All SQL about the audit's seals and the lines under them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from people.models import AuditEntry, AuditSeal

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
