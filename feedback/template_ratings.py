"""Stars that citizens gave under a Zalo template: a measure of its own, never merged with the survey.

A rating may come twice, out of order, or only in Zalo's list. It is kept under a keyed hash of its message,
so that nobody who reads the table finds the dossier or the person behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.calendar import LOCAL
from core.crypto import EncryptedText, keyed_hash
from core.database import Base
from feedback.index import HIDDEN_BELOW, Publication, publication


class TemplateRating(Base):
    """``month`` is YYYY-MM in Vietnam; ``unit`` is empty when the message is not known any more."""

    __tablename__ = "template_rating"
    __table_args__ = (Index("ix_template_rating_month", "month", "unit"),)

    message_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    unit: Mapped[str | None] = mapped_column(String(200))
    stars: Mapped[int] = mapped_column(Integer)
    note: Mapped[str | None] = mapped_column(EncryptedText)
    choices: Mapped[list[Any]] = mapped_column(JSON)


@dataclass(frozen=True)
class Stars:
    """How often each number of stars was given."""

    counts: dict[int, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def shown(stars: Stars) -> dict[str, Any] | None:
    """The counts beside the index, never in it; nothing while there are so few that they point at people."""
    if publication(stars.total) is Publication.HIDDEN:
        return None
    return {"n": stars.total, "counts": {str(level): stars.counts.get(level, 0) for level in range(5, 0, -1)}}


def as_line(found: dict[str, Any] | None) -> str:
    """The same in words."""
    name = "Sao dưới tin Zalo (số đo khác, không cộng vào chỉ số): "
    if found is None:
        return f"{name}dưới {HIDDEN_BELOW} lượt, giữ kín"
    counts = ", ".join(f"{level} sao {count}" for level, count in found["counts"].items())
    return f"{name}{found['n']} lượt; {counts}"


async def keep(
    session: AsyncSession,
    *,
    message_id: str,
    stars: int,
    note: str,
    choices: tuple[str, ...],
    at: datetime,
    unit: str | None,
) -> bool:
    """Write a rating down once; a repeat overwrites it. Whether it is new."""
    message_hash = keyed_hash(message_id, "template-rating")
    known = await session.get(TemplateRating, message_hash)
    rating = TemplateRating(
        message_hash=message_hash,
        month=f"{at.astimezone(LOCAL):%Y-%m}",
        unit=unit or (known.unit if known else None),
        stars=stars,
        note=note or None,
        choices=list(choices),
    )
    await session.merge(rating)
    await session.flush()
    return known is None


async def stars_between(
    session: AsyncSession, first_month: str, last_month: str, *, unit: str | None = None
) -> Stars:
    query = (
        select(TemplateRating.stars, func.count())
        .where(TemplateRating.month >= first_month, TemplateRating.month <= last_month)
        .group_by(TemplateRating.stars)
    )
    if unit is not None:
        query = query.where(TemplateRating.unit == unit)
    rows = (await session.execute(query)).all()
    return Stars({int(stars): int(count) for stars, count in rows})
