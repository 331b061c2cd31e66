"""The weekly draft of a reminder to a unit about dossiers late or nearly so, for a person to send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.text.spell import spell_date
from dossiers.due_list import CAUSE_WORDS, DueEntry
from dossiers.letter import BLANK
from dossiers.letter_files import head, new_document, to_bytes

_COLUMNS = ("Mã hồ sơ", "Hẹn trả", "Tình trạng", "Nguyên nhân", "Người gọi cho dân", "Văn bản xin lỗi")


def reminder_text(unit: str, day: date, entries: Sequence[DueEntry]) -> list[str]:
    """What the letter says before its table."""
    late = sum(entry.days_left < 0 for entry in entries)
    return [
        f"Tính đến {spell_date(day)}, {unit} có {len(entries)} hồ sơ trễ hẹn hoặc sắp đến hẹn, "
        f"trong đó {late} hồ sơ đã quá ngày hẹn.",
        f"Đề nghị {unit} giải quyết dứt điểm các hồ sơ sau; hồ sơ không kịp hẹn thì gọi cho người dân, "
        "ký văn bản xin lỗi và báo ngày hẹn mới trước khi ngày hẹn cũ qua.",
    ]


def reminder_docx(unit: str, day: date, entries: Sequence[DueEntry]) -> bytes:
    document = new_document()
    head(
        document,
        agency=BLANK,
        under=[f"Số: {BLANK}", "V/v đôn đốc giải quyết hồ sơ đúng hẹn"],
        dated=f"ngày …… tháng {day:%m} năm {day:%Y}",
    )
    document.add_paragraph(f"Kính gửi: {unit}")
    for text in reminder_text(unit, day, entries):
        document.add_paragraph(text)
    table = document.add_table(rows=1, cols=len(_COLUMNS), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, _COLUMNS, strict=True):
        cell.paragraphs[0].add_run(name).bold = True
    for entry in entries:
        values = (
            entry.dossier_code,
            spell_date(entry.due_on),
            entry.left_words,
            CAUSE_WORDS[entry.cause],
            entry.who_calls,
            entry.letter_words,
        )
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = value
    document.add_paragraph()
    document.add_paragraph("Bản nháp do phần mềm lập; người có thẩm quyền xem, sửa và ký trước khi gửi.")
    return to_bytes(document)
