"""Figures that need no questionnaire, of cities and units: with their targets and the portal's own word."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date

from pydantic import BaseModel, ConfigDict

from core.text.fold import fold
from feedback.areas import Areas
from feedback.drawing import for_city, for_unit, hold, hold_minutes, percent
from feedback.figures import Bounds, Held
from feedback.index import Z_95, Interval, Publication, publication
from feedback.kpi_models import Figure, PortalFigure
from feedback.kpi_repository import Part
from feedback.kpis import percentage
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
    """A figure of a city (``group`` none) or of one unit. ``value`` in percent, or minutes: a mean of those
    who told them, with its ``interval`` (95 %) where enough did.
    """

    figure: Figure
    city: City | None
    group: str | None
    part: int | None
    whole: int | None
    left_out: int = 0
    value: float | None = None
    interval: Bounds | None = None
    held: tuple[Held, ...] = ()
    portal: Portal | None = None


def figure_rows(
    parts: list[tuple[Figure, Part]],
    portal: list[PortalFigure],
    targets: Targets,
    areas: Areas,
    on: date,
) -> Iterator[FigureRow]:
    theirs = {(row.figure, row.unit): row for row in portal}
    cells: dict[tuple[Figure, City | None, str | None], list[int]] = {}
    without: set[tuple[Figure, City | None, str | None]] = set()
    for figure, part in parts:
        city = areas.city_of(part.unit)
        for group in (None, part.unit):
            cell = cells.setdefault((figure, city, group), [0, 0, 0, 0])
            for place, number in enumerate((part.part, part.whole, part.left_out, part.squares)):
                cell[place] += number
            if part.part and not part.squares:
                without.add((figure, city, group))
    order = list(Figure)
    for figure, city, group in sorted(
        cells, key=lambda cell: (order.index(cell[0]), cell[1] or _LAST, fold(cell[2] or ""))
    ):
        part_, whole, left_out, squares = cells[figure, city, group]
        if figure is Figure.WAITING_MINUTES and publication(whole) is Publication.HIDDEN:
            yield FigureRow(figure=figure, city=city, group=group, part=None, whole=None)
            continue
        value = percentage(figure, part_, whole)
        known = figure is Figure.WAITING_MINUTES and (figure, city, group) not in without
        around = mean_interval(part_, squares, whole) if known else None
        yield FigureRow(
            figure=figure,
            city=city,
            group=group,
            part=part_,
            whole=whole,
            left_out=left_out,
            value=None if value is None else round(value, 1),
            interval=around and Bounds(lower=round(around[0], 1), upper=round(around[1], 1)),
            held=_held(figure, city, group, value, around, targets, on),
            portal=_portal(theirs.get((figure, group or (city or ""))), value),
        )


def mean_interval(total: int, squares: int, n: int) -> tuple[float, float] | None:
    """Of a mean of minutes, by the normal approximation; none where too few told them."""
    if publication(n) is not Publication.ESTIMATE or not squares:
        return None
    mean = total / n
    half = Z_95 * math.sqrt(max(0.0, squares - n * mean * mean) / (n - 1) / n)
    return max(0.0, mean - half), mean + half


def _held(
    figure: Figure,
    city: City | None,
    group: str | None,
    value: float | None,
    around: tuple[float, float] | None,
    targets: Targets,
    on: date,
) -> tuple[Held, ...]:
    """Whole counts have no interval."""
    if figure is Figure.D766_PROCEDURES or value is None:
        return ()
    against = (for_city if group is None else for_unit)(targets, city, Measure(figure.value), on)
    if figure is Figure.WAITING_MINUTES:
        return tuple(hold_minutes(target, around) for target in against)
    share = value / 100
    return tuple(hold(target, Interval(share, share)) for target in against)


def _portal(theirs: PortalFigure | None, ours: float | None) -> Portal | None:
    if theirs is None:
        return None
    difference = None if ours is None else percent((ours - theirs.value) / 100)
    return Portal(value=theirs.value, difference=difference, source=theirs.source)
