"""The imported catalogue: bringing exports into the database, and giving the records out.

An import is one transaction: readers see the catalogue before it or after it. Importing the same file again
changes nothing. A newer file of a source updates what it has and retires what it no longer has; every former
version is kept. Codes change within months, so an import is repeated rather than trusted.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database, utc_now
from core.generations import bump, generation
from knowledge import repository
from knowledge.importer.pipeline import FileResult, ProgressCallback, read_export, silent
from knowledge.importer.report import CodeChange, FileSummary, ImportReport
from knowledge.models import ImportRun
from knowledge.repository import Held
from knowledge.schemas import Level, Procedure

# Readers poll ``core.generations.generation(session, GENERATION)`` and reload when it has grown.
GENERATION = "catalogue"

# A file with fewer than this share of what its source had is taken for a part, not for the whole.
_WHOLE_SHARE = 0.5


async def load_catalogue(session: AsyncSession) -> dict[str, Procedure]:
    """Every record in use by its code; where two sources have one code, the newer one."""
    return {procedure.code: procedure for procedure in await repository.live(session)}


async def import_files(
    database: Database,
    paths: Sequence[Path],
    level: Level | None = None,
    *,
    progress: ProgressCallback = silent,
    source_date: date | None = None,
    now: datetime | None = None,
) -> ImportReport:
    """Import export files; the report says everything that was done and everything that could not be read.

    ``level`` takes only the records of one level and then retires nothing. ``source_date`` is the day of the
    facts where the file name does not tell it. ``progress`` is called from another thread.
    Raises ``UnreadableFile`` (one line, file named) before anything is written.
    """
    started, clock = now or utc_now(), time.monotonic()
    results = [
        await asyncio.to_thread(
            read_export, Path(path), level=level, source_date=source_date, progress=progress
        )
        for path in paths
    ]
    # Older files first: of one code the newest export has the last word.
    results.sort(key=lambda result: result.source_date or date.min)
    report = ImportReport(level=level, read=sum(result.read for result in results))
    report.count_defects([one for result in results for one in result.built])
    report.add_unreadable([item for result in results for item in result.unreadable])
    async with database.writing() as session:
        run = ImportRun(
            started_at=started,
            level=level.value if level else None,
            files=[result.path.name for result in results],
        )
        await repository.add_run(session, run)
        for result in results:
            await _store(session, result, run, report, whole=level is None)
        if report.new or report.changed or report.retired or report.redated:
            report.generation = await bump(session, GENERATION)
        else:
            report.generation = await generation(session, GENERATION)
        report.seconds = round(time.monotonic() - clock, 2)
        run.finished_at = now or utc_now()
        run.generation = report.generation
        run.report = report.to_json()
    return report


async def _store(
    session: AsyncSession, result: FileResult, run: ImportRun, report: ImportReport, *, whole: bool
) -> None:
    """Bring one file into the tables and count what it changed."""
    summary = FileSummary(
        name=result.path.name,
        source=result.format.source,
        source_date=result.source_date.isoformat() if result.source_date else None,
        read=result.read,
        taken=len(result.built),
    )
    report.files.append(summary)
    known = await repository.held(session, result.format.source)
    newest = max((one.source_date for one in known.values() if one.source_date), default=None)
    if result.source_date and newest and result.source_date < newest:
        summary.taken = 0
        summary.skipped = f"đang dùng bản mới hơn, ngày {newest.isoformat()}"
        return
    incoming = {one.procedure.code: one.procedure for one in result.built}
    added = [procedure for code, procedure in incoming.items() if code not in known]
    changed, same = _compare(incoming, known)
    await repository.add(session, [_row(procedure, run) for procedure in added])
    await _replace(session, changed, run)
    if result.source_date:
        later = [one.id for one in same if one.source_date != result.source_date]
        await repository.confirm(session, later, result.source_date)
        report.redated += len(later)
    gone = [one for code, one in known.items() if code not in incoming and not one.retired]
    summary.not_retired = _why_nothing_retires(result, known, whole)
    if summary.not_retired is None:
        named = {item.code for item in result.unreadable}
        gone = [one for one in gone if one.code not in named]
        ids = [one.id for one in gone]
        await repository.keep_versions(session, ids, at=run.started_at, run=run.id, reason="retired")
        await repository.retire(session, ids, run.started_at)
        report.retired += len(gone)
        report.retired_codes.extend(sorted(one.code for one in gone))
        report.code_changes.extend(_code_changes(gone, added))
    report.new += len(added)
    report.changed += len(changed)
    report.unchanged += len(same)


def _compare(
    incoming: dict[str, Procedure], known: dict[str, Held]
) -> tuple[list[tuple[Held, Procedure]], list[Held]]:
    """Records whose facts changed or that came back, and records that are the same."""
    changed, same = [], []
    for code, procedure in incoming.items():
        one = known.get(code)
        if one is None:
            continue
        if one.retired or one.sha256 != digest(procedure):
            changed.append((one, procedure))
        else:
            same.append(one)
    return changed, same


async def _replace(session: AsyncSession, changed: list[tuple[Held, Procedure]], run: ImportRun) -> None:
    # The version of a retired record went into the history when it was retired.
    in_use = [one.id for one, _procedure in changed if not one.retired]
    await repository.keep_versions(session, in_use, at=run.started_at, run=run.id, reason="changed")
    await repository.replace(
        session,
        [
            {
                "record_id": one.id,
                **_facts(procedure),
                # Retiring has already counted the version up.
                "version": one.version if one.retired else one.version + 1,
                "changed_at": run.started_at,
                "imported_run": run.id,
                "retired_at": None,
            }
            for one, procedure in changed
        ],
    )


def _why_nothing_retires(result: FileResult, known: dict[str, Held], whole: bool) -> str | None:
    """Why records that a file does not have stay in use; ``None`` when it stands for its whole source."""
    in_use = sum(1 for one in known.values() if not one.retired)
    if not in_use:
        return None
    if not whole:
        return "chỉ nhập một cấp"
    if not result.complete:
        return "tệp có dòng hỏng không rõ mã, nên không biết bản ghi nào còn thiếu"
    named = len({item.code for item in result.unreadable})
    if len(result.built) + named < in_use * _WHOLE_SHARE:
        return f"tệp chỉ có {len(result.built)} bản ghi, trong khi đang dùng {in_use}: coi là một phần"
    return None


def _code_changes(gone: Iterable[Held], added: Iterable[Procedure]) -> list[CodeChange]:
    """Procedures that left under one code and came back under another with the same name."""
    by_name = {" ".join(procedure.name.lower().split()): procedure for procedure in added}
    found = []
    for one in gone:
        successor = by_name.get(" ".join(one.name.lower().split()))
        if successor is not None:
            found.append(CodeChange(old=one.code, new=successor.code, name=one.name))
    return found


def body_of(procedure: Procedure) -> dict[str, Any]:
    """The facts of a record as stored: without the day they were taken, and without default values, so that
    a field added to the schema later changes no record."""
    return procedure.model_dump(mode="json", exclude={"source_date"}, exclude_defaults=True)


def digest(procedure: Procedure) -> str:
    """The hash by which two imports of one record are compared."""
    return _hash(body_of(procedure))


def _hash(body: dict[str, Any]) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _facts(procedure: Procedure) -> dict[str, Any]:
    body = body_of(procedure)
    return {
        "name": procedure.name,
        "field": procedure.field,
        "is_commune": Level.COMMUNE in procedure.levels,
        "is_province": Level.PROVINCE in procedure.levels,
        "is_ministry": Level.MINISTRY in procedure.levels,
        "is_other": Level.OTHER in procedure.levels,
        "needs_check": bool(procedure.needs_check),
        "body": body,
        "sha256": _hash(body),
        "source_date": procedure.source_date,
    }


def _row(procedure: Procedure, run: ImportRun) -> dict[str, Any]:
    return {
        "source": procedure.source,
        "code": procedure.code,
        **_facts(procedure),
        "version": 1,
        "first_seen_at": run.started_at,
        "changed_at": run.started_at,
        "imported_run": run.id,
    }
