"""All SQL about reflections and complaints once they are here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from dossiers.complaints import ComplaintStatus
from dossiers.models import Complaint


async def of_dossier(session: AsyncSession, dossier_code: str) -> Sequence[Complaint]:
    query = select(Complaint).where(Complaint.dossier_code == dossier_code).order_by(Complaint.created_at)
    return (await session.scalars(query)).all()


async def by_id(session: AsyncSession, complaint_id: str, *, lock: bool = False) -> Complaint | None:
    query = select(Complaint).where(Complaint.id == complaint_id)
    return await session.scalar(query.with_for_update() if lock else query)


async def by_receipt(session: AsyncSession, receipt_code: str, *, lock: bool = False) -> Complaint | None:
    query = select(Complaint).where(Complaint.receipt_code == receipt_code)
    return await session.scalar(query.with_for_update() if lock else query)


async def open_ones(session: AsyncSession, *, limit: int) -> Sequence[Complaint]:
    """Those that wait for an answer, the first due first."""
    query = (
        select(Complaint)
        .where(Complaint.status == ComplaintStatus.RECEIVED)
        .order_by(Complaint.due_on, Complaint.id)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def received_between(
    session: AsyncSession, start: datetime, end: datetime, *, limit: int
) -> Sequence[Complaint]:
    query = (
        select(Complaint)
        .where(Complaint.created_at >= start, Complaint.created_at < end)
        .order_by(Complaint.created_at.desc())
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def in_public(session: AsyncSession, *, limit: int) -> Sequence[Complaint]:
    query = (
        select(Complaint)
        .where(Complaint.published_at.is_not(None))
        .order_by(Complaint.published_at.desc())
        .limit(limit)
    )
    return (await session.scalars(query)).all()
