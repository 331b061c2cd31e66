"""A filled workbook as rows with their places; nothing is decided here."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook

from core.text.fold import fold
from dossiers.xlsx_events import refuse_bomb
from gateway.procedure_excel.columns import CODE, MARK, PROCEDURES, SHEETS, CellError, Column, SheetOf

_MOST_ROWS = 20_000


@dataclass(frozen=True)
class Problem:
    """One cell to mend: sheet, row as the spreadsheet counts it, name of the column."""

    sheet: str
    row: int
    column: str
    problem: str
    remedy: str


@dataclass(frozen=True)
class Row:
    """``values``: what its filled cells say. ``broken``: a cell could not be read, the rest is not judged."""

    sheet: SheetOf
    number: int
    code: str
    mark: str
    values: dict[str, Any]
    broken: bool = False

    def problem(self, column: str, problem: str, remedy: str) -> Problem:
        known = self.sheet.column(column)
        return Problem(self.sheet.title, self.number, known.label if known else column, problem, remedy)


def read_workbook(content: bytes) -> tuple[list[Row], list[Problem]]:
    """Every row of every known sheet, and every cell that cannot be read."""
    try:
        refuse_bomb(content)
        book = load_workbook(io.BytesIO(content), read_only=True)
    except Exception:  # a damaged workbook trips the library in a dozen ways
        return [], [
            Problem("(tệp)", 1, "", "không phải tệp Excel đọc được", "tải mẫu về, sửa, lưu dạng .xlsx")
        ]
    rows: list[Row] = []
    problems: list[Problem] = []
    try:
        if not any(fold(PROCEDURES.title) == fold(name) for name in book.sheetnames):
            return [], [
                Problem("(tệp)", 1, "", f"không có trang '{PROCEDURES.title}'", "dùng mẫu tải về từ đây")
            ]
        for sheet in SHEETS:
            page = next((one for one in book.worksheets if fold(one.title) == fold(sheet.title)), None)
            if page is not None:
                _read_sheet(sheet, page, rows, problems)
    finally:
        book.close()
    return rows, problems


def _read_sheet(sheet: SheetOf, page: Any, rows: list[Row], problems: list[Problem]) -> None:
    lines = page.iter_rows(max_row=_MOST_ROWS + 1)
    labels = {fold(one.label): one for one in sheet.columns}
    heads: list[Column | None] = []
    for cell in next(lines, ()):
        said = str(cell.value or "").strip()
        column = labels.get(fold(said))
        heads.append(column)
        if said and column is None:
            problems.append(
                Problem(sheet.title, 1, said[:40], "không có cột này", "giữ tên cột như trong mẫu")
            )
    if heads and not any(one and one.name == CODE for one in heads):
        problems.append(Problem(sheet.title, 1, "", "thiếu cột mã thủ tục", "giữ tên cột như trong mẫu"))
        return
    for number, cells in enumerate(lines, start=2):
        if all(cell.value is None or not str(cell.value).strip() for cell in cells):
            continue
        values: dict[str, Any] = {}
        told = len(problems)
        for column, cell in zip(heads, cells, strict=False):
            if column is None:
                continue
            place = (sheet.title, number, column.label)
            if getattr(cell, "data_type", "") == "f":
                problems.append(Problem(*place, "ô này là công thức", "chép rồi dán lại dạng giá trị"))
                continue
            try:
                value = column.read(cell.value)
            except CellError as error:
                problems.append(Problem(*place, str(error), error.remedy))
                continue
            if value not in (None, ""):
                values[column.name] = value
        code, mark = str(values.pop(CODE, "")), str(values.pop(MARK, ""))
        if not code:
            problems.append(
                Problem(sheet.title, number, "Mã thủ tục", "chưa ghi mã", "ghi mã, hoặc xóa dòng này")
            )
            continue
        rows.append(Row(sheet, number, code, mark, values, len(problems) > told))
