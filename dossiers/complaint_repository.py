"""All SQL about reflections and complaints."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from dossiers.models import Complaint


async def of_dossier(session: AsyncSession, dossier_code: str) -> Sequence[Complaint]:
    query = select(Complaint).where(Complaint.dossier_code == dossier_code).order_by(Complaint.created_at)
    return (await session.scalars(query)).all()
