"""All SQL of tallies: rows of one half month as numbers, and whether these numbers still hold.

A half month is counted by whoever keeps the schedule, and marked as changed by whoever writes, in the same
transaction. Numbers are believed as long as nothing was written since they were counted, and for some minutes
afterwards (``FRESH``); else the rows themselves are read. So a page need not read a year of rows, and is
never further behind than a page that is kept for some minutes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from core.database import insert_rows
from feedback.figures import By
from feedback.models import CountedHalf, SurveyAnswer, SurveyInvitation, SurveySheet, SurveyTally
from feedback.span import Slice
from feedback.tally_counting import Row, count

FRESH = timedelta(minutes=15)


class Part(NamedTuple):
    """The tallies of a half month whose rows still stand (``live``), or those whose rows are gone."""

    at: Slice
    live: bool


@dataclass(frozen=True)
class Source:
    """The half months whose numbers are believed; of all others the rows are read. ``with_rows``: months that
    have any: a database asked for a dozen months without a row would rather read the whole table.
    """

    tallied: frozenset[Slice]
    with_rows: frozenset[str]

    def months_of_rows(self, months: Iterable[str]) -> list[str]:
        """Months of which rows have to be read at all."""
        return [one for one in months if one in self.with_rows and not _both_halves(one) <= self.tallied]

    def rows(
        self, month: InstrumentedAttribute[str], half: InstrumentedAttribute[int], months: Iterable[str]
    ) -> ColumnElement[bool]:
        """Rows that no believed number stands for."""
        read = self.months_of_rows(months)
        within = month.in_(read)
        known = [one for one in sorted(self.tallied) if one.month in read]
        return and_(within, tuple_(month, half).not_in(known)) if known else within

    def tallies(self) -> ColumnElement[bool]:
        """Numbers that hold, and those whose rows are gone for good."""
        known = sorted(self.tallied)
        gone = ~SurveyTally.live
        return or_(gone, tuple_(SurveyTally.month, SurveyTally.half).in_(known)) if known else gone


async def source(session: AsyncSession, months: Sequence[str], now: datetime) -> Source:
    rows = await session.execute(
        select(CountedHalf.month, CountedHalf.half).where(
            CountedHalf.month.in_(months),
            CountedHalf.counted_at.is_not(None),
            or_(~CountedHalf.changed, CountedHalf.counted_at > now - FRESH),
        )
    )
    tallied = frozenset(Slice(month, half) for month, half in rows)
    others = [one for one in months if not _both_halves(one) <= tallied]
    return Source(tallied, await _with_rows(session, others))


async def settled(session: AsyncSession, months: Sequence[str] | None = None) -> set[Slice]:
    """Halves of which there are numbers whose rows are gone."""
    query = select(SurveyTally.month, SurveyTally.half).where(
        SurveyTally.axis == By.UNIT.value, ~SurveyTally.live
    )
    if months is not None:
        query = query.where(SurveyTally.month.in_(months))
    return {Slice(month, half) for month, half in await session.execute(query.distinct())}


async def left(
    session: AsyncSession, months: Sequence[str], known: Source, told: Collection[Part]
) -> ColumnElement[bool] | None:
    """Which tallies hold that are not ``told``; nothing where all are."""
    parts = {Part(one, live=True) for one in known.tallied}
    parts |= {Part(one, live=False) for one in await settled(session, months)}
    found: list[ColumnElement[bool]] = []
    for live in (True, False):
        halves = sorted(one.at for one in parts - set(told) if one.live is live)
        if halves:
            found.append(
                and_(
                    SurveyTally.live if live else ~SurveyTally.live,
                    tuple_(SurveyTally.month, SurveyTally.half).in_(halves),
                )
            )
    return or_(*found) if found else None


def _both_halves(month: str) -> set[Slice]:
    return {Slice(month, 1), Slice(month, 2)}


async def _with_rows(session: AsyncSession, months: Sequence[str]) -> frozenset[str]:
    """Those months that have any rows: one look into an index a month."""
    if not months:
        return frozenset()
    looks = [
        select(literal(month)).where(
            or_(
                exists().where(SurveyAnswer.month == month),
                exists().where(SurveyInvitation.closed_month == month),
            )
        )
        for month in months
    ]
    return frozenset(await session.scalars(union_all(*looks)))


async def touch(session: AsyncSession, halves: Collection[Slice]) -> None:
    """Say that rows of these halves were written: to be called in the transaction that writes them."""
    if not halves:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # In one order, so that two who write do not wait for each other.
    rows = [{"month": one.month, "half": one.half, "changed": True} for one in sorted(halves)]
    await session.execute(
        insert(CountedHalf)
        .values(rows)
        .on_conflict_do_update(index_elements=["month", "half"], set_={"changed": True, "turn": None})
    )


async def forget_all(session: AsyncSession) -> None:
    """Believe no number any more: much was written."""
    await session.execute(update(CountedHalf).values(counted_at=None, changed=True, turn=None))
    await session.execute(delete(SurveyTally).where(SurveyTally.live))
    await session.execute(delete(SurveySheet))


async def to_count(session: AsyncSession) -> list[Slice]:
    """Halves with rows that are changed, or that were never counted, the oldest first."""
    known = {
        Slice(month, half): changed
        for month, half, changed in await session.execute(
            select(CountedHalf.month, CountedHalf.half, CountedHalf.changed)
        )
    }
    months = await months_with_rows(session)
    there = {Slice(month, half) for month in months for half in (1, 2)}
    return sorted(one for one in there | set(known) if known.get(one, True))


async def months_with_rows(session: AsyncSession) -> list[str]:
    """One look into an index a month, however many rows there are."""
    found: set[str] = set()
    for column in (SurveyAnswer.month, SurveyInvitation.closed_month):
        last = ""
        while (month := await session.scalar(select(func.min(column)).where(column > last))) is not None:
            found.add(month)
            last = month
    return sorted(found)


async def begin(session: AsyncSession, at: Slice, turn: str) -> None:
    """Announce a count; whoever writes meanwhile takes the turn away."""
    await touch(session, [at])
    await session.execute(update(CountedHalf).where(*_is(at)).values(turn=turn))


async def keep(
    session: AsyncSession, at: Slice, turn: str, rows: Sequence[Row], now: datetime, *, to_come: bool
) -> None:
    """Put numbers in the place of the earlier ones. If something was written meanwhile, they are those of a
    moment ago and the half month stays changed.

    ``to_come``: invitations wait for their day, so that the numbers will change by themselves.
    """
    overtaken = CountedHalf.turn.is_distinct_from(turn)
    await session.execute(
        update(CountedHalf)
        .where(*_is(at))
        .values(counted_at=now, changed=true() if to_come else overtaken, turn=None)
    )
    await session.execute(
        delete(SurveyTally).where(
            SurveyTally.month == at.month, SurveyTally.half == at.half, SurveyTally.live
        )
    )
    await insert_rows(session, SurveyTally, [{**row, "live": True} for row in rows])


def _is(at: Slice) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return CountedHalf.month == at.month, CountedHalf.half == at.half


async def hold(session: AsyncSession, at: Slice) -> None:
    """Let nobody keep other numbers of this half month until the transaction ends."""
    await session.execute(select(CountedHalf.month).where(*_is(at)).with_for_update())


async def settle(session: AsyncSession, month: str, now: datetime) -> None:
    """Keep a month as numbers for good, on the axes of ``By`` alone; its rows may then go."""
    numbers = [row for half in (1, 2) for row in (await count(session, Slice(month, half), now))[0]]
    await session.execute(delete(SurveyTally).where(SurveyTally.month == month, SurveyTally.live))
    await session.execute(delete(SurveySheet).where(SurveySheet.month == month))
    await session.execute(delete(CountedHalf).where(CountedHalf.month == month))
    lines = {by.value for by in By}
    await insert_rows(session, SurveyTally, [row for row in numbers if row["axis"] in lines])
