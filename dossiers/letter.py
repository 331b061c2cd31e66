"""The letter of apology (form 04) as content: what it says, before it is a file. No I/O."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from core.calendar import local_day
from core.text.spell import spell_date
from dossiers.deadline_models import Extension
from dossiers.models import Dossier

BLANK = "……………"
"""Stands for what a later step will bring: the number, the date, the signature."""
_PLACE = re.compile(r"(?:phường|xã|đặc khu|tỉnh|thành phố)\s+(.+)$", re.IGNORECASE)


@dataclass(frozen=True)
class Letter:
    """``draft``: not yet numbered; said across the page, so that nobody hands it out."""

    agency: str
    place: str
    number: str
    dated: str
    subject: str
    to: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    closing: str
    signer_position: str
    signer: str
    copies: tuple[str, ...]
    draft: bool


def letter_of(extension: Extension, dossier: Dossier, *, unit_name: str | None = None) -> Letter:
    """Everything the letter says; what is not known yet is left blank to be seen.

    ``unit_name``: the unit's full name where the dossier holds its code.
    """
    agency = unit_name or extension.unit or dossier.unit or "Cơ quan giải quyết"
    agency = agency.replace("UBND", "Ủy ban nhân dân")
    place = _PLACE.search(agency)
    new_date = spell_date(extension.new_due_on) if extension.new_due_on else BLANK
    received = spell_date(local_day(dossier.received_at)) if dossier.received_at else BLANK
    again = f" (lần thứ {extension.ordinal})" if extension.ordinal > 1 else ""
    return Letter(
        agency=agency,
        place=place[1].strip() if place else BLANK,
        number=extension.notice_number or BLANK,
        dated=_dated(extension.numbered_on),
        subject=f"V/v xin lỗi và đề nghị gia hạn thời gian giải quyết hồ sơ{again}",
        to=f"Ông/bà {dossier.applicant_name or BLANK}",
        paragraphs=(
            f"{agency} đã tiếp nhận hồ sơ của ông/bà và hẹn trả kết quả {spell_date(extension.old_due_on)}. "
            f"Đến nay hồ sơ chưa giải quyết xong. {agency} xin lỗi ông/bà vì sự chậm trễ này.",
            f"Lý do: {extension.reason or BLANK}",
        ),
        facts=(
            ("Mã hồ sơ", dossier.code),
            ("Thủ tục", dossier.procedure_name or BLANK),
            ("Ngày tiếp nhận", received),
            ("Ngày hẹn trước", spell_date(extension.old_due_on)),
            ("Ngày hẹn mới", new_date),
            ("Người giải quyết", dossier.officer or BLANK),
        ),
        closing=(
            f"{agency} đề nghị gia hạn và trả kết quả cho ông/bà {new_date}. "
            "Ông/bà không phải nộp thêm giấy tờ và không phải đi lại trước ngày này."
        ),
        signer_position=extension.signer_position or "NGƯỜI CÓ THẨM QUYỀN",
        signer=extension.signed_by or "",
        copies=("Như trên", "Lưu: VT, hồ sơ"),
        draft=extension.notice_number is None,
    )


def _dated(day: date | None) -> str:
    return f"ngày {day:%d} tháng {day:%m} năm {day:%Y}" if day else "ngày …… tháng …… năm ………"
