"""Everything that a page or a report says of a period, and the same as one flat table to count with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from core.text.fold import fold
from feedback import count_repository, kpi_repository, template_ratings, unit_rating
from feedback.areas import Areas
from feedback.definitions import COLUMNS, INDEX
from feedback.drawing import for_city, for_unit, hold, percent
from feedback.factors import FactorRow, FactorShare, factor_rows
from feedback.figures import By, Held, IndexReport, Row
from feedback.index import Interval, publication
from feedback.index import Publication as Shown
from feedback.instruments import SHORT_SURVEY
from feedback.kpi_models import Figure, PortalFigure
from feedback.kpis import percentage
from feedback.models import Mode
from feedback.nine_indicators import Band
from feedback.others import OtherMeasure, other_measures
from feedback.periods import Period
from feedback.report import index_report
from feedback.span import Span
from feedback.targets import City, Measure, Targets

_LAST = "\uffff"


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True)


class Portal(_Shape):
    """Another system's word on the same figure; ``difference`` is ours less theirs."""

    value: float
    difference: float | None
    source: str


class FigureRow(_Shape):
    """A figure of a city (``group`` none) or of one unit. ``value`` in percent, or minutes."""

    figure: Figure
    city: City | None
    group: str | None
    part: int | None
    whole: int | None
    left_out: int = 0
    value: float | None = None
    held: tuple[Held, ...] = ()
    portal: Portal | None = None


class WalkIn(_Shape):
    """Answers of people who came by themselves, never merged with the index."""

    mode: Mode
    n: int | None
    satisfied: int | None


class Overview(_Shape):
    """``stars``: how often each number of stars was given under a Zalo message; none if there are too few.
    ``factors``, ``others`` and ``bands`` (of the dossiers that units rated by nine indicators) are by unit.
    """

    title: str
    name: str
    report: IndexReport
    figures: tuple[FigureRow, ...]
    walk_in: tuple[WalkIn, ...]
    stars: dict[int, int] | None
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
    parts = await kpi_repository.figures(session, span.slices, sample=report.sample)
    portal = await kpi_repository.portal_figures(session, span.first_day, span.last_day)
    walk_in = await count_repository.walk_in_counts(
        session, months=span.months, instrument=SHORT_SURVEY, sample=report.sample
    )
    stars = await template_ratings.stars_between(session, span.months[0], span.months[-1])
    return Overview(
        title=period.title,
        name=period.name,
        report=report,
        figures=tuple(_figure_rows(parts, portal, targets, areas, span.last_day)),
        walk_in=tuple(_walk_in(mode, *counts) for mode, counts in sorted(walk_in.items())),
        stars=stars.counts if publication(stars.total) is not Shown.HIDDEN else None,
        **(await _by_unit(session, span, report, targets, areas, now) if by is By.UNIT else {}),
    )


