"""Keeps for some days how answers were given, marks those that look made up, and forgets the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.crypto import keyed_hash
from core.database import Database, insert_new
from feedback.flags import Flag, Trace, find_flags, spell
from feedback.models import SurveyAnswer, SurveyTrace
from feedback.span import Slice
from feedback.tally_repository import touch

KEEP_DAYS = 7


def device_hash(device: str) -> str:
    """What is kept of a device: enough to see that two answers came from one, and nothing else."""
    return keyed_hash(device, "survey-device") if device else ""


async def leave_traces(session: AsyncSession, traces: Sequence[Trace], now: datetime) -> None:
    """Keep how answers were given; a later tap adds to the first one and keeps its moment."""
    named = [(keyed_hash(trace.key, "survey-trace")[:32], trace) for trace in traces]
    query = select(SurveyTrace).where(SurveyTrace.id.in_([identifier for identifier, _ in named]))
    known = {row.id: row for row in await session.scalars(query)}
    before = set(known)
    erase_on = local_day(now) + timedelta(days=KEEP_DAYS)
    for identifier, trace in named:
        if identifier not in known:
            known[identifier] = SurveyTrace(id=identifier, erase_on=erase_on, body=trace.to_body())
            continue
        first = Trace.from_body(known[identifier].body)
        seconds = (trace.at - first.at).total_seconds() if first.seconds is None else first.seconds
        known[identifier].body = {**first.to_body(), "pattern": trace.pattern, "seconds": seconds}
    await insert_new(session, [row for identifier, row in known.items() if identifier not in before])
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
        keys, halves = list(found), set[Slice]()
        for first in range(0, len(keys), 500):
            part = keys[first : first + 500]
            rows = await session.execute(
                select(
                    SurveyAnswer.id,
                    SurveyAnswer.answer_key,
                    SurveyAnswer.flags,
                    SurveyAnswer.month,
                    SurveyAnswer.half,
                ).where(SurveyAnswer.answer_key.in_(part))
            )
            for identifier, key, flags, month, half in rows:
                together = spell({*found[key], *(Flag(one) for one in flags.split())})
                if together != flags:
                    halves.add(Slice(month, half))
                    await session.execute(
                        update(SurveyAnswer).where(SurveyAnswer.id == identifier).values(flags=together)
                    )
        await touch(session, halves)
    return len(found)
