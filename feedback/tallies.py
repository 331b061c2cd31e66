"""Counts the half months in which something was written since they were counted last. For the worker."""

from __future__ import annotations

from datetime import datetime

from core.database import Database, new_id
from feedback import sheets, tally_repository
from feedback.areas import Areas
from feedback.tally_counting import count
from feedback.tally_repository import Part


async def refresh(database: Database, now: datetime, areas: Areas) -> int:
    """How many half months were counted; ``areas``: those that pages add units up by.

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
        lines = sheets.written(rows, areas)
        async with database.writing() as session:
            await tally_repository.keep(session, at, turn, rows, now, to_come=to_come)
            await sheets.put(session, Part(at, live=True), lines, areas)
    async with database.reading() as session:
        missing = await sheets.missing(session, areas)
    for part in missing:
        async with database.writing() as session:
            await sheets.make(session, part, areas)
    return len(due)
