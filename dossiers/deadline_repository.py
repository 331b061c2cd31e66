"""All SQL about deadlines and letters of apology."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, exists, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from core.among import among
from core.events import Event
from core.jobs import Job, JobStatus
from dossiers.deadline_models import DeadlineReport, DossierDeadline, Extension, ExtensionFile
from dossiers.extension_files import FileKind
from dossiers.extension_states import ExtensionState
from dossiers.models import Dossier, DossierStep


async def news_after(
    session: AsyncSession, after: int, *, types: Collection[str], limit: int
) -> list[tuple[int, str]]:
    """Positions and dossier codes of events in the log; their bodies stay closed."""
    query = (
        select(Event.position, Event.subject)
        .where(Event.position > after, Event.type.in_(types))
        .order_by(Event.position)
        .limit(limit)
    )
    return [(position, subject) for position, subject in await session.execute(query)]


async def dossiers_by_codes(session: AsyncSession, codes: Collection[str]) -> Sequence[Dossier]:
    return (await session.scalars(select(Dossier).where(Dossier.code.in_(codes)))).all()


async def histories(
    session: AsyncSession, dossier_ids: Collection[str], *, having: Collection[str]
) -> dict[str, list[tuple[str, datetime]]]:
    """Types and times of the steps of those dossiers that have a step of one of these types, oldest first."""
    found = exists().where(DossierStep.dossier_id == Dossier.id, DossierStep.type.in_(having))
    query = (
        select(DossierStep.dossier_id, DossierStep.type, DossierStep.occurred_at)
        .where(DossierStep.dossier_id.in_(select(Dossier.id).where(Dossier.id.in_(dossier_ids), found)))
        .order_by(DossierStep.dossier_id, DossierStep.occurred_at, DossierStep.position)
    )
    rows: dict[str, list[tuple[str, datetime]]] = {}
    for dossier_id, kind, at in await session.execute(query):
        rows.setdefault(dossier_id or "", []).append((kind, at))
    return rows


async def deadlines_of(session: AsyncSession, dossier_ids: Collection[str]) -> dict[str, DossierDeadline]:
    rows = await session.scalars(select(DossierDeadline).where(DossierDeadline.dossier_id.in_(dossier_ids)))
    return {row.dossier_id: row for row in rows}


async def add_deadline(session: AsyncSession, row: DossierDeadline) -> None:
    session.add(row)


async def drop_deadlines(session: AsyncSession, dossier_ids: Collection[str]) -> None:
    await session.execute(delete(DossierDeadline).where(DossierDeadline.dossier_id.in_(dossier_ids)))


async def to_look_at(
    session: AsyncSession, now: datetime, *, limit: int, lock: bool = False
) -> Sequence[tuple[DossierDeadline, Dossier]]:
    """Promises that need an eye now, the earliest first."""
    query = (
        select(DossierDeadline, Dossier)
        .join(Dossier, Dossier.id == DossierDeadline.dossier_id)
        .where(DossierDeadline.look_at <= now)
        .order_by(DossierDeadline.look_at)
        .limit(limit)
    )
    if lock:
        query = query.with_for_update(skip_locked=True, of=DossierDeadline)
    return [(row, dossier) for row, dossier in await session.execute(query)]


_LISTED = Dossier.code, Dossier.unit, Dossier.officer, Dossier.status


async def running_until(
    session: AsyncSession,
    day: date,
    *,
    unit: str | None = None,
    units: Collection[str] | None = None,
    limit: int,
    since: date | None = None,
    letter: ExtensionState | None = None,
    after: tuple[date, str] | None = None,
) -> Sequence[tuple[DossierDeadline, Dossier]]:
    """Promises whose clock runs and whose day is ``day`` or earlier, the oldest first.

    ``units``: of these, and of dossiers that name no unit. ``letter``: with an open letter in this state.
    ``after``: day and dossier of the last one seen. Of the dossier only what a list shows is there.
    """
    query = (
        select(DossierDeadline, Dossier)
        .join(Dossier, Dossier.id == DossierDeadline.dossier_id)
        .options(load_only(*_LISTED, raiseload=True))
        .where(*_running(day, unit, units, since))
        .order_by(DossierDeadline.due_on, DossierDeadline.dossier_id)
        .limit(limit)
    )
    if letter is not None:
        query = query.where(_with_letter(letter))
    if after is not None:
        query = query.where(tuple_(DossierDeadline.due_on, DossierDeadline.dossier_id) > after)
    return [(row, dossier) for row, dossier in await session.execute(query)]


async def promises(session: AsyncSession, today: date) -> tuple[int, int]:
    """How many dossiers run towards a date, and of how many it has passed with no new one told."""
    late = func.count().filter(DossierDeadline.due_on < today)
    row = (await session.execute(select(func.count(), late).where(DossierDeadline.stopped.is_(False)))).one()
    return row[0], row[1]


async def count_running(
    session: AsyncSession,
    day: date,
    *,
    units: Collection[str],
    since: date | None = None,
    letter: ExtensionState | None = None,
) -> int:
    """How many ``running_until`` would give without a limit."""
    query = select(func.count()).select_from(DossierDeadline).where(*_running(day, None, units, since))
    if letter is not None:
        query = query.where(_with_letter(letter))
    return await session.scalar(query) or 0


def _running(
    day: date, unit: str | None, units: Collection[str] | None, since: date | None
) -> Iterator[ColumnElement[bool]]:
    yield DossierDeadline.stopped.is_(False)
    yield DossierDeadline.due_on <= day
    if since is not None:
        yield DossierDeadline.due_on >= since
    if unit is not None:
        yield DossierDeadline.unit == unit
    if units is not None:
        yield or_(among(DossierDeadline.unit, units), DossierDeadline.unit.is_(None))


def _with_letter(state: ExtensionState) -> ColumnElement[bool]:
    """Asked of each dossier that is due: letters grow for years, those dossiers do not."""
    return exists().where(Extension.open_for == DossierDeadline.dossier_id, Extension.state == state)


async def open_extensions(session: AsyncSession, dossier_ids: Collection[str]) -> dict[str, Extension]:
    rows = await session.scalars(select(Extension).where(Extension.open_for.in_(dossier_ids)))
    return {row.dossier_id: row for row in rows}


async def extensions_of(session: AsyncSession, dossier_id: str) -> Sequence[Extension]:
    query = select(Extension).where(Extension.dossier_id == dossier_id).order_by(Extension.id)
    return (await session.scalars(query)).all()


async def extension_by_id(session: AsyncSession, extension_id: str) -> Extension | None:
    query = select(Extension).where(Extension.id == extension_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def extension_by_event(session: AsyncSession, event_id: str) -> Extension | None:
    return await session.scalar(select(Extension).where(Extension.sent_event_id == event_id))


async def letter_goes_along(session: AsyncSession, event_id: str) -> bool:
    """Whether a signed letter that can be read lies behind an event: a mail about it carries the letter."""
    kind = await session.scalar(
        select(ExtensionFile.kind)
        .join(Extension, Extension.file_id == ExtensionFile.id)
        .where(Extension.sent_event_id == event_id)
    )
    return kind is not None and kind != FileKind.DIGITAL_SIGNATURE


async def add_extension(session: AsyncSession, extension: Extension) -> None:
    session.add(extension)
    await session.flush()


async def change_extension(
    session: AsyncSession, extension_id: str, *, version: int, states: Iterable[str], **values: Any
) -> bool:
    """Change a letter only if it is still as the caller saw it; whether it was."""
    result = await session.execute(
        update(Extension)
        .where(Extension.id == extension_id, Extension.version == version, Extension.state.in_(list(states)))
        .values(version=version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", result).rowcount == 1


async def add_file(session: AsyncSession, file: ExtensionFile) -> None:
    session.add(file)
    await session.flush()


async def file_by_id(session: AsyncSession, file_id: str) -> ExtensionFile | None:
    return await session.get(ExtensionFile, file_id)


async def report_exists(session: AsyncSession, kind: str, day: date, unit: str) -> bool:
    query = select(DeadlineReport.id).where(
        DeadlineReport.kind == kind, DeadlineReport.day == day, DeadlineReport.unit == unit
    )
    return await session.scalar(query) is not None


async def job_is_over(session: AsyncSession, unique_key: str) -> bool:
    query = select(Job.id).where(Job.unique_key == unique_key, Job.status == JobStatus.DONE)
    return await session.scalar(query) is not None


async def add_report(session: AsyncSession, report: DeadlineReport) -> None:
    session.add(report)
    await session.flush()


async def report_by_id(session: AsyncSession, report_id: str) -> DeadlineReport | None:
    return await session.get(DeadlineReport, report_id)


async def reports_of(session: AsyncSession, kind: str, day: date) -> Sequence[DeadlineReport]:
    query = select(DeadlineReport).where(DeadlineReport.kind == kind, DeadlineReport.day == day)
    return (await session.scalars(query.order_by(DeadlineReport.unit))).all()
