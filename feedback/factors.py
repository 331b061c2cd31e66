"""The five factors one by one: how many of those who went on were satisfied with each, unit by unit.

What may be shown is settled as for the index (``feedback.table``), for every factor by itself: who leaves a
factor out says nothing about it. Rows older than the raw answers are not told apart by factor any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.text.fold import fold
from feedback.areas import Areas
from feedback.count_repository import Asked, SliceCount, answered, tallied_counts
from feedback.drawing import Count, Counted, draw_row
from feedback.figures import Bounds
from feedback.index import Publication
from feedback.instruments import SERVICE_FACTORS, Factor
from feedback.models import SurveyAnswer
from feedback.span import Slice, Span
from feedback.table import Table
from feedback.tally_counting import factor_axis
from feedback.tally_repository import source
from feedback.targets import City

_LAST = "\uffff"
_NOTHING = Counted(Count(), Count(), None)


class FactorShare(BaseModel):
    """Of one factor in one place; percentages. Hidden figures are none."""

    model_config = ConfigDict(frozen=True)

    factor: Factor
    n: int | None = None
    satisfied: int | None = None
    index: float | None = None
    interval: Bounds | None = None


class FactorRow(BaseModel):
    """A city as a whole (``group`` none), or one unit; its factors in the order of SIPAS."""

    model_config = ConfigDict(frozen=True)

    city: City | None
    group: str | None
    shares: tuple[FactorShare, ...]


async def factor_rows(
    session: AsyncSession, span: Span, areas: Areas, asked: Asked, now: datetime
) -> tuple[FactorRow, ...]:
    """Cities, then units, as far as anything of theirs is known."""
    tables = {factor: Table(span, areas) for factor in SERVICE_FACTORS}
    counts = await _counts(session, next(iter(tables.values())).months, asked, now)
    for factor, table in tables.items():
        table.fill(counts[factor])
    cells = {cell for table in tables.values() for cell in table.cells}
    cities = {city for table in tables.values() for city in table.cities}
    rows = [
        FactorRow(
            city=city,
            group=None,
            shares=tuple(
                _share(factor, table.city(city) if city in table.cities else _NOTHING)
                for factor, table in tables.items()
            ),
        )
        for city in sorted(cities, key=lambda one: one.value if one else _LAST)
    ]
    rows += [
        FactorRow(
            city=city,
            group=group,
            shares=tuple(
                _share(factor, table.cell((city, group)) if (city, group) in table.cells else _NOTHING)
                for factor, table in tables.items()
            ),
        )
        for city, group in sorted(cells, key=lambda cell: (cell[0] or _LAST, fold(cell[1] or "")))
    ]
    return tuple(row for row in rows if any(share.n for share in row.shares))


def _share(factor: Factor, counted: Counted) -> FactorShare:
    row = draw_row(None, None, counted, against=(), invited=0)
    if row.publication is Publication.HIDDEN:
        return FactorShare(factor=factor)
    return FactorShare(
        factor=factor, n=row.n, satisfied=row.satisfied, index=row.index, interval=row.interval
    )


async def _counts(
    session: AsyncSession, months: Sequence[str], asked: Asked, now: datetime
) -> dict[Factor, list[SliceCount]]:
    known = await source(session, months, now)
    found: dict[Factor, list[SliceCount]] = {
        factor: await tallied_counts(session, months, asked, factor_axis(factor), known)
        for factor in SERVICE_FACTORS
    }
    if not known.months_of_rows(months):
        return found
    columns = (SurveyAnswer.unit, SurveyAnswer.month, SurveyAnswer.half)
    marks = [func.substr(SurveyAnswer.factors, place, 1) for place in range(1, len(SERVICE_FACTORS) + 1)]
    rows = await session.execute(
        select(
            *columns,
            *(func.count().filter(mark != "-") for mark in marks),
            *(func.count().filter(mark.in_(("4", "5"))) for mark in marks),
        )
        .where(*answered(asked, months, known))
        .group_by(*columns)
    )
    for unit, month, half, *numbers in rows:
        for place, factor in enumerate(SERVICE_FACTORS):
            n, satisfied = numbers[place], numbers[place + len(SERVICE_FACTORS)]
            if n:
                found[factor].append(SliceCount(unit, unit, Slice(month, half), n, satisfied))
    return found
