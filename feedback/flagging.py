"""Keeps for some days how answers were given, marks those that look made up, and forgets the rest."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.crypto import keyed_hash
from core.database import Database
from feedback.flags import Flag, Trace, find_flags, spell
from feedback.models import SurveyAnswer, SurveyTrace

KEEP_DAYS = 7


def device_hash(device: str) -> str:
    """What is kept of a device: enough to see that two answers came from one, and nothing else."""
    return keyed_hash(device, "survey-device") if device else ""


async def leave_trace(session: AsyncSession, trace: Trace, now: datetime) -> None:
    """Keep how an answer was given; a later tap adds to the first one and keeps its moment."""
    identifier = keyed_hash(trace.key, "survey-trace")[:32]
    known = await session.get(SurveyTrace, identifier)
    if known is None:
        erase_on = local_day(now) + timedelta(days=KEEP_DAYS)
        session.add(SurveyTrace(id=identifier, erase_on=erase_on, body=trace.to_body()))
    else:
        first = Trace.from_body(known.body)
        seconds = (trace.at - first.at).total_seconds() if first.seconds is None else first.seconds
        known.body = {**first.to_body(), "pattern": trace.pattern, "seconds": seconds}
    await session.flush()


async def mark_and_forget(database: Database, now: datetime) -> int:
    """Flag what looks made up among the answers of the last days; how many are flagged. For the worker.

    A flag once set stays, although the trace that led to it is erased.
    """
    async with database.reading() as session:
        bodies = (await session.scalars(select(SurveyTrace.body))).all()
    found = find_flags([Trace.from_body(body) for body in bodies])
    async with database.writing() as session:
        await session.execute(delete(SurveyTrace).where(SurveyTrace.erase_on < local_day(now)))
        keys = list(found)
        for first in range(0, len(keys), 500):
            part = keys[first : first + 500]
            rows = await session.execute(
                select(SurveyAnswer.id, SurveyAnswer.answer_key, SurveyAnswer.flags).where(
                    SurveyAnswer.answer_key.in_(part)
                )
            )
            for identifier, key, flags in rows:
                together = spell({*found[key], *(Flag(one) for one in flags.split())})
                if together != flags:
                    await session.execute(
                        update(SurveyAnswer).where(SurveyAnswer.id == identifier).values(flags=together)
                    )
    return len(found)
