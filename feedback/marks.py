"""Marks of units for a month, with their intervals: what lies with the unit itself, and what does not.

In land matters measuring, the registry and the tax office decide how long it takes and what it costs. Their
answers are shown, but a unit is not marked by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from core.text.fold import fold
from feedback import count_repository, sheets
from feedback.areas import Areas
from feedback.count_repository import Asked
from feedback.drawing import draw_row, for_unit
from feedback.figures import By, Row
from feedback.instruments import SHORT_SURVEY
from feedback.outside import INSIDE, OUTSIDE, kind_of
from feedback.span import Span
from feedback.table import Table
from feedback.targets import City, Measure, Target, Targets


@dataclass(frozen=True)
class Mark:
    """One unit: its own matters, and those that others decide with it. None where nobody was asked."""

    unit: str
    city: City | None
    inside: Row | None
    outside: Row | None


class _UnitsAsCities(Areas):
    """The table sums groups up to cities; here the groups are the two kinds and the sums are units."""

    def __init__(self) -> None:
        super().__init__({})

    def city_of(self, unit: str) -> City | None:
        return cast(City, unit)


async def marks(
    session: AsyncSession, span: Span, *, targets: Targets, areas: Areas, now: datetime
) -> list[Mark]:
    """Every unit with answers in the period; in the order of their names, never by rank."""
    sample = not await count_repository.has_real_answers(
        session, months=span.months, instrument=SHORT_SURVEY, now=now
    )
    versions = await count_repository.versions_answered(
        session, months=span.months, instrument=SHORT_SURVEY, sample=sample, now=now
    )
    if not versions:
        return []
    table = Table(span, _UnitsAsCities())
    asked = Asked(SHORT_SURVEY, versions[0][0], sample)
    lines, rest = await sheets.counts(session, table.months, asked, By.FIELD, areas, now, axis=sheets.KINDS)
    for line in lines:
        table.add(cast(City, line.place), line.group, line.at, line.numbers)
    table.fill(replace(one, group=kind_of(one.group)) for one in rest)
    units = sorted({str(unit) for unit, _ in table.cells}, key=fold)
    return [
        Mark(
            unit,
            areas.city_of(unit),
            _row(table, unit, INSIDE, targets, areas, span),
            _row(table, unit, OUTSIDE, targets, areas, span),
        )
        for unit in units
    ]


def _row(table: Table, unit: str, kind: str, targets: Targets, areas: Areas, span: Span) -> Row | None:
    cell = (cast(City, unit), kind)
    if cell not in table.cells:
        return None
    city = areas.city_of(unit)
    against: Sequence[Target] = ()
    if kind == INSIDE:
        against = for_unit(targets, city, Measure.PROCEDURES_SATISFACTION, span.last_day)
    return draw_row(city, unit, table.cell(cell), against=against, invited=table.invited(cell))
