"""The satisfaction index of a period against the targets: one table, with what may be shown of it.

Answers know only the half month in which their dossier closed, so the index is counted in whole halves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import utc_now
from core.text.fold import fold
from feedback import count_repository, kpi_repository, sheets
from feedback.areas import Areas
from feedback.count_repository import Asked
from feedback.drawing import draw_row, estimate_of, for_city, for_unit, hold, percent
from feedback.figures import By, IndexReport, OnTimeRow, Row, TrendPoint
from feedback.frame_repository import FrameCount, FrameKey, frame_counts
from feedback.index import Interval
from feedback.instruments import SHORT_SURVEY
from feedback.kpi_models import Figure
from feedback.span import CUT_DAY, Span
from feedback.table import Cell, Table
from feedback.targets import City, Measure, Target, Targets
from feedback.weighting import FrameCell, Weighted, weighted

__all__ = ["SHORT_SURVEY", "By", "IndexReport", "index_report", "months_between"]

_LAST = "\uffff"
_LAND_WORDS = ("dat dai", "xay dung", "dau tu")


async def index_report(
    session: AsyncSession,
    targets: Targets,
    start: date,
    end: date,
    *,
    by: By = By.UNIT,
    areas: Areas | None = None,
    instrument: str = SHORT_SURVEY,
    measure: Measure | None = Measure.PROCEDURES_SATISFACTION,
    now: datetime | None = None,
    cut_day: int = CUT_DAY,
) -> IndexReport:
    """Count a period, both days included; ``ValueError`` when it ends before it starts.

    Only the newest version of the questionnaire that got answers is counted: answers to other words are
    another measurement. Without a ``measure`` it is held against no target. Invented sample answers count
    only where there are no real ones at all.
    """
    span, areas, now = Span(start, end, cut_day), areas or Areas({}), now or utc_now()
    real, versions = await _what_was_asked(session, span, instrument, now)
    asked = Asked(instrument, versions[0][0], sample=not real) if versions else None
    table = Table(span, areas)
    if asked is not None:
        lines, rest = await sheets.counts(session, table.months, asked, by, areas, now)
        for line in lines:
            table.add(City(line.place) if line.place else None, line.group, line.at, line.numbers)
        table.fill(rest)
    weights = (
        await _weights(session, span, asked, areas, now)
        if asked and by is By.UNIT and instrument == SHORT_SURVEY
        else {}
    )
    drawn = _Drawn(table, targets, end, by, measure, weights)
    sample = asked is not None and asked.sample
    on_time = [
        part
        for figure, part in await kpi_repository.figures(session, span.slices, sample=sample)
        if figure is Figure.ON_TIME
    ]
    return IndexReport(
        measure=measure,
        instrument=instrument,
        version=asked.version if asked else None,
        older_answers=sum(n for _, n in versions[1:]),
        start=start,
        end=end,
        counted_from=span.first_day,
        counted_to=span.last_day,
        months=tuple(span.months),
        by=by,
        sample=sample,
        total=drawn.total(),
        cities=tuple(drawn.cities()),
        rows=tuple(drawn.rows()),
        on_time=tuple(_on_time_rows(on_time, areas, targets, end, by)),
        trend=tuple(drawn.trend()),
    )


def months_between(start: date, end: date) -> list[str]:
    """Every month that has a day of the period."""
    return Span(start, end).months


async def _what_was_asked(
    session: AsyncSession, span: Span, instrument: str, now: datetime
) -> tuple[bool, Sequence[tuple[int, int]]]:
    """Whether there are real answers, and the versions answered: in the period, else in its twelve months."""
    for months in (span.months, span.last_twelve_months().months):
        real = await count_repository.has_real_answers(session, months=months, instrument=instrument, now=now)
        versions = await count_repository.versions_answered(
            session, months=months, instrument=instrument, sample=not real, now=now
        )
        if versions:
            return real, versions
    return False, ()


async def _weights(
    session: AsyncSession, span: Span, asked: Asked, areas: Areas, now: datetime
) -> dict[Cell, Weighted | None]:
    """The weighted index of every unit and city, from the dossiers that closed by field and channel."""
    known = await frame_counts(session, slices=span.slices, asked=asked, now=now)
    closed = await kpi_repository.frame(session, span.slices, sample=asked.sample)
    by_cell: dict[Cell, dict[FrameKey, FrameCell]] = {}
    for key in {*known, *closed}:
        one = known.get(key) or FrameCount()
        # Dossiers of a time that is not in the database are known by their invitations alone.
        frame = max(closed.get(key, 0), one.drawn, one.n)
        cell = FrameCell(n=one.n, satisfied=one.satisfied, frame=frame)
        city = areas.city_of(key[0])
        for place in ((city, key[0]), (city, None)):
            by_cell.setdefault(place, {})[key] = cell
    return {place: weighted(cells.values()) for place, cells in by_cell.items()}


class _Drawn:
    """The table's rows, each against what it is held against."""

    def __init__(
        self,
        table: Table,
        targets: Targets,
        on: date,
        by: By,
        measure: Measure | None,
        weights: dict[Cell, Weighted | None],
    ) -> None:
        self._table, self._targets, self._on, self._by = table, targets, on, by
        self._measure, self._weights = measure, weights
        self._of_cities: dict[City | None, Sequence[Target]] = {}

    def total(self) -> Row:
        invited = self._table.invited_in_all()
        return draw_row(None, None, self._table.total(), against=(), invited=invited)

    def cities(self) -> Iterable[Row]:
        for city in sorted(self._table.cities, key=_by_name):
            yield draw_row(
                city,
                None,
                self._table.city(city),
                against=self._of_city(city),
                invited=self._table.invited_in_city(city),
                weighted=self._weights.get((city, None)),
            )

    def rows(self) -> Iterable[Row]:
        for cell in sorted(self._table.cells, key=_cell_name):
            city, group = cell
            yield draw_row(
                city,
                group or "",
                self._table.cell(cell),
                against=self._against(city, group),
                invited=self._table.invited(cell),
                weighted=self._weights.get((city, group)),
            )

    def trend(self) -> Iterable[TrendPoint]:
        """Twelve months to the end of the period, those with answers enough for an estimate."""
        for month in self._table.last_months:
            if all_ := estimate_of(self._table.month(month), ()):
                yield TrendPoint(city=None, total=True, month=month, estimate=all_)
            for city in sorted(self._table.cities, key=_by_name):
                if of_city := estimate_of(self._table.month_of(month, city), ()):
                    yield TrendPoint(city=city, total=False, month=month, estimate=of_city)

    def _of_city(self, city: City | None) -> Sequence[Target]:
        if self._measure is None:
            return ()
        if city not in self._of_cities:
            self._of_cities[city] = for_city(self._targets, city, self._measure, self._on)
        return self._of_cities[city]

    def _against(self, city: City | None, group: str | None) -> Sequence[Target]:
        if self._measure is None:
            return ()
        if self._by is By.UNIT:
            return for_unit(self._targets, city, self._measure, self._on)
        if self._by is By.FIELD and any(word in fold(group or "") for word in _LAND_WORDS):
            land = for_city(self._targets, city, Measure.LAND_CONSTRUCTION_SATISFACTION, self._on)
            if land:
                return land
        return self._of_city(city)


