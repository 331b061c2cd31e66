"""Everything that a page or a report says of a period."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from feedback import count_repository, kpi_repository, template_ratings, unit_rating
from feedback.areas import Areas
from feedback.factors import FactorRow, factor_rows
from feedback.figure_rows import FigureRow, figure_rows
from feedback.figures import By, IndexReport
from feedback.index import Publication, publication
from feedback.instruments import SHORT_SURVEY
from feedback.models import Mode
from feedback.nine_indicators import Band
from feedback.others import OtherMeasure, other_measures
from feedback.periods import Period
from feedback.report import index_report
from feedback.span import Span
from feedback.targets import Targets


class WalkIn(BaseModel):
    """Answers of people who came by themselves, never merged with the index."""

    model_config = ConfigDict(frozen=True)

    mode: Mode
    n: int | None
    satisfied: int | None


class Overview(BaseModel):
    """``stars``: how often each number of stars was given under a Zalo message; none if there are too few.
    ``factors``, ``others`` and ``bands`` (of the dossiers that units rated by nine indicators) are by unit.
    All but the report is told by unit alone.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    name: str
    report: IndexReport
    figures: tuple[FigureRow, ...] = ()
    walk_in: tuple[WalkIn, ...] = ()
    stars: dict[int, int] | None = None
    factors: tuple[FactorRow, ...] = ()
    others: tuple[OtherMeasure, ...] = ()
    bands: dict[str, dict[Band, int]] = {}


async def overview(
    session: AsyncSession, period: Period, *, targets: Targets, areas: Areas, now: datetime, by: By = By.UNIT
) -> Overview:
    """Count a period; the figures beside the index are those that the worker counted last."""
    span = period.span
    report = await index_report(
        session,
        targets,
        span.first_day,
        span.last_day,
        by=by,
        areas=areas,
        now=now,
        cut_day=span.cut_day,
    )
    return Overview(
        title=period.title,
        name=period.name,
        report=report,
        **(await _by_unit(session, span, report, targets, areas, now) if by is By.UNIT else {}),
    )


async def _by_unit(
    session: AsyncSession, span: Span, report: IndexReport, targets: Targets, areas: Areas, now: datetime
) -> dict[str, Any]:
    """What is told of units alone: one axis a table, so that no two can be crossed."""
    parts = await kpi_repository.figures(session, span.slices, sample=report.sample)
    portal = await kpi_repository.portal_figures(session, span.first_day, span.last_day)
    walk_in = await count_repository.walk_in_counts(
        session, months=span.months, instrument=SHORT_SURVEY, sample=report.sample, now=now
    )
    stars = await template_ratings.stars_between(session, span.months[0], span.months[-1])
    factors: tuple[FactorRow, ...] = ()
    if report.version is not None:
        asked = count_repository.Asked(SHORT_SURVEY, report.version, report.sample)
        factors = await factor_rows(session, span, areas, asked, now)
    return {
        "figures": tuple(figure_rows(parts, portal, targets, areas, span.last_day)),
        "walk_in": tuple(_walk_in(mode, *counts) for mode, counts in sorted(walk_in.items())),
        "stars": stars.counts if publication(stars.total) is not Publication.HIDDEN else None,
        "factors": factors,
        "others": await other_measures(session, span, targets, areas, now),
        "bands": await unit_rating.bands(session, span.months, sample=report.sample, now=now),
    }


def only_units(seen: Overview, mine: Callable[[str], bool]) -> Overview:
    """The same for somebody who answers for some units: their rows, and the cities they lie in."""
    rows = tuple(row for row in seen.report.rows if mine(row.group or ""))
    cities = {row.city for row in rows}
    report = seen.report.model_copy(
        update={
            "rows": rows,
            "cities": tuple(row for row in seen.report.cities if row.city in cities),
            "on_time": tuple(row for row in seen.report.on_time if row.group is None or mine(row.group)),
        }
    )
    figures = tuple(row for row in seen.figures if row.group is None or mine(row.group))
    more = {
        "factors": tuple(
            row for row in seen.factors if (row.group is None and row.city in cities) or mine(row.group or "")
        ),
        "others": tuple(
            one.model_copy(
                update={
                    "rows": tuple(
                        row
                        for row in one.rows
                        if (row.group is None and row.city in cities) or mine(row.group or "")
                    )
                }
            )
            for one in seen.others
        ),
        "bands": {unit: counts for unit, counts in seen.bands.items() if mine(unit)},
    }
    return seen.model_copy(update={"report": report, "figures": figures, **more})


def _walk_in(mode: Mode, n: int, satisfied: int) -> WalkIn:
    if publication(n) is Publication.HIDDEN:
        return WalkIn(mode=mode, n=None, satisfied=None)
    return WalkIn(mode=mode, n=n, satisfied=satisfied)
