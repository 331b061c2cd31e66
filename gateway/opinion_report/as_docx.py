"""A report as a Word document: A4, Times New Roman 13, the margins of administrative documents."""

from __future__ import annotations

import io

import docx
from docx.document import Document as Docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from gateway.opinion_report.document import Cell, Document, Table

_NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


def as_docx(report: Document) -> bytes:
    file = docx.Document()
    _set_up(file)
    head = file.add_table(rows=1, cols=2)
    _lines(head.cell(0, 0), (report.agency, "Số: ……/BC-UBND"))
    _lines(head.cell(0, 1), (*_NATION, report.place_and_day))
    _centred(file, report.title, bold=True, size=14)
    _centred(file, report.subtitle, bold=True)
    if report.warning:
        _centred(file, report.warning, bold=True)
    for section in report.sections:
        file.add_heading(section.heading, level=1)
        for paragraph in section.paragraphs:
            file.add_paragraph(paragraph)
        if section.chart:
            file.add_picture(io.BytesIO(section.chart), width=Cm(16))
        for table in section.tables:
            _table(file, table)
    closing = file.add_table(rows=1, cols=2)
    _lines(closing.cell(0, 0), ("Nơi nhận:", "- Sở Nội vụ;", "- Lưu: VT."), centred=False)
    _lines(closing.cell(0, 1), ("NGƯỜI KÝ", "", "", ""))
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def spelled(value: Cell) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.1f}".replace(".", ",").removesuffix(",0")
    return f"{value:,}".replace(",", ".") if isinstance(value, int) else value


def _set_up(file: Docx) -> None:
    page = file.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Cm(29.7), Cm(21)
    page.top_margin = page.bottom_margin = page.right_margin = Cm(2)
    page.left_margin = Cm(3)
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(13)
    heading = file.styles["Heading 1"]
    heading.font.name, heading.font.size = "Times New Roman", Pt(13)
    heading.font.color.rgb = None
    file.core_properties.language = "vi-VN"


def _table(file: Docx, table: Table) -> None:
    file.add_paragraph(table.title).runs[0].bold = True
    drawn = file.add_table(rows=1, cols=len(table.columns), style="Table Grid")
    for cell, name in zip(drawn.rows[0].cells, table.columns, strict=True):
        _small(cell, name, bold=True)
    for row in table.rows:
        for cell, value in zip(drawn.add_row().cells, row, strict=True):
            _small(cell, spelled(value))
    if table.note:
        note = file.add_paragraph(table.note)
        note.runs[0].italic = True
        note.runs[0].font.size = Pt(11)


def _small(cell: object, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]  # type: ignore[attr-defined]
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(9), bold


def _lines(cell: object, lines: tuple[str, ...], *, centred: bool = True) -> None:
    for place, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()  # type: ignore[attr-defined]
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(line).bold = place == 0


def _centred(file: Docx, text: str, *, bold: bool = False, size: int = 13) -> None:
    paragraph = file.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(size)
