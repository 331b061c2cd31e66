"""The draft of form 02, "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ": everything that is missing, in one go.

Decree 118/2025, article 17: content, reason and complete guidance at once. Nothing of it is kept here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.text.spell import spell_date
from dossiers.letter import BLANK
from dossiers.letter_files import head, new_document, to_bytes

_COLUMNS = ("TT", "Giấy tờ cần bổ sung, hoàn thiện", "Bản chính", "Bản sao", "Hướng dẫn")


@dataclass(frozen=True)
class MissingPaper:
    """``guidance``: what is wrong with it and what to do."""

    name: str
    originals: int
    copies: int
    guidance: str = ""


@dataclass(frozen=True)
class SupplementForm:
    agency: str
    procedure: str
    papers: Sequence[MissingPaper]
    reason: str
    officer: str
    made_on: date
    applicant: str = ""
    dossier_code: str = ""


def as_docx(form: SupplementForm) -> bytes:
    document = new_document()
    head(
        document,
        agency=form.agency.replace("UBND", "Ủy ban nhân dân"),
        under=[f"Số: {BLANK}/HDHS"],
        dated=f"ngày {form.made_on:%d} tháng {form.made_on:%m} năm {form.made_on:%Y}",
    )
    title = document.add_paragraph()
    title.alignment = 1
    title.add_run("PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ").bold = True
    for name, value in (
        ("Hồ sơ của ông/bà", form.applicant or BLANK),
        ("Mã hồ sơ", form.dossier_code or BLANK),
        ("Nội dung yêu cầu giải quyết", form.procedure),
    ):
        document.add_paragraph(f"{name}: {value}")
    document.add_paragraph("Yêu cầu hoàn thiện hồ sơ gồm những giấy tờ sau, hướng dẫn một lần đầy đủ:")
    table = document.add_table(rows=1, cols=len(_COLUMNS), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, _COLUMNS, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    for number, paper in enumerate(form.papers, start=1):
        values = (
            str(number),
            paper.name,
            str(paper.originals or ""),
            str(paper.copies or ""),
            paper.guidance,
        )
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
    document.add_paragraph()
    document.add_paragraph(f"Lý do: {form.reason}")
    document.add_paragraph(
        f"Có vướng mắc, ông/bà liên hệ {form.officer}, số điện thoại {BLANK} để được hướng dẫn."
    )
    document.add_paragraph(
        f"Lập {spell_date(form.made_on)}. Bản nháp: cán bộ xem, ký rồi giao cho người nộp."
    )
    return to_bytes(document)
