"""Sheets: a half month of tallies added up to the lines that pages have.

Every unit has its own numbers of every procedure: a hundred thousand in a year, and ten times as many in a
large province. A page shows procedures by city, so they are added up once, by whoever counts, and a page
reads one row a half month. A sheet holds exactly as long as the tallies that it was made of, and only for
whoever adds units up by the same areas; what no sheet tells is read from the tallies as before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import insert_rows
from feedback import count_repository
from feedback.areas import Areas
from feedback.count_repository import Asked, SliceCount
from feedback.drawing import Count
from feedback.figures import By
from feedback.models import CountedHalf, SurveySheet, SurveyTally
from feedback.outside import kind_of
from feedback.span import Slice
from feedback.tally_repository import Part, Source, hold, settled, source

KINDS = "kinds"
"""An axis beside those of ``By``: units, by what lies with them and what does not (``feedback.outside``)."""

AXES = (*(by.value for by in By), KINDS)
_COUNTED = ("n", "satisfied", "invited", "delivered")


class Line(NamedTuple):
    """``place``: the key of a city, none for other units; on the axis of kinds a unit."""

    place: str | None
    group: str | None
    at: Slice
    numbers: Count


@dataclass(frozen=True)
class Sheets:
    """``told``: the parts of the tallies that these lines stand for."""

    lines: Sequence[Line]
    told: frozenset[Part]


async def counts(
    session: AsyncSession,
    months: Sequence[str],
    asked: Asked,
    by: By,
    areas: Areas,
    now: datetime,
    *,
    axis: str = "",
) -> tuple[Sequence[Line], list[SliceCount]]:
    """All that is known of ``months``: from sheets, and of what they do not tell each unit by itself.

    ``axis``: that of the sheets, where it is not that of ``by``.
    """
    known = await source(session, months, now)
    sheets = await read(session, axis or by.value, months, asked, areas, known)
    rest = await count_repository.slice_counts(
        session, months=months, asked=asked, by=by, now=now, known=known, told=sheets.told
    )
    return sheets.lines, rest


async def read(
    session: AsyncSession, axis: str, months: Sequence[str], asked: Asked, areas: Areas, known: Source
) -> Sheets:
    """What sheets tell of ``months``: of tallies that hold alone."""
    rows = await session.execute(
        select(SurveySheet.month, SurveySheet.half, SurveySheet.live, SurveySheet.lines).where(
            SurveySheet.axis == axis, SurveySheet.month.in_(months), SurveySheet.areas == areas.digest
        )
    )
    wanted = [asked.instrument, asked.version, asked.sample]
    lines: list[Line] = []
    told = set()
    for month, half, live, text in rows:
        at = Slice(month, half)
        if live and at not in known.tallied:
            continue
        told.add(Part(at, live))
        for *of, found in json.loads(text):
            if of == wanted:
                lines += [Line(place, group, at, Count(*numbers)) for place, group, *numbers in found]
    return Sheets(lines, frozenset(told))


def written(rows: Iterable[Mapping[str, Any]], areas: Areas) -> dict[str, str]:
    """The lines of each axis, as they are kept; ``rows`` are tallies of one half month."""
    sums: dict[str, dict[tuple[Any, ...], dict[tuple[str | None, str | None], list[int]]]] = {
        axis: {} for axis in AXES
    }
    for row in rows:
        axis, unit, group = row["axis"], row["unit"], row["grp"]
        if axis not in sums:
            continue
        n, satisfied, invited, delivered = (row[name] for name in _COUNTED)
        flagged = (n, satisfied) if row["flagged"] else (0, 0)
        numbers = (n, satisfied, *flagged, invited, delivered)
        asked = (row["instrument"], row["instrument_version"], bool(row["sample"]))
        _add(sums[axis], asked, (areas.city_of(unit), group), numbers)
        if axis == By.FIELD:
            _add(sums[KINDS], asked, (unit, kind_of(group)), numbers)
    return {
        axis: json.dumps(
            [[*asked, [[*line, *numbers] for line, numbers in lines.items()]] for asked, lines in of.items()],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for axis, of in sums.items()
    }


def _add(
    sums: dict[tuple[Any, ...], dict[tuple[str | None, str | None], list[int]]],
    asked: tuple[Any, ...],
    line: tuple[str | None, str | None],
    numbers: Sequence[int],
) -> None:
    there = sums.setdefault(asked, {}).setdefault(line, [0] * len(numbers))
    for place, number in enumerate(numbers):
        there[place] += number


async def put(session: AsyncSession, part: Part, lines: Mapping[str, str], areas: Areas) -> None:
    """Keep a half month's sheets in the place of earlier ones: in the transaction that keeps its tallies."""
    month, half = part.at
    await session.execute(
        delete(SurveySheet).where(
            SurveySheet.month == month, SurveySheet.half == half, SurveySheet.live == part.live
        )
    )
    common = {"month": month, "half": half, "live": part.live, "areas": areas.digest}
    await insert_rows(
        session, SurveySheet, [{**common, "axis": axis, "lines": text} for axis, text in lines.items()]
    )


async def missing(session: AsyncSession, areas: Areas) -> list[Part]:
    """Parts that have tallies and no sheet made by these areas."""
    counted = await session.execute(
        select(CountedHalf.month, CountedHalf.half).where(CountedHalf.counted_at.is_not(None))
    )
    parts = {Part(Slice(month, half), live=True) for month, half in counted}
    parts |= {Part(one, live=False) for one in await settled(session)}
    there = await session.execute(
        select(SurveySheet.month, SurveySheet.half, SurveySheet.live).where(
            SurveySheet.axis == By.UNIT.value, SurveySheet.areas == areas.digest
        )
    )
    return sorted(parts - {Part(Slice(month, half), live) for month, half, live in there})


async def make(session: AsyncSession, part: Part, areas: Areas) -> None:
    """Make the sheets of tallies that are kept already."""
    await hold(session, part.at)
    rows = await session.execute(
        select(SurveyTally.__table__).where(
            SurveyTally.month == part.at.month,
            SurveyTally.half == part.at.half,
            SurveyTally.live == part.live,
            SurveyTally.axis.in_([by.value for by in By]),
        )
    )
    await put(session, part, written((dict(row) for row in rows.mappings()), areas), areas)
