"""The week of a unit, mailed once a week to the mailbox of its head, and of the heads above.

Only published here: the mail is planned, worded, sent and written into the ledger like every other message.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from core.calendar import LOCAL, WorkingCalendar, local_day
from core.database import Database, utc_now
from core.events import publish
from feedback import digest
from feedback.periods import current
from gateway.opinion import OpinionContent
from gateway.opinion_desk import OpinionDesk
from notifications.survey_rules import DIGEST
from people.unit_repository import UnitTree, unit_tree

_MOST_LINES = 60


class WeeklyDigest:
    """For the worker: on the first working day of a week, once the office is open."""

    def __init__(
        self,
        database: Database,
        *,
        content: Callable[[], OpinionContent],
        calendar: Callable[[], WorkingCalendar],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._calendar, self._clock = database, calendar, clock
        self._desk = OpinionDesk(database, content, clock)
        self._done: str | None = None

    async def tick(self) -> int:
        """How many digests were published; telling the same week again publishes nothing."""
        now = self._clock()
        week = _week(local_day(now))
        if week == self._done or not self._is_time(now):
            return 0
        seen = await self._desk.overview(self._desk.period(current(local_day(now))))
        if seen.report.sample:
            seen = seen.model_copy(update={"report": seen.report.model_copy(update={"rows": ()})})
        published = 0
        async with self._database.writing() as session:
            tree = await unit_tree(session)
            for unit in tree.units.values():
                if not unit.active:
                    continue
                weeks = await digest.week(session, _names_below(tree, unit.id), seen, now)
                if not weeks:
                    continue
                lines = digest.as_lines(weeks)
                await publish(
                    session,
                    type=DIGEST,
                    subject=unit.code,
                    body={"unit": unit.name, "day": f"{local_day(now)}", "lines": lines[:_MOST_LINES]},
                    external_id=f"digest:{unit.code}:{week}",
                )
                published += 1
        self._done = week
        return published

    def _is_time(self, now: datetime) -> bool:
        """On the first working day of its week, from the hour at which the office opens."""
        local = now.astimezone(LOCAL)
        monday = datetime.combine(_monday(local.date()), datetime.min.time(), LOCAL)
        first = self._calendar().next_opening(monday)
        return first <= local and first.date() == local.date()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _names_below(tree: UnitTree, unit_id: str) -> set[str]:
    codes = tree.below(unit_id)
    return {unit.name for unit in tree.units.values() if unit.code in codes and unit.active}
