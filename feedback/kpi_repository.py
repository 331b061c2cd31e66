"""All SQL of the figures that stand beside the index, kept by half month once they are counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import case, delete, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import insert_new
from feedback.kpi_models import ClosedDossiers, Figure, PortalFigure, UnitFigure
from feedback.span import Slice


@dataclass(frozen=True)
class Part:
    """``part`` of ``whole`` in one unit."""

    unit: str
    sample: bool
    part: int
    whole: int
    left_out: int = 0
    squares: int = 0


async def keep(session: AsyncSession, at: Slice, found: Iterable[tuple[Figure, Sequence[Part]]]) -> None:
    """Put a half month's figures in the place of what stood there."""
    await session.execute(delete(UnitFigure).where(UnitFigure.month == at.month, UnitFigure.half == at.half))
    rows = [
        UnitFigure(
            figure=figure,
            month=at.month,
            half=at.half,
            unit=part.unit,
            sample=part.sample,
            part=part.part,
            whole=part.whole,
            left_out=part.left_out,
            squares=part.squares,
        )
        for figure, parts in found
        for part in parts
    ]
    await insert_new(session, rows)


async def kept_slices(session: AsyncSession) -> set[Slice]:
    rows = await session.execute(select(UnitFigure.month, UnitFigure.half).distinct())
    return {Slice(month, half) for month, half in rows}


async def framed_slices(session: AsyncSession) -> set[Slice]:
    """Those whose closed dossiers were counted."""
    rows = await session.execute(select(ClosedDossiers.month, ClosedDossiers.half).distinct())
    return {Slice(month, half) for month, half in rows}


async def figures(
    session: AsyncSession, slices: Sequence[Slice], *, sample: bool
) -> list[tuple[Figure, Part]]:
    """Each figure of each unit, summed over half months."""
    query = (
        select(
            UnitFigure.figure,
            UnitFigure.unit,
            func.sum(UnitFigure.part),
            func.sum(UnitFigure.whole),
            func.sum(UnitFigure.left_out),
            # Not known of one half month: not known of all.
            func.sum(UnitFigure.squares)
            * func.min(case((UnitFigure.part == 0, 1), (UnitFigure.squares == 0, 0), else_=1)),
        )
        .where(
            UnitFigure.sample == sample,
            tuple_(UnitFigure.month, UnitFigure.half).in_([(one.month, one.half) for one in slices]),
        )
        .group_by(UnitFigure.figure, UnitFigure.unit)
    )
    return [
        (Figure(figure), Part(unit, sample, *map(int, numbers)))
        for figure, unit, *numbers in await session.execute(query)
    ]


async def portal_figures(session: AsyncSession, first_day: date, last_day: date) -> list[PortalFigure]:
    """What others say of exactly these days."""
    query = select(PortalFigure).where(PortalFigure.first_day == first_day, PortalFigure.last_day == last_day)
    return list(await session.scalars(query))


async def keep_frame(session: AsyncSession, at: Slice, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put the numbers in the place of the earlier ones."""
    await session.execute(
        delete(ClosedDossiers).where(ClosedDossiers.month == at.month, ClosedDossiers.half == at.half)
    )
    await insert_new(session, [ClosedDossiers(month=at.month, half=at.half, **row) for row in rows])


async def frame(
    session: AsyncSession, slices: Sequence[Slice], *, sample: bool
) -> dict[tuple[str, str | None, str | None], int]:
    """Dossiers handed over, by unit, field and channel, as far as they were counted."""
    columns = (ClosedDossiers.unit, ClosedDossiers.field, ClosedDossiers.channel)
    rows = await session.execute(
        select(*columns, func.sum(ClosedDossiers.n))
        .where(
            ClosedDossiers.sample == sample,
            tuple_(ClosedDossiers.month, ClosedDossiers.half).in_([(one.month, one.half) for one in slices]),
        )
        .group_by(*columns)
    )
    return {(unit, field, channel): int(n) for unit, field, channel, n in rows}
