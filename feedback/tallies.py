"""Counts the half months in which something was written since they were counted last. For the worker."""

from __future__ import annotations

from datetime import datetime

from core.database import Database, new_id
from feedback import tally_repository
from feedback.tally_counting import count


async def refresh(database: Database, now: datetime) -> int:
    """How many half months were counted.

    The rows are read beside those who write: nobody waits for it.
    """
    async with database.reading() as session:
        due = await tally_repository.to_count(session)
    for at in due:
        turn = new_id()
        async with database.writing() as session:
            await tally_repository.begin(session, at, turn)
        async with database.reading() as session:
            rows, to_come = await count(session, at, now)
        async with database.writing() as session:
            await tally_repository.keep(session, at, turn, rows, now, to_come=to_come)
    return len(due)
