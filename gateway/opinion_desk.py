"""The figures of a period for pages: counted once, kept for some minutes, drawn when somebody looks."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import structlog

from core.calendar import local_day
from core.database import Database, utc_now
from feedback.drawing import for_city
from feedback.figures import By, Row
from feedback.marks import Mark, marks
from feedback.overview import Overview, overview
from feedback.periods import Period, current, offered, period
from feedback.report_text import CITY_NAMES
from feedback.targets import City, Measure, label
from gateway import charts
from gateway.opinion import OpinionContent
from gateway.opinion_report import WRITERS, report_document

log = structlog.get_logger()

_FRESH_SECONDS = 300.0
_KEPT = 256


@dataclass
class _Kept:
    """One thing counted or drawn, and when."""

    made_at: float
    value: object
    making: asyncio.Lock = field(default_factory=asyncio.Lock)


class OpinionDesk:
    """``content`` gives the published content of now."""

    def __init__(
        self,
        database: Database,
        content: Callable[[], OpinionContent],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.database, self.content, self.clock = database, content, clock
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._counting: set[asyncio.Task[None]] = set()

    def period(self, name: str, *, administrative: bool = False) -> Period:
        """``PeriodError`` for a name that cannot be read."""
        return period(name, administrative=administrative, cut_day=self.content().plan.cut_day)

    def offered(self, today: date, *, administrative: bool = False) -> list[Period]:
        return offered(today, administrative=administrative, cut_day=self.content().plan.cut_day)

    async def overview(self, wanted: Period, by: By = By.UNIT) -> Overview:
        """Counted again every five minutes, beside the pages: only the very first asks somebody to wait.

        What may be shown moves by the half month, so some minutes are nothing.
        """
        kept = self._slot(("overview", wanted.span, by))
        if not isinstance(kept.value, Overview):
            async with kept.making:
                if not isinstance(kept.value, Overview):
                    await self._count(kept, wanted, by)
        elif time.monotonic() - kept.made_at > _FRESH_SECONDS and not kept.making.locked():
            again = asyncio.create_task(self._count_again(kept, wanted, by))
            self._counting.add(again)
            again.add_done_callback(self._counting.discard)
        assert isinstance(kept.value, Overview)  # noqa: S101
        return kept.value

    async def marks(self, wanted: Period) -> list[Mark]:
        """Of every unit, kept as long as an overview is."""
        kept = self._slot(("marks", wanted.span))
        async with kept.making:
            if not isinstance(kept.value, list) or time.monotonic() - kept.made_at > _FRESH_SECONDS:
                content = self.content()
                async with self.database.reading() as session:
                    kept.value = await marks(
                        session,
                        wanted.span,
                        targets=content.targets,
                        areas=content.areas,
                        now=self.clock(),
                    )
                kept.made_at = time.monotonic()
            return kept.value

    async def warm(self) -> None:
        """Count the year that runs, in every way of looking at it, before anybody asks."""
        try:
            for by in By:
                await self.overview(self.period(current(local_day(self.clock()))), by)
        except Exception as error:
            log.error("overview_not_counted", exc_info=error)

    async def _count_again(self, kept: _Kept, wanted: Period, by: By) -> None:
        async with kept.making:
            try:
                await self._count(kept, wanted, by)
            except Exception as error:
                # The old figures stay; the next visitor tries again.
                log.error("overview_not_counted", exc_info=error)

    async def _count(self, kept: _Kept, wanted: Period, by: By) -> None:
        content = self.content()
        async with self.database.reading() as session:
            kept.value = await overview(
                session, wanted, targets=content.targets, areas=content.areas, now=self.clock(), by=by
            )
        kept.made_at = time.monotonic()

    async def picture(self, seen: Overview, name: str, *, dark: bool = False, kind: str = "svg") -> bytes:
        """``units`` or ``months``; ``LookupError`` for another name."""
        if name not in ("units", "months"):
            raise LookupError(name)
        ink = charts.DARK if dark else charts.LIGHT
        rows, lines = self.chart_of(seen, name)
        kept = self._slot(("picture", name, dark, kind, tuple(rows), tuple(lines)))
        async with kept.making:
            if not isinstance(kept.value, bytes):
                draw = charts.intervals if name == "units" else charts.months
                kept.value = await charts.drawn(draw, rows, lines, ink=ink, kind=kind)
            return kept.value

    async def report(self, seen: Overview, marks: Sequence[Mark], kind: str) -> bytes:
        """The report of a period to file, as ``docx``, ``xlsx`` or ``pdf``."""
        chart = await self.picture(seen, "units", kind="png") if self.chart_of(seen, "units")[0] else None
        document = report_document(seen, marks, chart, on=self.clock())
        return await asyncio.to_thread(WRITERS[kind], document)

    def chart_of(self, seen: Overview, name: str) -> tuple[list[charts.Estimate], list[charts.Line]]:
        """What a chart is drawn from, which is what its table says."""
        report = seen.report
        if name == "months":
            points = [one for one in report.trend if one.total]
            rows = [
                charts.Estimate(
                    f"{one.month[5:]}/{one.month[2:4]}",
                    one.estimate.index,
                    one.estimate.interval.lower,
                    one.estimate.interval.upper,
                    one.estimate.n,
                )
                for one in points
            ]
        else:
            rows = [one for row in (*report.cities, *report.rows) if (one := _estimate(row))]
        return rows, self._lines({row.city for row in report.cities if row.city}, seen)

    def _lines(self, cities: set[City], seen: Overview) -> list[charts.Line]:
        on = seen.report.counted_to
        lines = []
        for city in sorted(cities):
            for target in for_city(self.content().targets, city, Measure.PROCEDURES_SATISFACTION, on):
                words = f"{CITY_NAMES[city]}: {target.value:g} %, {label(target)} "
                lines.append(charts.Line(target.value, words))
        return lines

    def _slot(self, key: Hashable) -> _Kept:
        kept = self._kept.setdefault(key, _Kept(0.0, None))
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return kept


def _estimate(row: Row) -> charts.Estimate | None:
    if row.index is None or row.interval is None or row.n is None:
        return None
    name = row.group or (CITY_NAMES[row.city] if row.city else "Đơn vị khác")
    decided = any(held.verdict and held.verdict.value != "chưa đủ bằng chứng" for held in row.held)
    short = name.replace("Ủy ban nhân dân ", "").replace("UBND ", "")
    return charts.Estimate(short, row.index, row.interval.lower, row.interval.upper, row.n, decided)
