"""SQL that counts the rows of one half month, on every axis that a table or a page has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, false, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import new_id
from feedback.figures import By
from feedback.index import SATISFIED_LEVELS
from feedback.instruments import SERVICE_FACTORS, UNITS_RATING, Factor
from feedback.models import SurveyAnswer, SurveyInvitation
from feedback.span import Slice

WALK_IN, FRAME, POINTS = "walk-in", "frame", "points"
"""Axes beside those of ``By``: by how people came by themselves; by field and channel; by points given."""

_BETWEEN = "\t"

type Row = dict[str, Any]


def factor_axis(factor: Factor) -> str:
    return f"factor-{factor.value}"


def read_frame_group(group: str) -> tuple[str | None, str | None]:
    """Field and channel."""
    field, _, channel = group.partition(_BETWEEN)
    return field or None, channel or None


async def count(session: AsyncSession, at: Slice, now: datetime) -> tuple[list[Row], bool]:
    """The numbers of a half month on every axis, and whether invitations of it are still to come.

    One grouping an axis: the database does that much faster than we could add up the finest cells.
    """
    rows: list[Row] = []
    for by in By:
        rows += await _grouped(session, at, by.value, SurveyAnswer.__table__.c[by.column], flags=True)
        rows += await _invited(session, at, now, by.value, SurveyInvitation.__table__.c[by.column])
    rows += await _grouped(session, at, WALK_IN, SurveyAnswer.__table__.c.mode, drawn=False)
    rows += await _frame(session, at, now)
    rows += await _factors(session, at)
    rows += await _grouped(session, at, POINTS, cast(SurveyAnswer.headline, String), drawn=False, rating=True)
    later = select(SurveyInvitation.id).where(*_closed(at), SurveyInvitation.send_at > now)
    return rows, await session.scalar(later.limit(1)) is not None


async def _grouped(
    session: AsyncSession,
    at: Slice,
    axis: str,
    group: Any,
    *,
    drawn: bool = True,
    rating: bool = False,
    flags: bool = False,
) -> list[Row]:
    """Answers by unit and group. ``rating``: of dossiers by the units themselves, instead of what citizens
    say; ``flags``: those that look made up apart.
    """
    of_units = SurveyAnswer.instrument == UNITS_RATING
    flagged = (SurveyAnswer.flags != "") if flags else false()
    columns = (
        SurveyAnswer.unit,
        group.label("grp"),
        SurveyAnswer.instrument,
        SurveyAnswer.instrument_version,
        SurveyAnswer.sample,
        flagged.label("flagged"),
    )
    pleased = SurveyAnswer.headline.in_(sorted(SATISFIED_LEVELS))
    found = await session.execute(
        select(*columns, func.count().label("n"), func.count().filter(pleased).label("satisfied"))
        .where(
            SurveyAnswer.month == at.month,
            SurveyAnswer.half == at.half,
            SurveyAnswer.headline.is_not(None),
            SurveyAnswer.drawn == drawn,
            of_units if rating else ~of_units,
        )
        .group_by(*columns[: None if flags else -1])
    )
    return [_row(at, axis, row, n=row.n, satisfied=0 if rating else row.satisfied) for row in found]


async def _invited(session: AsyncSession, at: Slice, now: datetime, axis: str, group: Any) -> list[Row]:
    columns = (
        SurveyInvitation.unit,
        group.label("grp"),
        SurveyInvitation.instrument,
        SurveyInvitation.instrument_version,
        SurveyInvitation.sample,
    )
    found = await session.execute(
        select(
            *columns,
            func.count().label("invited"),
            func.count().filter(SurveyInvitation.reached.is_(true())).label("delivered"),
        )
        .where(*_closed(at), SurveyInvitation.send_at <= now)
        .group_by(*columns)
    )
    return [_row(at, axis, row, invited=row.invited, delivered=row.delivered) for row in found]


async def _factors(session: AsyncSession, at: Slice) -> list[Row]:
    """All five in one reading: each by itself, of those who answered it."""
    columns = (
        SurveyAnswer.unit,
        SurveyAnswer.unit.label("grp"),
        SurveyAnswer.instrument,
        SurveyAnswer.instrument_version,
        SurveyAnswer.sample,
    )
    marks = [func.substr(SurveyAnswer.factors, place, 1) for place in range(1, len(SERVICE_FACTORS) + 1)]
    counts = [
        part
        for mark in marks
        for part in (func.count().filter(mark != "-"), func.count().filter(mark.in_(("4", "5"))))
    ]
    found = await session.execute(
        select(*columns, *counts)
        .where(
            SurveyAnswer.month == at.month,
            SurveyAnswer.half == at.half,
            SurveyAnswer.headline.is_not(None),
            SurveyAnswer.drawn.is_(true()),
        )
        .group_by(SurveyAnswer.unit, *columns[2:])
    )
    return [
        _row(at, factor_axis(factor), row, n=int(n), satisfied=int(satisfied))
        for row in found
        for factor, n, satisfied in zip(SERVICE_FACTORS, row[5::2], row[6::2], strict=True)
        if n
    ]


async def _frame(session: AsyncSession, at: Slice, now: datetime) -> list[Row]:
    """By field and channel together: read as one name, because a line has one."""
    return [
        *await _grouped(session, at, FRAME, _both(SurveyAnswer)),
        *await _invited(session, at, now, FRAME, _both(SurveyInvitation)),
    ]


def _both(table: type[SurveyAnswer] | type[SurveyInvitation]) -> Any:
    """What ``read_frame_group`` reads."""
    return func.coalesce(table.field, "") + _BETWEEN + func.coalesce(table.channel, "")


def _closed(at: Slice) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return SurveyInvitation.closed_month == at.month, SurveyInvitation.closed_half == at.half


def _row(at: Slice, axis: str, row: Any, **numbers: int) -> Row:
    return {
        "id": new_id(),
        "axis": axis,
        "month": at.month,
        "half": at.half,
        "unit": row.unit,
        "grp": row.grp,
        "instrument": row.instrument,
        "instrument_version": row.instrument_version,
        "sample": row.sample,
        "flagged": bool(getattr(row, "flagged", False)),
        "live": False,
        "n": 0,
        "satisfied": 0,
        "invited": 0,
        "delivered": 0,
        **numbers,
    }