def _by_name(city: City | None) -> str:
    return city.value if city else _LAST


def _cell_name(cell: Cell) -> tuple[str, str]:
    return _by_name(cell[0]), fold(cell[1]) if cell[1] else _LAST


def _on_time_rows(
    parts: Iterable[kpi_repository.Part], areas: Areas, targets: Targets, on: date, by: By
) -> Iterable[OnTimeRow]:
    cells: dict[Cell, list[int]] = {}
    for part in parts:
        city = areas.city_of(part.unit)
        for group in [None, part.unit] if by is By.UNIT else [None]:
            cell = cells.setdefault((city, group), [0, 0, 0])
            for place, number in enumerate((part.part, part.whole, part.left_out)):
                cell[place] += number
    for city, group in sorted(cells, key=lambda cell: (_by_name(cell[0]), fold(cell[1] or ""))):
        on_time, dated, undated = cells[city, group]
        share = on_time / dated if dated else None
        choose = for_city if group is None else for_unit
        against = choose(targets, city, Measure.ON_TIME, on)
        exact = None if share is None else Interval(share, share)
        yield OnTimeRow(
            city=city,
            group=group,
            decided=dated + undated,
            on_time=on_time,
            undated=undated,
            rate=None if share is None else percent(share),
            held=tuple(hold(target, exact) for target in against),
        )
