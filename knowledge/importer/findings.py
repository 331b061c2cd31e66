"""What is wrong with the source, found while a record is read.

A finding never stops a record. It is counted in the report with its code as an example, and where a person
has to look before citizens may rely on the figure, the record carries a ``needs_check`` entry.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Defect(StrEnum):
    """Defects of the exports. The first ten were known before; the others were met on the way."""

    GLUED_CELL = "glued_cell"
    NOT_REALLY_FREE = "not_really_free"
    TIME_WITHOUT_UNIT = "time_without_unit"
    TIME_MISSING = "time_missing"
    CONTRADICTION = "contradiction"
    PAGE_FURNITURE = "page_furniture"
    ABOLISHED_DISTRICT = "abolished_district"
    NAME_NOT_UNIQUE = "name_not_unique"
    SCRAMBLED_STEPS = "scrambled_steps"
    FEE_WITH_END_DATE = "fee_with_end_date"
    SECTION_DISPLACED = "section_displaced"
    AMOUNT_WITHOUT_THOUSANDS = "amount_without_thousands"
    FOREIGN_CURRENCY = "foreign_currency"
    PAPERS_MISSING = "papers_missing"
    RESULT_MISSING = "result_missing"
    LEGAL_NUMBER_MISSING = "legal_number_missing"
    TRIAL_RECORD = "trial_record"


DEFECT_WORDS: dict[Defect, str] = {
    Defect.GLUED_CELL: "Ô bảng dính chữ",
    Defect.NOT_REALLY_FREE: "Ghi “Miễn phí” nhưng bản ghi có nói đến khoản phải nộp",
    Defect.TIME_WITHOUT_UNIT: "Thời hạn mất đơn vị",
    Defect.TIME_MISSING: "Không có thời hạn",
    Defect.CONTRADICTION: "Nguồn tự mâu thuẫn",
    Defect.PAGE_FURNITURE: "Kết quả dính chữ của trang web (đã cắt)",
    Defect.ABOLISHED_DISTRICT: "Còn nhắc cấp huyện đã bỏ",
    Defect.NAME_NOT_UNIQUE: "Tên thủ tục trùng nhau",
    Defect.SCRAMBLED_STEPS: "Trình tự bị xáo chữ",
    Defect.FEE_WITH_END_DATE: "Mức phí có ngày hết hạn",
    Defect.SECTION_DISPLACED: "Mục bị cắt nhầm sang mục khác",
    Defect.AMOUNT_WITHOUT_THOUSANDS: "Số tiền mất ba số 0",
    Defect.FOREIGN_CURRENCY: "Mức phí bằng ngoại tệ",
    Defect.PAPERS_MISSING: "Không có bảng giấy tờ",
    Defect.RESULT_MISSING: "Không có kết quả",
    Defect.LEGAL_NUMBER_MISSING: "Văn bản căn cứ không có số hiệu",
    Defect.TRIAL_RECORD: "Bản ghi có vẻ là dữ liệu thử của nguồn",
}


@dataclass(frozen=True)
class Finding:
    """One defect of one record; ``mended`` when the typed record no longer shows it."""

    defect: Defect
    detail: str = ""
    mended: bool = False


@dataclass
class Findings:
    """Collects what is found in one record, and what a person has to check in it."""

    found: list[Finding] = field(default_factory=list)
    to_check: list[str] = field(default_factory=list)

    def add(
        self, defect: Defect, detail: str = "", *, mended: bool = False, check: str | None = None
    ) -> None:
        self.found.append(Finding(defect, detail, mended))
        if check and check not in self.to_check:
            self.to_check.append(check)

    def has(self, defect: Defect) -> bool:
        return any(finding.defect is defect for finding in self.found)
