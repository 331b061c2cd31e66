"""Counts the half months in which something was written since they were counted last. For the worker."""

from __future__ import annotations

from collections.abc import Callable
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
    await make_sheets(database, areas)
    return len(due)


async def make_sheets(database: Database, areas: Areas) -> int:
    """Those that are missing: units are added up by other areas than before. How many there were."""
    async with database.reading() as session:
        missing = await sheets.missing(session, areas)
    for part in missing:
        async with database.writing() as session:
            await sheets.make(session, part, areas)
    return len(missing)


class SheetKeeper:
    """Makes sheets anew as soon as areas change, so that no page adds up units by itself for minutes.

    ``areas`` gives those of now. Those that stand at the start are ``refresh``'s.
    """

    def __init__(self, database: Database, areas: Callable[[], Areas]) -> None:
        self._database, self._areas = database, areas
        self._made = areas().digest

    async def tick(self) -> None:
        areas = self._areas()
        if areas.digest != self._made:
            await make_sheets(self._database, areas)
            self._made = areas.digest
