"""All SQL of the imported catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.models import CatalogueHistory, CatalogueRecord, ImportRun
from knowledge.schemas import Level, Procedure

_LEVEL_COLUMNS = {
    Level.COMMUNE: CatalogueRecord.is_commune,
    Level.PROVINCE: CatalogueRecord.is_province,
    Level.MINISTRY: CatalogueRecord.is_ministry,
    Level.OTHER: CatalogueRecord.is_other,
}
_CHUNK = 400


@dataclass(frozen=True)
class Held:
    """What the database holds of a record, without its body."""

    id: int
    code: str
    name: str
    sha256: str
    version: int
    source_date: date | None
    retired: bool


async def held(session: AsyncSession, source: str) -> dict[str, Held]:
    """Every record of a source by its code, retired ones too."""
    columns = (
        CatalogueRecord.id,
        CatalogueRecord.code,
        CatalogueRecord.name,
        CatalogueRecord.sha256,
        CatalogueRecord.version,
        CatalogueRecord.source_date,
        CatalogueRecord.retired_at,
    )
    rows = await session.execute(select(*columns).where(CatalogueRecord.source == source))
    return {row[1]: Held(row[0], row[1], row[2], row[3], row[4], row[5], row[6] is not None) for row in rows}


async def add(session: AsyncSession, records: Sequence[dict[str, Any]]) -> None:
    """Insert new records; each dict has the columns of ``catalogue_record``."""
    for part in _chunks(records):
        await session.execute(insert(CatalogueRecord), list(part))


async def keep_versions(
    session: AsyncSession, ids: Sequence[int], *, at: datetime, run: str, reason: str
) -> None:
    """Copy the present version of records into the history before they change."""
    for part in _chunks(ids):
        rows = await session.execute(
            select(
                CatalogueRecord.id,
                CatalogueRecord.version,
                CatalogueRecord.body,
                CatalogueRecord.sha256,
                CatalogueRecord.source_date,
                CatalogueRecord.changed_at,
            ).where(CatalogueRecord.id.in_(part))
        )
        kept = [
            {
                "record_id": row[0],
                "version": row[1],
                "body": row[2],
                "sha256": row[3],
                "source_date": row[4],
                "valid_from": row[5],
                "ended_at": at,
                "ended_by_run": run,
                "reason": reason,
            }
            for row in rows
        ]
        if kept:
            await session.execute(insert(CatalogueHistory), kept)


async def replace(session: AsyncSession, changes: Sequence[dict[str, Any]]) -> None:
    """Give records a new body; each dict has ``record_id`` and the columns to set."""
    if not changes:
        return
    columns: dict[str, Any] = {key: bindparam(key) for key in changes[0] if key != "record_id"}
    statement = (
        update(CatalogueRecord.__table__)  # type: ignore[arg-type]
        .where(CatalogueRecord.__table__.c.id == bindparam("record_id"))
        .values(**columns)
    )
    connection = await session.connection()
    for part in _chunks(changes):
        await connection.execute(statement, list(part))


async def confirm(session: AsyncSession, ids: Sequence[int], source_date: date) -> None:
    """Note that unchanged records still stand on a later day."""
    for part in _chunks(ids):
        await session.execute(
            update(CatalogueRecord).where(CatalogueRecord.id.in_(part)).values(source_date=source_date)
        )


async def retire(session: AsyncSession, ids: Sequence[int], at: datetime) -> None:
    """Take records out of use; they stay with their history. A version ends with each of them."""
    for part in _chunks(ids):
        await session.execute(
            update(CatalogueRecord)
            .where(CatalogueRecord.id.in_(part))
            .values(retired_at=at, changed_at=at, version=CatalogueRecord.version + 1)
        )


async def add_run(session: AsyncSession, run: ImportRun) -> None:
    session.add(run)
    await session.flush()


async def live(session: AsyncSession, level: Level | None = None) -> list[Procedure]:
    """Records in use, older sources first, so that of one code the newest comes last."""
    query = select(CatalogueRecord.body, CatalogueRecord.source_date).where(
        CatalogueRecord.retired_at.is_(None)
    )
    if level is not None:
        query = query.where(_LEVEL_COLUMNS[level].is_(True))
    rows = await session.execute(query.order_by(CatalogueRecord.source_date, CatalogueRecord.id))
    return [to_procedure(body, day) for body, day in rows]


async def find(session: AsyncSession, code: str) -> Procedure | None:
    """The newest record in use of one code."""
    rows = await session.execute(
        select(CatalogueRecord.body, CatalogueRecord.source_date)
        .where(CatalogueRecord.code == code, CatalogueRecord.retired_at.is_(None))
        .order_by(CatalogueRecord.source_date.desc(), CatalogueRecord.id.desc())
        .limit(1)
    )
    row = rows.first()
    return to_procedure(row[0], row[1]) if row else None


async def find_all(session: AsyncSession, codes: Sequence[str]) -> dict[str, Procedure]:
    """The newest record in use of each code."""
    found: dict[str, Procedure] = {}
    for part in _chunks(codes):
        rows = await session.execute(
            select(CatalogueRecord.code, CatalogueRecord.body, CatalogueRecord.source_date)
            .where(CatalogueRecord.code.in_(part), CatalogueRecord.retired_at.is_(None))
            .order_by(CatalogueRecord.source_date, CatalogueRecord.id)
        )
        found.update({code: to_procedure(body, day) for code, body, day in rows})
    return found


async def former(session: AsyncSession, codes: Sequence[str]) -> dict[str, list[Procedure]]:
    """Former versions of each code, oldest first; ``source_date``: the last day that the source had it."""
    found: dict[str, list[Procedure]] = {}
    for part in _chunks(codes):
        rows = await session.execute(
            select(CatalogueRecord.code, CatalogueHistory.body, CatalogueHistory.source_date)
            .join(CatalogueRecord, CatalogueRecord.id == CatalogueHistory.record_id)
            .where(CatalogueRecord.code.in_(part), CatalogueRecord.retired_at.is_(None))
            .order_by(CatalogueHistory.version)
        )
        for code, body, day in rows:
            found.setdefault(code, []).append(to_procedure(body, day))
    return found


async def history(session: AsyncSession, source: str, code: str) -> list[CatalogueHistory]:
    """Former versions of a record, oldest first."""
    rows = await session.scalars(
        select(CatalogueHistory)
        .join(CatalogueRecord, CatalogueRecord.id == CatalogueHistory.record_id)
        .where(CatalogueRecord.source == source, CatalogueRecord.code == code)
        .order_by(CatalogueHistory.version)
    )
    return list(rows)


async def last_runs(session: AsyncSession, count: int = 10) -> list[ImportRun]:
    """The latest imports, newest first."""
    rows = await session.scalars(
        select(ImportRun).order_by(ImportRun.started_at.desc(), ImportRun.id.desc()).limit(count)
    )
    return list(rows)


async def count_live(session: AsyncSession) -> int:
    return (
        await session.scalar(
            select(func.count()).select_from(CatalogueRecord).where(CatalogueRecord.retired_at.is_(None))
        )
        or 0
    )


def to_procedure(body: dict[str, Any], source_date: date | None) -> Procedure:
    """A stored body as the typed record."""
    return Procedure.model_validate({**body, "source_date": source_date})


def _chunks[T](items: Sequence[T]) -> Iterable[Sequence[T]]:
    """Parts small enough for one statement on either database."""
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
