"""Forgetting on schedule: after a year answers and invitations become numbers, closed cases lose their words.

Facts kept for twelve months, then aggregated: law 91/2025/QH15 binds keeping to its purpose, and a year is
what the rolling figures need.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.database import Database, insert_new
from feedback.case_models import CaseStatus, OpinionCase
from feedback.count_repository import SATISFIED
from feedback.figures import By
from feedback.models import SurveyAnswer, SurveyInvitation, SurveyTally
from feedback.span import Span

RAW_MONTHS = 13
"""The month that runs and twelve whole ones: rolling figures never mix raw rows with numbers of a month."""
CASE_DAYS = 180
PHONE_DAYS = 30
"""As the survey page promises whoever leaves a number."""


async def forget(database: Database, now: datetime) -> list[str]:
    """Turn every month that is old enough into numbers, and empty old cases; the months. For the worker."""
    today = local_day(now)
    kept = Span(today - timedelta(days=31 * (RAW_MONTHS - 1)), today).months
    async with database.reading() as session:
        old = await _months_before(session, kept[0])
    for month in old:
        async with database.writing() as session:
            await _aggregate(session, month)
    async with database.writing() as session:
        await session.execute(
            update(OpinionCase)
            .where(
                OpinionCase.status.in_((CaseStatus.CLOSED, CaseStatus.WITHDRAWN)),
                OpinionCase.opened_at < now - timedelta(days=CASE_DAYS),
            )
            .values(words=None, told=None, handler_hash=None)
        )
        await session.execute(
            update(OpinionCase)
            .where(OpinionCase.closed_at < now - timedelta(days=PHONE_DAYS))
            .values(phone=None, caller_hash=None)
        )
    return old


async def _months_before(session: AsyncSession, month: str) -> list[str]:
    answers = select(SurveyAnswer.month).where(SurveyAnswer.month < month).distinct()
    invitations = (
        select(SurveyInvitation.closed_month).where(SurveyInvitation.closed_month < month).distinct()
    )
    found = {*await session.scalars(answers), *await session.scalars(invitations)}
    return sorted(found)


async def _aggregate(session: AsyncSession, month: str) -> None:
    """The lines of every table for one month, then the rows themselves go. Walk-in answers just go."""
    for by in By:
        await insert_new(
            session, [*await _answers(session, by, month), *await _invitations(session, by, month)]
        )
    await session.execute(delete(SurveyAnswer).where(SurveyAnswer.month == month))
    await session.execute(delete(SurveyInvitation).where(SurveyInvitation.closed_month == month))


async def _answers(session: AsyncSession, by: By, month: str) -> list[SurveyTally]:
    group = SurveyAnswer.__table__.c[by.column]
    flagged = SurveyAnswer.flags != ""
    columns = (
        SurveyAnswer.half,
        SurveyAnswer.unit,
        group,
        SurveyAnswer.instrument,
        SurveyAnswer.instrument_version,
        SurveyAnswer.sample,
        flagged,
    )
    rows = await session.execute(
        select(*columns, func.count(), func.count().filter(SATISFIED))
        .where(SurveyAnswer.month == month, SurveyAnswer.drawn, SurveyAnswer.headline.is_not(None))
        .group_by(*columns)
    )
    return [
        _tally(by, month, *where, flagged=bool(marked), n=n, satisfied=satisfied)
        for *where, marked, n, satisfied in rows
    ]


async def _invitations(session: AsyncSession, by: By, month: str) -> list[SurveyTally]:
    group = SurveyInvitation.__table__.c[by.column]
    columns = (
        SurveyInvitation.closed_half,
        SurveyInvitation.unit,
        group,
        SurveyInvitation.instrument,
        SurveyInvitation.instrument_version,
        SurveyInvitation.sample,
    )
    rows = await session.execute(
        select(*columns, func.count(), func.count().filter(SurveyInvitation.reached))
        .where(SurveyInvitation.closed_month == month)
        .group_by(*columns)
    )
    return [
        _tally(by, month, *where, invited=invited, delivered=delivered) for *where, invited, delivered in rows
    ]


def _tally(
    by: By,
    month: str,
    half: int,
    unit: str,
    group: str | None,
    instrument: str,
    version: int,
    sample: bool,
    *,
    flagged: bool = False,
    n: int = 0,
    satisfied: int = 0,
    invited: int = 0,
    delivered: int = 0,
) -> SurveyTally:
    return SurveyTally(
        axis=by,
        month=month,
        half=half,
        unit=unit,
        grp=group,
        instrument=instrument,
        instrument_version=version,
        sample=sample,
        flagged=flagged,
        n=n,
        satisfied=satisfied,
        invited=invited,
        delivered=delivered,
    )
