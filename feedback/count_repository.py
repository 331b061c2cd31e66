"""All SQL that counts answers and invitations: raw rows of the last year, tallies of the time before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from feedback.figures import By
from feedback.index import SATISFIED_LEVELS
from feedback.models import Mode, SurveyAnswer, SurveyInvitation, SurveyTally
from feedback.span import Slice

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


async def has_real_answers(session: AsyncSession, *, months: Sequence[str], instrument: str) -> bool:
    query = select(SurveyAnswer.id).where(
        SurveyAnswer.month.in_(months), SurveyAnswer.instrument == instrument, ~SurveyAnswer.sample
    )
    tallied = select(SurveyTally.id).where(
        SurveyTally.month.in_(months), SurveyTally.instrument == instrument, ~SurveyTally.sample
    )
    return any([await session.scalar(one.limit(1)) is not None for one in (query, tallied)])


async def has_any_real_answer(session: AsyncSession) -> bool:
    query = select(SurveyAnswer.id).where(~SurveyAnswer.sample)
    return await session.scalar(query.limit(1)) is not None


async def has_sample_answers(session: AsyncSession) -> bool:
    query = select(SurveyAnswer.id).where(SurveyAnswer.sample)
    return await session.scalar(query.limit(1)) is not None


async def versions_answered(
    session: AsyncSession, *, months: Sequence[str], instrument: str, sample: bool
) -> Sequence[tuple[int, int]]:
    """The versions of a questionnaire that got answers, and how many, the newest first."""
    raw = (
        select(SurveyAnswer.instrument_version, func.count())
        .where(
            SurveyAnswer.month.in_(months),
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
            SurveyTally.axis == "unit",
            SurveyTally.month.in_(months),
            SurveyTally.instrument == instrument,
            SurveyTally.sample == sample,
        )
        .group_by(SurveyTally.instrument_version)
    )
    counts: dict[int, int] = {}
    for query in (raw, tallied):
        for version, n in await session.execute(query):
            counts[version] = counts.get(version, 0) + int(n or 0)
    return sorted(((version, n) for version, n in counts.items() if n), reverse=True)


async def slice_counts(
    session: AsyncSession, *, months: Sequence[str], asked: Asked, by: str, now: datetime
) -> list[SliceCount]:
    """Every answer, and every invitation whose time has come, by unit, by column ``by``, by half month."""
    return [
        *await _answers(session, months, asked, by),
        *await _invitations(session, months, asked, by, now),
        *await _tallies(session, months, asked, by),
    ]


def answered(asked: Asked, months: Sequence[str]) -> list[ColumnElement[bool]]:
    """The conditions under which an answer counts in the index."""
    return [
        SurveyAnswer.instrument == asked.instrument,
        SurveyAnswer.month.in_(months),
        SurveyAnswer.instrument_version == asked.version,
        SurveyAnswer.sample == asked.sample,
        SurveyAnswer.drawn.is_(true()),
        SurveyAnswer.headline.is_not(None),
    ]


async def _answers(session: AsyncSession, months: Sequence[str], asked: Asked, by: str) -> list[SliceCount]:
    group = SurveyAnswer.__table__.c[by]
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
        .where(*answered(asked, months))
        .group_by(SurveyAnswer.unit, group, SurveyAnswer.month, SurveyAnswer.half)
    )
    return [SliceCount(unit, name, Slice(month, half), *counts) for unit, name, month, half, *counts in rows]


async def _invitations(
    session: AsyncSession, months: Sequence[str], asked: Asked, by: str, now: datetime
) -> list[SliceCount]:
    group = SurveyInvitation.__table__.c[by]
    rows = await session.execute(
        select(
            SurveyInvitation.unit,
            group,
            SurveyInvitation.closed_month,
            SurveyInvitation.closed_half,
            func.count(),
            func.count().filter(SurveyInvitation.reached),
        )
        .where(
            SurveyInvitation.closed_month.in_(months),
            SurveyInvitation.instrument == asked.instrument,
            SurveyInvitation.instrument_version == asked.version,
            SurveyInvitation.sample == asked.sample,
            SurveyInvitation.send_at <= now,
        )
        .group_by(SurveyInvitation.unit, group, SurveyInvitation.closed_month, SurveyInvitation.closed_half)
    )
    return [
        SliceCount(unit, name, Slice(month, half), invited=invited, delivered=delivered)
        for unit, name, month, half, invited, delivered in rows
    ]


async def _tallies(session: AsyncSession, months: Sequence[str], asked: Asked, by: str) -> list[SliceCount]:
    rows = await session.scalars(
        select(SurveyTally).where(
            SurveyTally.axis == _axis(by),
            SurveyTally.month.in_(months),
            SurveyTally.instrument == asked.instrument,
            SurveyTally.instrument_version == asked.version,
            SurveyTally.sample == asked.sample,
        )
    )
    return [
        SliceCount(
            row.unit,
            row.grp,
            Slice(row.month, row.half),
            n=row.n,
            satisfied=row.satisfied,
            flagged=row.n if row.flagged else 0,
            flagged_satisfied=row.satisfied if row.flagged else 0,
            invited=row.invited,
            delivered=row.delivered,
        )
        for row in rows
    ]


def _axis(column: str) -> str:
    return next(by.value for by in By if by.column == column)


@dataclass(frozen=True)
class FrameCount:
    """Answers, satisfied answers and invitations of one unit, field and channel."""

    unit: str
    field: str | None
    channel: str | None
    n: int
    satisfied: int


async def frame_answers(session: AsyncSession, *, slices: Sequence[Slice], asked: Asked) -> list[FrameCount]:
    months = list(dict.fromkeys(one.month for one in slices))
    columns = (SurveyAnswer.unit, SurveyAnswer.field, SurveyAnswer.channel)
    rows = await session.execute(
        select(*columns, func.count(), func.count().filter(SATISFIED))
        .where(*answered(asked, months), tuple_(SurveyAnswer.month, SurveyAnswer.half).in_(_pairs(slices)))
        .group_by(*columns)
    )
    return [FrameCount(*row) for row in rows]


async def frame_invitations(
    session: AsyncSession, *, slices: Sequence[Slice], asked: Asked, now: datetime
) -> dict[tuple[str, str | None, str | None], int]:
    """How many dossiers were drawn of each unit, field and channel: one random part of all that closed."""
    columns = (SurveyInvitation.unit, SurveyInvitation.field, SurveyInvitation.channel)
    rows = await session.execute(
        select(*columns, func.count())
        .where(
            tuple_(SurveyInvitation.closed_month, SurveyInvitation.closed_half).in_(_pairs(slices)),
            SurveyInvitation.instrument == asked.instrument,
            SurveyInvitation.instrument_version == asked.version,
            SurveyInvitation.sample == asked.sample,
            SurveyInvitation.send_at <= now,
        )
        .group_by(*columns)
    )
    return {(unit, field, channel): n for unit, field, channel, n in rows}


def _pairs(slices: Sequence[Slice]) -> list[tuple[str, int]]:
    return [(one.month, one.half) for one in slices]


async def walk_in_counts(
    session: AsyncSession, *, months: Sequence[str], instrument: str, sample: bool
) -> dict[Mode, tuple[int, int]]:
    """Answers and satisfied answers of those who came by themselves: never merged with the index."""
    rows = await session.execute(
        select(SurveyAnswer.mode, func.count(), func.count().filter(SATISFIED))
        .where(
            SurveyAnswer.month.in_(months),
            SurveyAnswer.instrument == instrument,
            SurveyAnswer.sample == sample,
            ~SurveyAnswer.drawn,
            SurveyAnswer.headline.is_not(None),
        )
        .group_by(SurveyAnswer.mode)
    )
    return {Mode(mode): (n, satisfied) for mode, n, satisfied in rows}
