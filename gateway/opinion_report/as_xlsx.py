"""A report as a workbook: the words on the first sheet, every table on its own, numbers as numbers."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from gateway.opinion_report.document import Cell, Document, Table


def as_xlsx(report: Document) -> bytes:
    book = Workbook()
    words = book.active
    words.title = "Bao cao"
    words.column_dimensions["A"].width = 120
    for line in (report.title, report.subtitle, report.warning):
        if line:
            words.append([line])
            words.cell(words.max_row, 1).font = Font(bold=True)
    for section in report.sections:
        words.append([section.heading])
        words.cell(words.max_row, 1).font = Font(bold=True)
        for paragraph in section.paragraphs:
            words.append([safe(paragraph)])
            words.cell(words.max_row, 1).alignment = Alignment(wrap_text=True, vertical="top")
        for table in section.tables:
            _sheet(book, table)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def safe(value: Cell) -> Cell:
    """Words that a spreadsheet would take for a formula stay words."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def _sheet(book: Workbook, table: Table) -> None:
    sheet = book.create_sheet(table.name)
    sheet.append([table.title])
    sheet.append(list(table.columns))
    for cell in (*sheet[1], *sheet[2]):
        cell.font = Font(bold=True)
    for row in table.rows:
        sheet.append([safe(value) for value in row])
    if table.note:
        sheet.append([])
        sheet.append([table.note])
    sheet.freeze_panes = "B3"
    for place, name in enumerate(table.columns, start=1):
        widest = max([len(name), *(len(str(row[place - 1] or "")) for row in table.rows)])
        sheet.column_dimensions[get_column_letter(place)].width = min(60, widest + 2)
