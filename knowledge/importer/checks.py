"""What a person has to look at before citizens may rely on a record."""

from __future__ import annotations

import re

from knowledge.district import IMPORTED_MENTION, mention_in_record
from knowledge.importer.findings import Defect, Findings
from knowledge.importer.raw import RawProcedure

_TRIAL = re.compile(r"\b(?:demo|test)\b|^\W*test", re.IGNORECASE)


def check_record(raw: RawProcedure, findings: Findings) -> None:
    """Findings that concern the record as a whole."""
    mention = district_mention(raw)
    if mention:
        findings.add(
            Defect.ABOLISHED_DISTRICT,
            mention,
            check=f"Còn nhắc {IMPORTED_MENTION} từ 01/7/2025: “{mention}”.",
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
    return mention_in_record(texts)
