"""Forgetting on schedule: after a year answers and invitations become numbers, closed cases lose their words.

Facts kept for twelve months, then aggregated: law 91/2025/QH15 binds keeping to its purpose, and a year is
what the rolling figures need.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.database import Database
from feedback.case_models import CaseStatus, OpinionCase
from feedback.models import SurveyAnswer, SurveyInvitation
from feedback.span import Span
from feedback.tally_repository import months_with_rows, settle

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
        old = [month for month in await months_with_rows(session) if month < kept[0]]
    for month in old:
        async with database.writing() as session:
            await _aggregate(session, month, now)
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


async def _aggregate(session: AsyncSession, month: str, now: datetime) -> None:
    """The lines of every table for one month, then the rows themselves go. Walk-in answers just go."""
    await settle(session, month, now)
    await session.execute(delete(SurveyAnswer).where(SurveyAnswer.month == month))
    await session.execute(delete(SurveyInvitation).where(SurveyInvitation.closed_month == month))
