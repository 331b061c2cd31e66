"""Counts of every cell in every half month, summed up to cities and a total as far as each may be shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from feedback.areas import Areas
from feedback.count_repository import SliceCount
from feedback.disclosure import Release, release_alone, releases
from feedback.drawing import Count, Counted
from feedback.span import Slice, Span
from feedback.targets import City

type Cell = tuple[City | None, str | None]
type _Slices = dict[Slice, Count]


class Table:
    """A city as a whole, or one group of it (``Cell``), in ``span``, the time before it and twelve months."""

    def __init__(self, span: Span, areas: Areas) -> None:
        self._areas = areas
        self._now, self._before = span.slices, span.before().slices
        rolling = span.last_twelve_months()
        self._rolling = rolling.slices if len(rolling.slices) > len(span.slices) else None
        earliest = min(span.before().first_day, rolling.first_day, span.first_day)
        self.last_months = rolling.months
        self.months = Span(earliest.replace(month=1, day=1), span.last_day, span.cut_day).months
        self._cells: dict[Cell, _Slices] = defaultdict(dict)
        self._cities: dict[City | None, _Slices] = defaultdict(dict)
        self._total: _Slices = {}

    def fill(self, counts: Iterable[SliceCount]) -> None:
        for one in counts:
            count = Count(
                one.n, one.satisfied, one.flagged, one.flagged_satisfied, one.invited, one.delivered
            )
            self.add(self._areas.city_of(one.unit), one.group, one.at, count)

    def add(self, city: City | None, group: str | None, at: Slice, count: Count) -> None:
        for slices in (self._cells[city, group], self._cities[city], self._total):
            if (there := slices.get(at)) is not None:
                there.add(count)
            else:
                slices[at] = count.twin()

    @property
    def cells(self) -> list[Cell]:
        """Those of which anything is known in the period or in its twelve months."""
        return [cell for cell, slices in self._cells.items() if self._is_near(slices)]

    @property
    def cities(self) -> list[City | None]:
        return [city for city, slices in self._cities.items() if self._is_near(slices)]

    def total(self) -> Counted:
        return self._counted(self._total, release_alone(_answers(self._total)))

    def city(self, city: City | None) -> Counted:
        return self._counted(self._cities[city], self._city_releases[city])

    def cell(self, cell: Cell) -> Counted:
        return self._counted(self._cells[cell], self._cell_releases[cell])

    def month(self, month: str) -> Count:
        """One whole month of everything, as far as it may be shown."""
        return self._month(self._total, release_alone(_answers(self._total)), month)

    def month_of(self, month: str, city: City | None) -> Count:
        return self._month(self._cities[city], self._city_releases[city], month)

    def _month(self, slices: _Slices, release: Release, month: str) -> Count:
        return _sum(slices, release.within({Slice(month, 1), Slice(month, 2)}))

    def invited_in_all(self) -> int:
        return _sum(self._total, self._now).invited

    def invited_in_city(self, city: City | None) -> int:
        return _sum(self._cities[city], self._now).invited

    def invited(self, cell: Cell) -> int:
        return _sum(self._cells[cell], self._now).invited

    def _is_near(self, slices: _Slices) -> bool:
        return any(one in slices for one in self._now) or any(
            slices[one].n for one in self._rolling or () if one in slices
        )

    @cached_property
    def _city_releases(self) -> dict[City | None, Release]:
        return releases(_filled(self._cities))

    @cached_property
    def _cell_releases(self) -> dict[Cell, Release]:
        found: dict[Cell, Release] = {}
        for city, slices in self._cities.items():
            cells = {cell: counts for cell, counts in self._cells.items() if cell[0] == city}
            shown = {one for block in self._city_releases[city].blocks if len(block) == 1 for one in block}
            found |= releases(_filled(cells), closed=set(slices) - shown)
        return found

    def _counted(self, slices: _Slices, release: Release) -> Counted:
        def within(period: Iterable[Slice]) -> Count:
            return _sum(slices, release.within(set(period)))

        now = within(self._now)
        flags = {one: count.flagged for one, count in slices.items() if count.flagged}
        apart = _sum(slices, release_alone(flags).within(release.within(set(self._now))))
        few = apart.flagged != now.flagged
        now.flagged, now.flagged_satisfied = apart.flagged, apart.flagged_satisfied
        rolling = within(self._rolling) if self._rolling else None
        return Counted(now, within(self._before), rolling, few_flagged=few)


def _sum(slices: _Slices, period: Iterable[Slice]) -> Count:
    whole = Count()
    for one in period:
        if one in slices:
            whole.add(slices[one])
    return whole


def _answers(slices: _Slices) -> dict[Slice, int]:
    return {one: count.n for one, count in slices.items()}


def _filled[Key](cells: Mapping[Key, _Slices]) -> dict[Key, dict[Slice, int]]:
    """Answers of each cell in every half month that any of them knows: silence is a number as well."""
    known = {one for slices in cells.values() for one in slices}
    return {
        cell: {one: slices[one].n if one in slices else 0 for one in known} for cell, slices in cells.items()
    }
