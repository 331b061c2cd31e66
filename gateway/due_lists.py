"""The lists of a day: what is about to be late, what is, and what the weekly reminder says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from core.calendar import WorkingCalendar, local_day
from core.database import Database
from dossiers import deadline_repository
from dossiers.deadlines import DeadlinePolicy
from dossiers.due_list import MOST, DueEntry, Place, due_list
from dossiers.extension_states import ExtensionProblem, ExtensionState, Trouble
from gateway.deadline_views import ListKind, ListView, list_view_of


@dataclass(frozen=True)
class Counted:
    """The first entries of a list, and how many there are in all."""

    entries: list[DueEntry]
    count: int


@dataclass(frozen=True)
class Dawn:
    to_sign: Counted
    late: Counted
    soon: Counted


@dataclass(frozen=True)
class DueLists:
    """``data_dir``: where documents of lists lie; without one there are none."""

    database: Database
    calendar: Callable[[], WorkingCalendar]
    policy: DeadlinePolicy
    clock: Callable[[], datetime]
    data_dir: Path | None

    async def due(
        self,
        *,
        unit: str | None = None,
        units: Collection[str] | None = None,
        days: int | None = None,
        limit: int = MOST,
        after: Place | None = None,
    ) -> list[DueEntry]:
        today = local_day(self.clock())
        async with self.database.reading() as session:
            return await due_list(
                session,
                today=today,
                calendar=self.calendar(),
                policy=self.policy,
                days=days,
                unit=unit,
                units=units,
                limit=limit,
                after=after,
            )

    async def at_dawn(self, units: Collection[str], *, days: int, shown: int) -> Dawn:
        """What a leader looks at first: of each kind the most pressing, and how many there are."""
        today, calendar = local_day(self.clock()), self.calendar()
        until, missed = calendar.add_working_days(today, days), today - timedelta(days=1)
        while not calendar.working_days_between(missed, today):
            missed -= timedelta(days=1)  # on a day off nothing of the last working day is late yet

        async with self.database.reading() as session:

            async def some(
                day: date, since: date | None = None, letter: ExtensionState | None = None
            ) -> Counted:
                rows = await due_list(
                    session, today=today, calendar=calendar, policy=self.policy, until=day, units=units,
                    limit=shown, since=since, letter=letter,
                )  # fmt: skip
                if len(rows) < shown:
                    return Counted(rows, len(rows))
                count = await deadline_repository.count_running(
                    session, day, units=units, since=since, letter=letter
                )
                return Counted(rows, count)

            return Dawn(
                await some(until, letter=ExtensionState.REASONED),
                await some(missed),
                await some(until, missed + timedelta(days=1)),
            )

    async def of_day(self, kind: ListKind, day: date, *, unit: str | None = None) -> list[ListView]:
        """The lists made on that day: each morning one a unit, each week the draft of a reminder."""
        async with self.database.reading() as session:
            rows = await deadline_repository.reports_of(session, kind, day)
        return [list_view_of(row) for row in rows if unit is None or row.unit == unit]

    async def document(self, list_id: str) -> tuple[str, bytes]:
        """The draft of a reminder, as a file to edit, sign and send."""
        async with self.database.reading() as session:
            row = await deadline_repository.report_by_id(session, list_id)
        path = self.data_dir / row.path if row and row.path and self.data_dir else None
        if row is None or path is None or not path.exists():
            raise ExtensionProblem(
                Trouble.NOT_FOUND, "id", "danh sách này không có tệp", "xem lại mã danh sách hằng tuần"
            )
        return f"don-doc-{row.day}.docx", await asyncio.to_thread(path.read_bytes)
