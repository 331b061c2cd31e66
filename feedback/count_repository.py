"""All SQL that counts answers and invitations: numbers where they hold, the rows themselves elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from feedback.figures import By
from feedback.index import SATISFIED_LEVELS
from feedback.models import Mode, SurveyAnswer, SurveyInvitation, SurveyTally
from feedback.span import Slice
from feedback.tally_counting import WALK_IN
from feedback.tally_repository import Part, Source, left, source

TRUE = true()
SATISFIED = SurveyAnswer.headline.in_(sorted(SATISFIED_LEVELS))


@dataclass(frozen=True)
class Asked:
    """Which answers are meant: one version of one questionnaire, real or invented."""

    instrument: str
    version: int
    sample: bool


@dataclass(frozen=True)
class SliceCount:
    """Answers, or invitations, of one unit in one group of the table and one half month."""

    unit: str
    group: str | None
    at: Slice
    n: int = 0
    satisfied: int = 0
    flagged: int = 0
    flagged_satisfied: int = 0
    invited: int = 0
    delivered: int = 0


async def has_real_answers(
    session: AsyncSession, *, months: Sequence[str], instrument: str, now: datetime
) -> bool:
    known = await source(session, months, now)
    tallied = select(SurveyTally.id).where(
        SurveyTally.axis == By.UNIT.value,
        SurveyTally.month.in_(months),
        SurveyTally.instrument == instrument,
        SurveyTally.n > 0,
        ~SurveyTally.sample,
        known.tallies(),
    )
    rows = select(SurveyAnswer.id).where(
        known.rows(SurveyAnswer.month, SurveyAnswer.half, months),
        SurveyAnswer.instrument == instrument,
        ~SurveyAnswer.sample,
    )
    for query in (tallied, rows):
        if await session.scalar(query.limit(1)) is not None:
            return True
    return False


async def has_any_real_answer(session: AsyncSession) -> bool:
    query = select(SurveyAnswer.id).where(~SurveyAnswer.sample)
    return await session.scalar(query.limit(1)) is not None


async def has_sample_answers(session: AsyncSession) -> bool:
    query = select(SurveyAnswer.id).where(SurveyAnswer.sample)
    return await session.scalar(query.limit(1)) is not None


async def versions_answered(
    session: AsyncSession, *, months: Sequence[str], instrument: str, sample: bool, now: datetime
) -> Sequence[tuple[int, int]]:
    """The versions of a questionnaire that got answers, and how many, the newest first."""
    known = await source(session, months, now)
    rows = (
        select(SurveyAnswer.instrument_version, func.count())
        .where(
            known.rows(SurveyAnswer.month, SurveyAnswer.half, months),
            SurveyAnswer.instrument == instrument,
            SurveyAnswer.sample == sample,
            SurveyAnswer.drawn,
            SurveyAnswer.headline.is_not(None),
        )
        .group_by(SurveyAnswer.instrument_version)
    )
    tallied = (
        select(SurveyTally.instrument_version, func.sum(SurveyTally.n))
        .where(
            SurveyTally.axis == By.UNIT.value,
            SurveyTally.month.in_(months),
            SurveyTally.instrument == instrument,
            SurveyTally.sample == sample,
            known.tallies(),
        )
        .group_by(SurveyTally.instrument_version)
    )
    counts: dict[int, int] = {}
    for query in (rows, tallied):
        for version, n in await session.execute(query):
            counts[version] = counts.get(version, 0) + int(n or 0)
    return sorted(((version, n) for version, n in counts.items() if n), reverse=True)


async def slice_counts(
    session: AsyncSession,
    *,
    months: Sequence[str],
    asked: Asked,
    by: By,
    now: datetime,
    known: Source,
    told: Collection[Part] = (),
) -> list[SliceCount]:
    """Every answer, and every invitation whose time has come, by unit, by line of ``by``, by half month.

    ``told``: tallies that something else stands for.
    """
    found = [
        *await _answers(session, months, asked, by.column, known),
        *await _invitations(session, months, asked, by.column, now, known),
    ]
    which = await left(session, months, known, told) if told else TRUE
    if which is not None:
        found += await tallied_counts(session, months, asked, by.value, known, which)
    return found


def answered(asked: Asked, months: Sequence[str], known: Source) -> list[ColumnElement[bool]]:
    """The conditions under which an answer counts in the index, and no believed number stands for it."""
    return [
        known.rows(SurveyAnswer.month, SurveyAnswer.half, months),
        SurveyAnswer.instrument == asked.instrument,
        SurveyAnswer.instrument_version == asked.version,
        SurveyAnswer.sample == asked.sample,
        SurveyAnswer.drawn.is_(true()),
        SurveyAnswer.headline.is_not(None),
    ]


async def _answers(
    session: AsyncSession, months: Sequence[str], asked: Asked, column: str, known: Source
) -> list[SliceCount]:
    if not known.months_of_rows(months):
        return []
    group = SurveyAnswer.__table__.c[column]
    flagged = SurveyAnswer.flags != literal("")
    rows = await session.execute(
        select(
            SurveyAnswer.unit,
            group,
            SurveyAnswer.month,
            SurveyAnswer.half,
            func.count(),
            func.count().filter(SATISFIED),
            func.count().filter(flagged),
            func.count().filter(flagged, SATISFIED),
        )
        .where(*answered(asked, months, known))
        .group_by(SurveyAnswer.unit, group, SurveyAnswer.month, SurveyAnswer.half)
    )
    return [SliceCount(unit, name, Slice(month, half), *counts) for unit, name, month, half, *counts in rows]


def invited(asked: Asked, months: Sequence[str], now: datetime, known: Source) -> list[ColumnElement[bool]]:
    return [
        known.rows(SurveyInvitation.closed_month, SurveyInvitation.closed_half, months),
        SurveyInvitation.instrument == asked.instrument,
        SurveyInvitation.instrument_version == asked.version,
        SurveyInvitation.sample == asked.sample,
        SurveyInvitation.send_at <= now,
    ]


async def _invitations(
    session: AsyncSession, months: Sequence[str], asked: Asked, column: str, now: datetime, known: Source
) -> list[SliceCount]:
    if not known.months_of_rows(months):
        return []
    group = SurveyInvitation.__table__.c[column]
    rows = await session.execute(
        select(
            SurveyInvitation.unit,
            group,
            SurveyInvitation.closed_month,
            SurveyInvitation.closed_half,
            func.count(),
            func.count().filter(SurveyInvitation.reached),
        )
        .where(*invited(asked, months, now, known))
        .group_by(SurveyInvitation.unit, group, SurveyInvitation.closed_month, SurveyInvitation.closed_half)
    )
    return [
        SliceCount(unit, name, Slice(month, half), invited=invited, delivered=delivered)
        for unit, name, month, half, invited, delivered in rows
    ]


def tallied(axis: str, months: Sequence[str], asked: Asked, known: Source) -> list[ColumnElement[bool]]:
    return [
        SurveyTally.axis == axis,
        SurveyTally.month.in_(months),
        SurveyTally.instrument == asked.instrument,
        SurveyTally.instrument_version == asked.version,
        SurveyTally.sample == asked.sample,
        known.tallies(),
    ]


async def tallied_counts(
    session: AsyncSession,
    months: Sequence[str],
    asked: Asked,
    axis: str,
    known: Source,
    which: ColumnElement[bool] = TRUE,
) -> list[SliceCount]:
    """What is known as numbers, line by line of an axis. ``which``: those of them that are wanted."""
    rows = await session.execute(
        select(
            SurveyTally.unit,
            SurveyTally.grp,
            SurveyTally.month,
            SurveyTally.half,
            SurveyTally.flagged,
            SurveyTally.n,
            SurveyTally.satisfied,
            SurveyTally.invited,
            SurveyTally.delivered,
        ).where(*tallied(axis, months, asked, known), which)
    )
    return [
        SliceCount(
            unit,
            group,
            Slice(month, half),
            n=n,
            satisfied=satisfied,
            flagged=n if flagged else 0,
            flagged_satisfied=satisfied if flagged else 0,
            invited=invited,
            delivered=delivered,
        )
        for unit, group, month, half, flagged, n, satisfied, invited, delivered in rows
    ]


async def walk_in_counts(
    session: AsyncSession, *, months: Sequence[str], instrument: str, sample: bool, now: datetime
) -> dict[Mode, tuple[int, int]]:
    """Answers and satisfied answers of those who came by themselves: never merged with the index."""
    known = await source(session, months, now)
    rows = await session.execute(
        select(SurveyAnswer.mode, func.count(), func.count().filter(SATISFIED))
        .where(
            known.rows(SurveyAnswer.month, SurveyAnswer.half, months),
            SurveyAnswer.instrument == instrument,
            SurveyAnswer.sample == sample,
            ~SurveyAnswer.drawn,
            SurveyAnswer.headline.is_not(None),
        )
        .group_by(SurveyAnswer.mode)
    )
    tallied = await session.execute(
        select(SurveyTally.grp, func.sum(SurveyTally.n), func.sum(SurveyTally.satisfied))
        .where(
            SurveyTally.axis == WALK_IN,
            SurveyTally.month.in_(months),
            SurveyTally.instrument == instrument,
            SurveyTally.sample == sample,
            known.tallies(),
        )
        .group_by(SurveyTally.grp)
    )
    found: dict[Mode, tuple[int, int]] = {}
    for mode, n, satisfied in (*rows, *tallied):
        before = found.get(Mode(mode), (0, 0))
        found[Mode(mode)] = before[0] + int(n), before[1] + int(satisfied)
    return found
