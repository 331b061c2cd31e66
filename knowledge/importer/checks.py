"""What a person has to look at before citizens may rely on a record."""

from __future__ import annotations

import re

from knowledge.importer.cells import one_line
from knowledge.importer.findings import Defect, Findings
from knowledge.importer.raw import RawProcedure

# The district level ended on 1 July 2025. "Thành phố trực thuộc trung ương" is a province and stays.
_DISTRICT = re.compile(
    r"cấp\s+(?:quận|huyện)|(?:UBND|(?:ủy|uỷ)\s+ban\s+nhân\s+dân)\s+(?:các\s+)?(?:quận|huyện|thị\s+xã)"
    r"|công\s+an\s+(?:quận|huyện|thị\s+xã)|(?:quận|huyện)\s*(?:,|/)\s*(?:quận|huyện|thị\s+xã)"
    r"|thành\s+phố\s+thuộc\s+tỉnh|phòng\s+tư\s+pháp|phòng\s+(?:lao\s+động|nội\s+vụ|văn\s+hóa)[^.;]{0,60}huyện",
    re.IGNORECASE,
)
_NAMES_ONE = (
    "huyện",
    "Huyện",
    "quận",
    "Quận",
    "QUẬN",
    "thị xã",
    "thuộc tỉnh",
    "hòng tư pháp",
    "hòng Tư pháp",
)  # looked for first: far cheaper
_TRIAL = re.compile(r"\b(?:demo|test)\b|^\W*test", re.IGNORECASE)


def check_record(raw: RawProcedure, findings: Findings) -> None:
    """Findings that concern the record as a whole."""
    mention = district_mention(raw)
    if mention:
        findings.add(
            Defect.ABOLISHED_DISTRICT,
            mention,
            check=f"Còn nhắc cấp huyện đã bỏ từ 01/7/2025: “{mention}”.",
        )
    if _TRIAL.search(raw.decision or "") or _TRIAL.search(raw.name):
        findings.add(
            Defect.TRIAL_RECORD,
            raw.decision or raw.name,
            check=f"Có vẻ là dữ liệu thử của nguồn (“{raw.decision or raw.name}”).",
        )
    if not raw.papers:
        said = findings.has(Defect.SECTION_DISPLACED)
        findings.add(
            Defect.PAPERS_MISSING, check=None if said else "Nguồn không có bảng giấy tờ; xem trên Cổng."
        )


def district_mention(raw: RawProcedure) -> str | None:
    """The words around the first mention of the abolished level."""
    texts = [
        raw.steps,
        raw.conditions,
        raw.agency or "",
        raw.authority or "",
        raw.receiving_address or "",
        *raw.results,
        *(method.note for method in raw.methods),
        *(fee.note for method in raw.methods for fee in method.fees),
        *(f"{paper.group or ''} {paper.name}" for paper in raw.papers),
    ]
    for text in texts:
        match = _DISTRICT.search(text) if any(word in text for word in _NAMES_ONE) else None
        if match:
            start = max(0, match.start() - 30)
            return one_line(text[start : match.end() + 20]).strip(" .,;")
    return None
