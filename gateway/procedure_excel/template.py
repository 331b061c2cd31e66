"""The workbook to fill in: every procedure as it stands, one sheet a part, and how to use it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gateway.procedure_excel.columns import (
    CHANNELS,
    CODE,
    DURATIONS,
    FEES,
    MARK,
    PAPERS,
    SHEETS,
    YES,
    CellKind,
    SheetOf,
)

HELP = (
    "Sửa hàng loạt thủ tục bằng Excel",
    "1. Xóa những dòng không cần sửa; dòng còn lại thì sửa ô. Thủ tục không còn dòng ở 'Thủ tục' giữ nguyên.",
    "2. Ở trang 'Thủ tục': ô để trống là giữ như cũ. Mỗi ý một dòng trong ô (Alt+Enter).",
    "3. Ở trang 'Lệ phí', 'Thời hạn', 'Giấy tờ': thủ tục nào có dòng ở đó thì các dòng ấy thay cho "
    "toàn bộ phần đang có của cách nộp ấy; không có dòng nào thì giữ như cũ.",
    "4. Số tiền và thời hạn phải có căn cứ. Cột 'Dấu bản' để máy biết bản này lấy từ bao giờ: đừng sửa.",
    "5. Mọi dòng được kiểm tra trước. Có một chỗ sai thì không dòng nào được lưu. Lưu xong còn phải duyệt.",
)
MARK_LENGTH = 12
_LAST_ROW = 5000


def template(documents: Iterable[tuple[Mapping[str, Any], str]]) -> bytes:
    """``documents``: the fields of each procedure and the sha256 of the text that they stand in."""
    book = Workbook()
    help_sheet = book.active
    help_sheet.title = "Đọc trước"
    help_sheet.column_dimensions["A"].width = 110
    for line in HELP:
        help_sheet.append([line])
        help_sheet.cell(help_sheet.max_row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    help_sheet["A1"].font = Font(bold=True)
    sheets = {one.part: _sheet(book, one) for one in SHEETS}
    for data, sha256 in documents:
        for sheet in SHEETS:
            for row in _rows(sheet, data, sha256):
                _write(sheets[sheet.part], sheet, row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(book: Workbook, sheet: SheetOf) -> Worksheet:
    page = book.create_sheet(sheet.title)
    page.append([one.label for one in sheet.columns])
    page.freeze_panes = "B2"
    for place, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(place)
        page.cell(1, place).font = Font(bold=True)
        page.column_dimensions[letter].width = column.width
        options = list(column.options or ()) if column.kind is CellKind.CHOICE else []
        options = [YES] if column.kind is CellKind.YES_NO else options
        if options:
            choices = ",".join(one.replace(",", "") for one in options)
            rule = DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True)
            page.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{_LAST_ROW}")
    return page


def _rows(sheet: SheetOf, data: Mapping[str, Any], sha256: str) -> Iterator[dict[str, Any]]:
    code = data["code"]
    if sheet in (FEES, DURATIONS):
        for method in data.get("methods") or []:
            for row in method.get(sheet.part) or []:
                yield {**row, CODE: code, CHANNELS: method[CHANNELS]}
    elif sheet is PAPERS:
        for row in data.get("papers") or []:
            yield {**row, CODE: code}
    else:
        yield {**data, CODE: code, MARK: sha256[:MARK_LENGTH]}


def _write(page: Worksheet, sheet: SheetOf, row: Mapping[str, Any]) -> None:
    number = page.max_row + 1
    for place, column in enumerate(sheet.columns, start=1):
        text = column.write(row.get(column.name))
        if not text:
            continue
        cell = page.cell(number, place, text)
        # Words stay words: nothing that somebody typed is ever a formula.
        cell.data_type, cell.quotePrefix = "s", True
        cell.alignment = Alignment(wrap_text=True, vertical="top")
