"""All SQL about photos that came with a complaint."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from dossiers.models import ComplaintPhoto


async def add_photo(session: AsyncSession, complaint_id: str, content: bytes, at: datetime) -> None:
    photo = ComplaintPhoto(complaint_id=complaint_id, content=base64.b64encode(content).decode(), at=at)
    session.add(photo)
    await session.flush()


async def photos_of(session: AsyncSession, complaint_id: str) -> list[str]:
    """Their ids, in the order in which they came."""
    query = select(ComplaintPhoto.id).where(ComplaintPhoto.complaint_id == complaint_id)
    return list(await session.scalars(query.order_by(ComplaintPhoto.id)))


async def photo(session: AsyncSession, complaint_id: str, photo_id: str) -> bytes | None:
    query = select(ComplaintPhoto.content).where(
        ComplaintPhoto.id == photo_id, ComplaintPhoto.complaint_id == complaint_id
    )
    found = await session.scalar(query)
    return base64.b64decode(found) if found is not None else None


async def drop_photos(session: AsyncSession, complaint_ids: Sequence[str]) -> None:
    await session.execute(delete(ComplaintPhoto).where(ComplaintPhoto.complaint_id.in_(list(complaint_ids))))
