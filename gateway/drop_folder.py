"""A folder into which an office puts CSV or Excel files: each is taken once, and answered with a file.

A file is first moved aside by renaming, which only one worker can do. Good rows are accepted; a row that
cannot be read is named by row and column in ``<name>.ket-qua.csv``, and the mended file may be put in whole:
what was taken before is known by its identity. A worker that dies leaves its file behind, and it is taken
again later.
"""

from __future__ import annotations

import asyncio
import csv
import io
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from core.calendar import LOCAL
from core.database import Database, utc_now
from core.events import PublishStatus
from core.text.cells import safe_cell
from dossiers.cloudevents import BATCH_LIMIT
from dossiers.csv_events import ReadTable, Table, csv_table, read_table
from dossiers.event import DossierEvent
from dossiers.problems import EventsRefused, Problem
from dossiers.service import EventConflict, accept
from dossiers.xlsx_events import xlsx_table

log = structlog.get_logger()

READING, DONE, TO_MEND = "dang-doc", "xong", "can-sua"
_SUFFIXES = {".csv", ".xlsx"}
_MOST_BYTES = 20 * 1024 * 1024
_SETTLED_SECONDS = 2.0
_DESERTED_SECONDS = 600.0


@dataclass
class FileResult:
    """``new`` and ``known`` count rows; problems keep rows out, warnings do not."""

    name: str
    new: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


class DropFolder:
    def __init__(
        self,
        folder: Path,
        database: Database,
        *,
        code_pattern: str,
        clock: Callable[[], datetime] = utc_now,
        now_seconds: Callable[[], float] = time.time,
    ) -> None:
        self._folder, self._database = folder, database
        self._pattern, self._clock, self._seconds = code_pattern, clock, now_seconds

    async def tick(self) -> list[FileResult]:
        """Take every file that is there and no longer being written."""
        await asyncio.to_thread(self._prepare)
        results = []
        for path in await asyncio.to_thread(self._waiting):
            taken = await asyncio.to_thread(self._take, path)
            if taken is not None:
                results.append(await self._work(taken, path.name))
        return results

    def _prepare(self) -> None:
        for name in ("", READING, DONE, TO_MEND):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        for left in (self._folder / READING).iterdir():
            if self._seconds() - left.stat().st_mtime > _DESERTED_SECONDS:
                left.rename(self._folder / left.name.partition("__")[2])

    def _waiting(self) -> list[Path]:
        return sorted(
            path
            for path in self._folder.iterdir()
            if path.is_file()
            and path.suffix.lower() in _SUFFIXES
            and not path.name.startswith((".", "~$"))
            and self._seconds() - path.stat().st_mtime >= _SETTLED_SECONDS
        )

    def _take(self, path: Path) -> Path | None:
        """The file under another name; None when another worker was faster."""
        taken = self._folder / READING / f"{self._clock().astimezone(LOCAL):%Y%m%dT%H%M%S%f}__{path.name}"
        try:
            path.rename(taken)
            os.utime(taken)
        except FileNotFoundError:
            return None
        return taken

    async def _work(self, taken: Path, name: str) -> FileResult:
        result = FileResult(name)
        try:
            table = await asyncio.to_thread(_table, taken)
            read = read_table(table, code_pattern=self._pattern)
        except EventsRefused as refused:
            result.problems += refused.problems
        else:
            await self._accept(read, result)
        await asyncio.to_thread(self._answer, taken, result)
        log.info("drop_file", file=name, new=result.new, known=result.known, problems=len(result.problems))
        return result

    async def _accept(self, read: ReadTable, result: FileResult) -> None:
        result.problems += read.problems
        if not read.events and not read.problems:
            result.problems.append(
                Problem(
                    index=0, row=1, field="(tệp)", problem="không có dòng nào", remedy="thêm dòng dữ liệu"
                )
            )
        rows = list(zip(read.lines, read.events, strict=True))
        for start in range(0, len(rows), BATCH_LIMIT):
            await self._accept_some(rows[start : start + BATCH_LIMIT], result)

    async def _accept_some(self, rows: list[tuple[int, DossierEvent]], result: FileResult) -> None:
        while rows:
            try:
                async with self._database.writing() as session:
                    accepted = await accept(session, [event for _, event in rows], now=self._clock())
            except EventConflict as conflict:  # those rows are left out and named, the others go in
                at = {problem.index for problem in conflict.problems}
                result.problems += [
                    problem.model_copy(update={"row": rows[problem.index][0]})
                    for problem in conflict.problems
                ]
                rows = [row for index, row in enumerate(rows) if index not in at]
                continue
            for (line, _), one in zip(rows, accepted, strict=True):
                result.new += one.status is PublishStatus.NEW
                result.known += one.status is PublishStatus.SEEN
                result.warnings += [warning.model_copy(update={"row": line}) for warning in one.warnings]
            return

    def _answer(self, taken: Path, result: FileResult) -> None:
        """The answer first: a file is only done with once its answer stands there."""
        target = self._folder / (TO_MEND if result.problems else DONE)
        written = target / f"{taken.name}.ket-qua.csv"
        aside = target / f".{written.name}"
        aside.write_text(_answer_text(result), encoding="utf-8-sig")
        aside.replace(written)
        taken.rename(target / taken.name)


def _table(path: Path) -> Table:
    if path.stat().st_size > _MOST_BYTES:
        raise EventsRefused([_whole("tệp quá lớn", f"tách thành tệp dưới {_MOST_BYTES // 1024 // 1024} MB")])
    content = path.read_bytes()
    if path.suffix.lower() == ".xlsx":
        return xlsx_table(content)
    try:
        return csv_table(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise EventsRefused([_whole("không đọc được chữ", "lưu dạng 'CSV UTF-8'")]) from None
    except csv.Error:
        raise EventsRefused([_whole("không phải CSV đúng", "lưu lại dạng 'CSV UTF-8'")]) from None


def _answer_text(result: FileResult) -> str:
    text = io.StringIO()
    sheet = csv.writer(text)
    summary = (
        f"{result.new} dòng mới, {result.known} dòng đã nhận từ trước, {len(result.problems)} chỗ phải sửa"
    )
    sheet.writerow(["dòng", "cột", "mức", "vấn đề", "cách sửa"])
    sheet.writerow(["", "", "kết quả", summary, ""])
    for level, found in (("phải sửa", result.problems), ("lưu ý", result.warnings)):
        for one in sorted(found, key=lambda problem: problem.row or 0):
            sheet.writerow([one.row or "", *map(safe_cell, (one.field, level, one.problem, one.remedy))])
    return text.getvalue()


def _whole(problem: str, remedy: str) -> Problem:
    return Problem(index=0, row=1, field="(tệp)", problem=problem, remedy=remedy)
