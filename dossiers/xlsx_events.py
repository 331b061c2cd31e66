"""Dossier events from an Excel workbook: the first sheet, the same columns as the CSV file."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from dossiers.csv_events import Table
from dossiers.problems import EventsRefused, Problem

_MOST_ROWS = 20_000
# A workbook is an archive: a few kilobytes may stand for gigabytes.
_MOST_BYTES_UNPACKED = 200 * 1024 * 1024
_PHONE = "applicant_phone"


def xlsx_table(content: bytes) -> Table:
    """Headings and rows as texts; raises ``EventsRefused`` when this is no workbook that can be read."""
    try:
        return _read(content)
    except EventsRefused:
        raise
    except Exception:  # a damaged workbook trips the library in a dozen ways
        raise EventsRefused([_whole("không phải tệp Excel đọc được", "lưu lại dạng .xlsx")]) from None


def _read(content: bytes) -> Table:
    refuse_bomb(content)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        lines = sheet.iter_rows(values_only=True)
        columns = [_text("", cell) for cell in next(lines, ())]
        while columns and not columns[-1]:
            columns.pop()
        rows: list[tuple[int, dict[str | None, Any]]] = []
        for number, cells in enumerate(lines, start=2):
            if all(cell is None or str(cell).strip() == "" for cell in cells):
                continue
            if len(rows) >= _MOST_ROWS:
                raise EventsRefused([_whole("quá nhiều dòng", f"tách thành tệp tối đa {_MOST_ROWS} dòng")])
            record: dict[str | None, Any] = {
                name: _text(name, cell) for name, cell in zip(columns, cells, strict=False) if name
            }
            more = [_text("", cell) for cell in cells[len(columns) :] if cell is not None]
            if any(more):
                record[None] = more
            rows.append((number, record))
    finally:
        book.close()
    return Table(columns, rows)


def refuse_bomb(content: bytes) -> None:
    """Raises EventsRefused for an archive that would fill the memory, BadZipFile for no archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MOST_BYTES_UNPACKED:
            raise EventsRefused([_whole("tệp quá lớn khi mở ra", "chép riêng các dòng cần gửi sang tệp mới")])


def _text(column: str, cell: Any) -> str:
    """A cell as somebody would have typed it. Excel takes the zero off a telephone typed as a number."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    if column == _PHONE and isinstance(cell, int) and len(text) == 9:
        return f"0{text}"
    return text


def _whole(problem: str, remedy: str) -> Problem:
    return Problem(index=0, row=1, field="(tệp)", problem=problem, remedy=remedy)
