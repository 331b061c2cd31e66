"""A whole export file: every line read, taken apart, typed; what could not be, listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from knowledge.importer.build import Built, build
from knowledge.importer.findings import Findings
from knowledge.importer.formats import Format
from knowledge.importer.raw import RawProcedure
from knowledge.importer.reader import (
    Row,
    Unreadable,
    UnreadableFile,
    code_of,
    date_of,
    read_rows,
    recognise_file,
)
from knowledge.importer.unscramble import Readings
from knowledge.schemas import Level

# Told how many records are read, of how many; ``None`` while the whole is not known.
ProgressCallback = Callable[[int, int | None], None]

_TELL_EVERY = 100


def silent(_done: int, _total: int | None) -> None:
    """Say nothing."""


@dataclass
class FileResult:
    """What one export file holds. ``cut`` when the file ends in the middle."""

    path: Path
    format: Format
    source_date: date | None
    built: list[Built] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)
    read: int = 0
    cut: bool = False

    @property
    def complete(self) -> bool:
        """Whether the file can stand for its whole source: nothing in it was lost without a name."""
        return not self.cut and all(item.code is not None for item in self.unreadable)


def read_export(
    path: Path,
    *,
    level: Level | None = None,
    source_date: date | None = None,
    progress: ProgressCallback = silent,
) -> FileResult:
    """Read one file. With ``level`` only records of that level are typed.

    Raises ``UnreadableFile`` when the file cannot be opened, is empty, or is of no known format.
    """
    progress(0, None)
    rows, broken = _rows(path)
    if not rows:
        raise UnreadableFile(f"{path}: không có bản ghi nào đọc được ({len(broken)} dòng hỏng)")
    result = FileResult(path, recognise_file(path, rows[0].record), source_date or date_of(path))
    result.unreadable.extend(broken)
    result.cut = any("bị cắt ngang" in item.reason for item in broken)
    result.read = len(rows) + len(broken)
    raws = _raws(result, rows)
    readings = Readings({raw.code: (raw.field_name, raw.steps) for _line, raw, _findings in raws})
    for index, (line, raw, findings) in enumerate(raws, start=1):
        try:
            one = build(raw, findings, source_date=result.source_date, readings=readings)
        except (ValidationError, ValueError, KeyError, TypeError) as error:
            result.unreadable.append(Unreadable(path.name, line, _reason(error), raw.code))
            continue
        if level is None or level in one.procedure.levels:
            result.built.append(one)
        if index % _TELL_EVERY == 0 or index == len(raws):
            progress(index, len(raws))
    return result


def _rows(path: Path) -> tuple[list[Row], list[Unreadable]]:
    rows: list[Row] = []
    broken: list[Unreadable] = []
    for item in read_rows(path):
        if isinstance(item, Row):
            rows.append(item)
        else:
            broken.append(item)
    return rows, broken


def _raws(result: FileResult, rows: list[Row]) -> list[tuple[int, RawProcedure, Findings]]:
    """The records taken apart. Of two with one code the later stays and the earlier is listed."""
    found: dict[str, tuple[int, RawProcedure, Findings]] = {}
    name = result.path.name
    for row in rows:
        findings = Findings()
        try:
            raw = result.format.make_raw(row.record, findings)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            result.unreadable.append(Unreadable(name, row.line, _reason(error), code_of(row.record)))
            continue
        if raw.code in found:
            earlier = found.pop(raw.code)[0]
            reason = f"trùng mã với dòng {row.line}; dùng dòng {row.line}"
            result.unreadable.append(Unreadable(name, earlier, reason, raw.code))
        found[raw.code] = (row.line, raw, findings)
    return list(found.values())


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"trường “{'.'.join(map(str, first['loc']))}” không hợp lệ: {first['msg']}"
    if isinstance(error, KeyError):
        return f"thiếu trường “{error.args[0]}”"
    return str(error) or type(error).__name__
