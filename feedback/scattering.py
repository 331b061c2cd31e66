"""Takes the order in which people answered out of the place of the rows.

On PostgreSQL whoever may read the tables sees in which order rows were written (``ctid``) and in which
transaction (``xmin``), and other tables tell to the second what was written just before and after. So once a
day the answers of half months that may still get some are written anew, all of a half in one transaction, in
the order of their random identifiers. SQLite keeps these rows in that order by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from core.calendar import local_day
from core.database import Database
from feedback import repository
from feedback.draw import InvitationPlan
from feedback.span import Span
from feedback.tally_repository import months_with_rows


async def scatter(database: Database, now: datetime, plan: InvitationPlan) -> int:
    """Write the half months anew about which somebody may have answered lately; how many. For the worker."""
    if database.is_sqlite:
        return 0
    today = local_day(now)
    async with database.reading() as session:
        there = set(await months_with_rows(session))
    span = Span(today - _still_answered(plan), today, plan.cut_day)
    halves = [one for one in span.slices if one.month in there]
    for at in halves:
        # One half a transaction: whoever answers meanwhile waits for a moment.
        async with database.writing() as session:
            await repository.rewrite_answers(session, at)
    return len(halves)


def _still_answered(plan: InvitationPlan) -> timedelta:
    """From the closing to the last change of an answer, and some days for holidays."""
    asked = max(timedelta(days=plan.oldest_days, hours=plan.wait_hours), timedelta(days=plan.sad_wait_days))
    return asked + timedelta(days=plan.valid_days, hours=plan.change_hours) + timedelta(days=10)