async def _by_unit(
    session: AsyncSession, span: Span, report: IndexReport, targets: Targets, areas: Areas, now: datetime
) -> dict[str, Any]:
    """What is told of units alone: one axis a table, so that no two can be crossed."""
    factors: tuple[FactorRow, ...] = ()
    if report.version is not None:
        asked = count_repository.Asked(SHORT_SURVEY, report.version, report.sample)
        factors = await factor_rows(session, span, areas, asked)
    return {
        "factors": factors,
        "others": await other_measures(session, span, targets, areas, now),
        "bands": await unit_rating.bands(session, span.months, sample=report.sample),
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


def flat(seen: Overview) -> Iterator[dict[str, object]]:
    """One line for each row and target, with the columns of ``definitions.COLUMNS``."""
    report = seen.report
    days = {"from": report.counted_from.isoformat(), "to": report.counted_to.isoformat()}
    empty: dict[str, object] = dict.fromkeys((name for name, _, _ in COLUMNS), None)
    for row in (report.total, *report.cities, *report.rows):
        base = {**empty, **days, "measure": INDEX, **_of_row(row)}
        for held in row.held or (None,):
            yield {**base, **_of_held(held)}
    for factor_row in seen.factors:
        for share in factor_row.shares:
            yield {**empty, **days, **_of_factor(factor_row, share)}
    for other in seen.others:
        for row in other.rows:
            base = {**empty, **days, "measure": other.instrument, **_of_row(row)}
            for held in row.held or (None,):
                yield {**base, **_of_held(held)}
    for figure in seen.figures:
        base = {
            **empty,
            **days,
            "measure": figure.figure.value,
            "city": figure.city.value if figure.city else None,
            "unit": figure.group,
            "shown": "all" if figure.part is not None else Shown.HIDDEN.value,
            "n": figure.whole,
            "part": figure.part,
            "value": figure.value,
        }
        for held in figure.held or (None,):
            yield {**base, **_of_held(held)}


def _of_row(row: Row) -> dict[str, object]:
    return {
        "city": row.city.value if row.city else None,
        "unit": row.group,
        "shown": row.publication.value,
        "n": row.n,
        "part": row.satisfied,
        "value": row.index,
        "lower": row.interval.lower if row.interval else None,
        "upper": row.interval.upper if row.interval else None,
        "invited": row.invited,
        "delivered": row.delivered,
        "response_rate": row.response_rate,
        "if_silent_unhappy": row.silence.lower if row.silence else None,
        "if_silent_happy": row.silence.upper if row.silence else None,
        "flagged": row.flagged,
        "value_unflagged": row.unflagged.index if row.unflagged else None,
        "value_weighted": row.weighted.index if row.weighted else None,
        "value_12_months": row.rolling.index if row.rolling else None,
        "n_12_months": row.rolling.n if row.rolling else None,
    }


def _of_factor(row: FactorRow, share: FactorShare) -> dict[str, object]:
    return {
        "measure": f"factor_{share.factor.value}",
        "city": row.city.value if row.city else None,
        "unit": row.group,
        "shown": publication(share.n or 0).value,
        "n": share.n,
        "part": share.satisfied,
        "value": share.index,
        "lower": share.interval.lower if share.interval else None,
        "upper": share.interval.upper if share.interval else None,
    }


def _of_held(held: Held | None) -> dict[str, object]:
    if held is None:
        return {}
    return {
        "target": held.value,
        "target_source": held.label,
        "verdict": held.verdict.value if held.verdict else None,
        "answers_needed": held.answers_needed,
    }


def _figure_rows(
    parts: list[tuple[Figure, kpi_repository.Part]],
    portal: list[PortalFigure],
    targets: Targets,
    areas: Areas,
    on: date,
) -> Iterator[FigureRow]:
    theirs = {(row.figure, row.unit): row for row in portal}
    cells: dict[tuple[Figure, City | None, str | None], list[int]] = {}
    for figure, part in parts:
        city = areas.city_of(part.unit)
        for group in (None, part.unit):
            cell = cells.setdefault((figure, city, group), [0, 0, 0])
            for place, number in enumerate((part.part, part.whole, part.left_out)):
                cell[place] += number
    order = list(Figure)
    for figure, city, group in sorted(
        cells, key=lambda cell: (order.index(cell[0]), cell[1] or _LAST, fold(cell[2] or ""))
    ):
        part_, whole, left_out = cells[figure, city, group]
        if figure is Figure.WAITING_MINUTES and publication(whole) is Shown.HIDDEN:
            yield FigureRow(figure=figure, city=city, group=group, part=None, whole=None)
            continue
        value = percentage(figure, part_, whole)
        yield FigureRow(
            figure=figure,
            city=city,
            group=group,
            part=part_,
            whole=whole,
            left_out=left_out,
            value=None if value is None else round(value, 1),
            held=_held(figure, city, group, value, targets, on),
            portal=_portal(theirs.get((figure, group or (city or ""))), value),
        )


def _held(
    figure: Figure, city: City | None, group: str | None, value: float | None, targets: Targets, on: date
) -> tuple[Held, ...]:
    """Whole counts have no interval; a mean of minutes is not a share and is held against nothing here."""
    if figure is Figure.D766_PROCEDURES or figure is Figure.WAITING_MINUTES or value is None:
        return ()
    against = (for_city if group is None else for_unit)(targets, city, Measure(figure.value), on)
    share = value / 100
    return tuple(hold(target, Interval(share, share)) for target in against)


def _portal(theirs: PortalFigure | None, ours: float | None) -> Portal | None:
    if theirs is None:
        return None
    difference = None if ours is None else percent((ours - theirs.value) / 100)
    return Portal(value=theirs.value, difference=difference, source=theirs.source)


def _walk_in(mode: Mode, n: int, satisfied: int) -> WalkIn:
    if publication(n) is Shown.HIDDEN:
        return WalkIn(mode=mode, n=None, satisfied=None)
    return WalkIn(mode=mode, n=n, satisfied=satisfied)
