"""The letter of apology as a file: PDF to read and sign, DOCX to edit."""

from __future__ import annotations

from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from core.paper import pdf
from dossiers.letter import Letter

_TEMPLATE = Path(__file__).with_name("paper") / "letter.typ"
_CENTRE = WD_ALIGN_PARAGRAPH.CENTER


def as_pdf(letter: Letter) -> bytes:
    return pdf(_TEMPLATE, asdict(letter))


def new_document() -> Any:
    """An empty A4 page with the margins and the type of an official letter."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(13)
    return document


def head(document: Any, *, agency: str, under: list[str], dated: str) -> None:
    """The two columns on top: the agency on the left, the nation's name and the date on the right."""
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    _lines(left, [(agency.upper(), True), *((line, False) for line in under)])
    _lines(
        right,
        [
            ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True),
            ("Độc lập - Tự do - Hạnh phúc", True),
            (dated, False),
        ],
    )
    document.add_paragraph()


def _lines(cell: Any, lines: list[tuple[str, bool]]) -> None:
    for number, (text, bold) in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.alignment = _CENTRE
        paragraph.add_run(text).bold = bold


def as_docx(letter: Letter) -> bytes:
    document = new_document()
    head(
        document,
        agency=letter.agency,
        under=[f"Số: {letter.number}", letter.subject],
        dated=f"{letter.place}, {letter.dated}",
    )
    to = document.add_paragraph(f"Kính gửi: {letter.to}")
    to.alignment = _CENTRE
    for text in letter.paragraphs:
        document.add_paragraph(text).paragraph_format.first_line_indent = Mm(10)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, value in letter.facts:
        cells = table.add_row().cells
        cells[0].paragraphs[0].add_run(name).bold = True
        cells[1].text = value
    document.add_paragraph()
    document.add_paragraph(letter.closing).paragraph_format.first_line_indent = Mm(10)
    foot = document.add_table(rows=1, cols=2)
    copies, signature = foot.rows[0].cells
    copies.text = "Nơi nhận:\n" + "\n".join(f"- {one};" for one in letter.copies)
    _lines(
        signature, [(letter.signer_position.upper(), True), ("", False), ("", False), (letter.signer, True)]
    )
    return to_bytes(document)


def to_bytes(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()
