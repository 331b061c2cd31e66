"""All SQL of what carriers have approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.approval_models import TemplateApproval


async def add(session: AsyncSession, row: TemplateApproval) -> None:
    session.add(row)
    await session.flush()


async def steps_of(session: AsyncSession, keys: Iterable[str]) -> list[TemplateApproval]:
    """Every step of these documents, newest first."""
    query = select(TemplateApproval).where(TemplateApproval.key.in_(list(keys)))
    return list(await session.scalars(query.order_by(TemplateApproval.at.desc(), TemplateApproval.id.desc())))


async def standing(session: AsyncSession) -> Mapping[tuple[str, str], TemplateApproval]:
    """The newest step of every registration, by document and words."""
    rows = await session.scalars(select(TemplateApproval).order_by(TemplateApproval.at, TemplateApproval.id))
    return {(row.key, row.words_sha): row for row in rows}
