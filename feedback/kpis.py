"""The figures beside the index: counted anew for the halves that can still change, read for all."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL, local_day
from core.database import Database
from feedback import kpi_count_repository, kpi_repository
from feedback.kpi_models import Figure
from feedback.kpi_repository import Part
from feedback.span import CUT_DAY, Slice, Span

_STILL_MOVES = timedelta(days=62)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LOCAL)


@dataclass(frozen=True)
class HalfFigures:
    """All figures of one half month, and its frame; ``figures`` is none where the frame alone was counted."""

    at: Slice
    figures: Mapping[Figure, Sequence[Part]] | None
    frame: Sequence[Mapping[str, Any]]

    async def keep(self, session: AsyncSession) -> None:
        if self.figures is not None:
            await kpi_repository.keep(session, self.at, self.figures.items())
        await kpi_repository.keep_frame(session, self.at, self.frame)


async def count(
    session: AsyncSession, at: Slice, cut_day: int = CUT_DAY, *, frame_alone: bool = False
) -> HalfFigures:
    start, end = _moments(at, cut_day)
    frame = await kpi_count_repository.closed_counts(session, start=start, end=end)
    if frame_alone:
        return HalfFigures(at, None, frame)
    figures = {
        **await kpi_count_repository.decided_counts(session, start=start, end=end),
        **await kpi_count_repository.channel_counts(session, start=start, end=end),
        **await kpi_count_repository.payment_counts(session, start=start, end=end),
        **await kpi_count_repository.reflection_counts(session, start=start, end=end),
        **await kpi_count_repository.waiting_minutes(session, at),
    }
    return HalfFigures(at, figures, frame)


async def count_figures(session: AsyncSession, slices: Iterable[Slice], cut_day: int = CUT_DAY) -> None:
    """Count all figures of these half months and keep them."""
    for at in slices:
        await (await count(session, at, cut_day)).keep(session)


async def refresh(database: Database, now: datetime, cut_day: int = CUT_DAY) -> int:
    """Count the halves that may have changed and those never counted; how many. For the worker."""
    today = local_day(now)
    async with database.reading() as session:
        first = await kpi_count_repository.first_dossier(session)
        kept = await kpi_repository.kept_slices(session)
        framed = await kpi_repository.framed_slices(session)
    if first is None:
        return 0
    moving = set(Span(today - _STILL_MOVES, today, cut_day).slices)
    since = min(local_day(first), today)
    halves = Span(since, today, cut_day).slices
    due = {one for one in halves if one in moving or one not in kept}
    for at in halves:
        if at not in due and at in framed:
            continue
        # Dossiers are read beside those who write, and one half is kept at a time.
        async with database.reading() as session:
            found = await count(session, at, cut_day, frame_alone=at not in due)
        async with database.writing() as session:
            await found.keep(session)
    return len(due)


def percentage(figure: Figure, part: int, whole: int) -> float | None:
    """In percent; minutes are a mean."""
    if not whole:
        return None
    return part / whole if figure is Figure.WAITING_MINUTES else 100 * part / whole


def _moments(at: Slice, cut_day: int) -> tuple[datetime, datetime]:
    """From the first midnight to the one after the last day."""
    first, last = _days(at, cut_day)
    return midnight(first), midnight(last + timedelta(days=1))


def _days(at: Slice, cut_day: int) -> tuple[date, date]:
    first = date.fromisoformat(f"{at.month}-01")
    if at.half == 1:
        return first, first.replace(day=cut_day)
    last = monthrange(first.year, first.month)[1]
    return first.replace(day=cut_day + 1), first.replace(day=last)
