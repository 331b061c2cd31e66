"""The satisfaction index of a period against the targets: one table, with what may be shown of it.

Answers know only the month in which their dossier closed, so the index is counted in whole months.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL
from core.database import utc_now
from core.text.fold import fold
from feedback import repository
from feedback.areas import Areas
from feedback.disclosure import hidden_cells
from feedback.figures import (
    By,
    Count,
    IndexReport,
    OnTimeRow,
    Row,
    draw_row,
    for_city,
    for_unit,
    hold,
    percent,
)
from feedback.index import Interval
from feedback.instruments import SHORT_SURVEY
from feedback.targets import City, Measure, Target, Targets

__all__ = ["SHORT_SURVEY", "By", "IndexReport", "index_report", "months_between"]

_LAST = "\uffff"
_LAND_WORDS = ("dat dai", "xay dung", "dau tu")

type _Cell = tuple[City | None, str | None]


async def index_report(
    session: AsyncSession,
    targets: Targets,
    start: date,
    end: date,
    *,
    by: By = By.UNIT,
    areas: Areas | None = None,
    instrument: str = SHORT_SURVEY,
    measure: Measure = Measure.PROCEDURES_SATISFACTION,
    now: datetime | None = None,
) -> IndexReport:
    """Count a period, both days included; ``ValueError`` when it ends before it starts.

    Only the newest version of the questionnaire that got answers is counted: answers to other words are
    another measurement. Invented sample answers count only where there are no real ones at all.
    """
    months = months_between(start, end)
    areas = areas or Areas({})
    real = await repository.has_real_answers(session, months=months, instrument=instrument)
    versions = await repository.versions_answered(
        session, months=months, instrument=instrument, sample=not real
    )
    sample = bool(versions) and not real
    version = versions[0][0] if versions else None
    counts: dict[_Cell, Count] = defaultdict(Count)
    if version is not None:
        for answered in await repository.answer_counts(
            session, months=months, instrument=instrument, version=version, by=by.column, sample=sample
        ):
            count = counts[areas.city_of(answered.unit), answered.group]
            count.n += answered.n
            count.satisfied += answered.satisfied
        for invited in await repository.invited_counts(
            session,
            months=months,
            instrument=instrument,
            version=version,
            by=by.column,
            sample=sample,
            now=now or utc_now(),
        ):
            counts[areas.city_of(invited.unit), invited.group].invited += invited.invited
    table = _Table(counts, targets, end, by, measure)
    on_time = await repository.on_time_counts(
        session, start=_midnight(start), end=_midnight(end + timedelta(days=1)), sample=sample
    )
    return IndexReport(
        measure=measure,
        instrument=instrument,
        version=version,
        older_answers=sum(n for _, n in versions[1:]),
        start=start,
        end=end,
        months=tuple(months),
        by=by,
        sample=sample,
        total=table.total(),
        cities=tuple(table.cities()),
        rows=tuple(table.rows()),
        on_time=tuple(_on_time_rows(on_time, areas, targets, end, by)),
    )


def months_between(start: date, end: date) -> list[str]:
    """Every month that has a day of the period."""
    if end < start:
        raise ValueError(f"the period ends ({end}) before it starts ({start})")
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(first, last + 1)]


class _Table:
    """Cells summed up to cities and a total, and what of them must stay hidden."""

    def __init__(
        self, counts: dict[_Cell, Count], targets: Targets, on: date, by: By, measure: Measure
    ) -> None:
        self._cells, self._targets, self._on, self._by, self._measure = counts, targets, on, by, measure
        self._cities: dict[City | None, Count] = defaultdict(Count)
        for (city, _), count in counts.items():
            self._cities[city].add(count)
        self._hidden_cities = hidden_cells({city: count.n for city, count in self._cities.items()})
        self._hidden: set[_Cell] = set()
        for city in self._cities:
            cells = {cell: count.n for cell, count in counts.items() if cell[0] == city}
            self._hidden |= set(cells) if city in self._hidden_cities else hidden_cells(cells)

    def total(self) -> Row:
        whole = Count()
        for count in self._cities.values():
            whole.add(count)
        return draw_row(None, None, whole, hidden=False, against=())

    def cities(self) -> Iterable[Row]:
        for city in sorted(self._cities, key=_by_name):
            against = for_city(self._targets, city, self._measure, self._on)
            hidden = city in self._hidden_cities
            yield draw_row(city, None, self._cities[city], hidden=hidden, against=against)

    def rows(self) -> Iterable[Row]:
        for city, group in sorted(self._cells, key=_cell_name):
            hidden = (city, group) in self._hidden
            against = self._against(city, group)
            yield draw_row(city, group or "", self._cells[city, group], hidden=hidden, against=against)

    def _against(self, city: City | None, group: str | None) -> Sequence[Target]:
        if self._by is By.UNIT:
            return for_unit(self._targets, city, self._measure, self._on)
        if self._by is By.FIELD and any(word in fold(group or "") for word in _LAND_WORDS):
            land = for_city(self._targets, city, Measure.LAND_CONSTRUCTION_SATISFACTION, self._on)
            if land:
                return land
        return for_city(self._targets, city, self._measure, self._on)


def _by_name(city: City | None) -> str:
    return city.value if city else _LAST


def _cell_name(cell: _Cell) -> tuple[str, str]:
    return _by_name(cell[0]), fold(cell[1]) if cell[1] else _LAST


def _on_time_rows(
    counts: Iterable[repository.OnTimeCount], areas: Areas, targets: Targets, on: date, by: By
) -> Iterable[OnTimeRow]:
    cells: dict[_Cell, list[int]] = {}
    for count in counts:
        city = areas.city_of(count.unit or "")
        groups = [None, count.unit or ""] if by is By.UNIT else [None]
        for group in groups:
            cell = cells.setdefault((city, group), [0, 0, 0])
            for place, number in enumerate((count.decided, count.on_time, count.undated)):
                cell[place] += number
    for city, group in sorted(cells, key=lambda cell: (_by_name(cell[0]), fold(cell[1] or ""))):
        decided, on_time, undated = cells[city, group]
        dated = decided - undated
        share = on_time / dated if dated else None
        choose = for_city if group is None else for_unit
        against = choose(targets, city, Measure.ON_TIME, on)
        exact = None if share is None else Interval(share, share)
        yield OnTimeRow(
            city=city,
            group=group,
            decided=decided,
            on_time=on_time,
            undated=undated,
            rate=None if share is None else percent(share),
            held=tuple(hold(target, exact) for target in against),
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LOCAL)
