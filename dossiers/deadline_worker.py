"""The work of deadlines behind the doors: follow the log, warn, alarm, and make the lists once each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL, WorkingCalendar
from core.database import Database, utc_now
from core.event_reading import advance, position
from core.events import publish
from core.jobs import claim, enqueue, finish
from core.text.fold import fold
from dossiers import deadline_repository
from dossiers.deadline_models import DeadlineReport
from dossiers.deadlines import CONSUMER, LISTED, DeadlinePolicy, look, refresh
from dossiers.due_list import DueEntry, by_unit, due_list
from dossiers.reminder import reminder_docx
from dossiers.service import MATCHED
from dossiers.vocabularies import DossierEventType

MORNING = "deadlines.morning"
WEEKLY = "deadlines.weekly"
MORNING_AT = time(7, 30)

_TYPES = [*map(str, DossierEventType), MATCHED]
_BATCH = 500
_LEASE = timedelta(minutes=10)


class DeadlineWorker:
    """Several may run: rows are locked or keyed, and each list is a job with a lease."""

    def __init__(
        self,
        database: Database,
        calendar: Callable[[], WorkingCalendar],
        *,
        data_dir: Path,
        policy: DeadlinePolicy | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._calendar = calendar
        self._data_dir = data_dir
        self._policy = policy or DeadlinePolicy()
        self._clock = clock

    async def tick(self) -> int:
        """Follow the log, then look at what is due; how much was done."""
        done = await self._follow()
        if done < _BATCH:  # news first: a dossier that was finished a moment ago must not be warned about
            done += await self._look()
        done += await self._lists()
        return done

    async def _follow(self) -> int:
        async with self._database.reading() as session:
            after = await position(session, CONSUMER)
            if not await deadline_repository.news_after(session, after, types=_TYPES, limit=1):
                return 0
        async with self._database.writing() as session:
            after = await position(session, CONSUMER)
            news = await deadline_repository.news_after(session, after, types=_TYPES, limit=_BATCH)
            if news:
                await refresh(
                    session,
                    {code for _, code in news},
                    calendar=self._calendar(),
                    policy=self._policy,
                    now=self._clock(),
                )
                await advance(session, CONSUMER, news[-1][0])
        return len(news)

    async def _look(self) -> int:
        now = self._clock()
        async with self._database.reading() as session:
            if not await deadline_repository.to_look_at(session, now, limit=1):
                return 0
        async with self._database.writing() as session:
            return await look(session, calendar=self._calendar(), policy=self._policy, now=now)

    async def _lists(self) -> int:
        """The list of each working morning, and on the first working day of a week the reminder."""
        calendar, now = self._calendar(), self._clock()
        local = now.astimezone(LOCAL)
        if local.time() < MORNING_AT or not calendar.is_working_day(local.date()):
            return 0
        kinds = [MORNING]
        if _first_of_week(local.date(), calendar):
            kinds.append(WEEKLY)
        done = 0
        for kind in kinds:
            done += await self._list_once(kind, local.date(), now)
        return done

    async def _list_once(self, kind: str, day: date, now: datetime) -> int:
        key = f"{kind}:{day}"
        async with self._database.reading() as session:
            if await deadline_repository.job_is_over(session, key):
                return 0
        async with self._database.writing() as session:
            await enqueue(session, kind=kind, unique_key=key, payload={"day": day.isoformat()}, run_at=now)
        async with self._database.writing() as session:
            job = await claim(session, kinds=[kind], now=now, lease=_LEASE)
            if job is None:
                return 0
            job_id, listed = job.id, date.fromisoformat(job.payload["day"])
        await self.make_list(kind, listed)
        async with self._database.writing() as session:
            await finish(session, job_id)
        return 1

    async def make_list(self, kind: str, day: date) -> list[DeadlineReport]:
        """Write the lists of that day, one a unit; one that stands there already is left as it is."""
        async with self._database.reading() as session:
            entries = await due_list(session, today=day, calendar=self._calendar(), policy=self._policy)
        made: list[DeadlineReport] = []
        for unit, own in by_unit(entries).items():
            path = await self._file(kind, day, unit, own) if kind == WEEKLY else None
            async with self._database.writing() as session:
                if not await deadline_repository.report_exists(session, _short(kind), day, unit):
                    made.append(await self._keep(session, kind, day, unit, own, path))
        return made

    async def _file(self, kind: str, day: date, unit: str, entries: list[DueEntry]) -> str:
        week = day.isocalendar()
        relative = Path("reminders") / f"{week.year}-W{week.week:02}" / f"{_file_name(unit)}.docx"

        def write() -> None:
            target = self._data_dir / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(reminder_docx(unit, day, entries))

        await asyncio.to_thread(write)
        return relative.as_posix()

    async def _keep(
        self,
        session: AsyncSession,
        kind: str,
        day: date,
        unit: str,
        entries: list[DueEntry],
        path: str | None,
    ) -> DeadlineReport:
        report = DeadlineReport(
            kind=_short(kind),
            day=day,
            unit=unit,
            count=len(entries),
            facts=[entry.as_json() for entry in entries],
            path=path,
            created_at=self._clock(),
        )
        await deadline_repository.add_report(session, report)
        await publish(
            session,
            type=LISTED,
            subject=unit[:100],
            external_id=f"list:{report.id}",
            body={
                "report_id": report.id,
                "kind": report.kind,
                "day": day.isoformat(),
                "unit": unit,
                "count": report.count,
            },
        )
        return report


def _first_of_week(day: date, calendar: WorkingCalendar) -> bool:
    monday = day - timedelta(days=day.weekday())
    return not any(calendar.is_working_day(monday + timedelta(days=n)) for n in range(day.weekday()))


def _short(kind: str) -> str:
    return kind.rpartition(".")[2]


def _file_name(unit: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in fold(unit)).split())[:80] or "don-vi"
