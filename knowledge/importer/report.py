"""What an import did and what it could not read: for people in Vietnamese, for programs as JSON."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, Field

from knowledge.importer.build import Built
from knowledge.importer.findings import DEFECT_WORDS, Defect
from knowledge.importer.reader import Unreadable
from knowledge.schemas import Level, Procedure

EXAMPLES = 5

# Ministries whose procedures citizens ask about; the mark of their decisions tells whether a file has them.
_MINISTRIES = {
    "Y tế": "BYT",
    "Nội vụ": "BNV",
    "Giáo dục và Đào tạo": "BGDĐT",
    "Văn hóa, Thể thao và Du lịch": "BVHTTDL",
    "Công Thương": "BCT",
    "Khoa học và Công nghệ": "BKHCN",
    "Ngoại giao": "BNG",
}


class DefectCount(BaseModel):
    """One defect: in how many records, in how many of them mended, and some codes."""

    defect: Defect
    records: int = 0
    mended: int = 0
    examples: list[str] = Field(default_factory=list)


class FileSummary(BaseModel):
    """One file of an import. ``not_retired`` says why records missing from it were left in place."""

    name: str
    source: str
    source_date: str | None = None
    read: int = 0
    taken: int = 0
    not_retired: str | None = None
    skipped: str | None = None


class CodeChange(BaseModel):
    """A procedure that left under one code and came back under another with the same name."""

    old: str
    new: str
    name: str


class ImportReport(BaseModel):
    """The counts of one import.

    ``changed`` includes records that came back after they were retired; ``redated`` counts unchanged records
    that a later export confirms.
    """

    files: list[FileSummary] = Field(default_factory=list)
    level: Level | None = None
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    redated: int = 0
    retired: int = 0
    retired_codes: list[str] = Field(default_factory=list)
    unreadable: list[dict[str, Any]] = Field(default_factory=list)
    defects: list[DefectCount] = Field(default_factory=list)
    code_changes: list[CodeChange] = Field(default_factory=list)
    ministries_missing: list[str] = Field(default_factory=list)
    needs_check: int = 0
    generation: int = 0
    seconds: float = 0.0

    def count_defects(self, built: Iterable[Built]) -> None:
        """Fill in the defects, the names used twice and the ministries that are missing."""
        every = list(built)
        self.defects = [*_defects(every), _same_names([one.procedure for one in every])]
        self.defects = [count for count in self.defects if count.records]
        self.needs_check = sum(1 for one in every if one.procedure.needs_check)
        self.ministries_missing = _missing(one.procedure for one in every) if every else []

    def add_unreadable(self, items: Iterable[Unreadable]) -> None:
        self.unreadable.extend(
            {"file": item.file, "line": item.line, "code": item.code, "reason": item.reason}
            for item in sorted(items, key=lambda item: (item.file, item.line))
        )

    def of(self, defect: Defect) -> DefectCount:
        """The count of one defect; zero when it was not met."""
        return next((count for count in self.defects if count.defect is defect), DefectCount(defect=defect))

    def to_text(self) -> str:
        """The report for people, in Vietnamese."""
        return "\n".join(_lines(self))

    def to_json(self) -> dict[str, Any]:
        """The report for programs: plain values only."""
        return self.model_dump(mode="json")


def _defects(built: list[Built]) -> list[DefectCount]:
    counts = {defect: DefectCount(defect=defect) for defect in Defect}
    for one in built:
        by_defect: dict[Defect, bool] = {}
        for finding in one.findings.found:
            by_defect[finding.defect] = by_defect.get(finding.defect, True) and finding.mended
        for defect, mended in by_defect.items():
            count = counts[defect]
            count.records += 1
            count.mended += mended
            if len(count.examples) < EXAMPLES:
                count.examples.append(one.procedure.code)
    return list(counts.values())


def _same_names(procedures: list[Procedure]) -> DefectCount:
    """Commune records that share their name with another one; citizens cannot tell them apart by it."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for procedure in procedures:
        if Level.COMMUNE in procedure.levels:
            by_name[re.sub(r"\W+", " ", procedure.name.lower()).strip()].append(procedure.code)
    codes = [code for same in by_name.values() if len(same) > 1 for code in same]
    return DefectCount(defect=Defect.NAME_NOT_UNIQUE, records=len(codes), examples=codes[:EXAMPLES])


def _missing(procedures: Iterable[Procedure]) -> list[str]:
    marks = Counter(
        mark for procedure in procedures for mark in re.findall(r"[A-ZĐ]{3,}", procedure.decision or "")
    )
    return [name for name, mark in _MINISTRIES.items() if not marks[mark]]


def _lines(report: ImportReport) -> Iterable[str]:
    yield "KẾT QUẢ NHẬP DANH MỤC THỦ TỤC"
    for file in report.files:
        day = f", ngày {file.source_date}" if file.source_date else ""
        yield f"- {file.name} (nguồn {file.source}{day}): đọc {file.read}, lấy {file.taken}"
        if file.skipped:
            yield f"  Bỏ qua: {file.skipped}"
        elif file.not_retired:
            yield f"  Không ngưng bản ghi nào: {file.not_retired}"
    yield (
        f"Đọc {report.read} · mới {report.new} · thay đổi {report.changed} · giữ nguyên {report.unchanged}"
        f" · ngưng {report.retired} · không đọc được {len(report.unreadable)}"
    )
    if report.defects:
        yield "Khuyết điểm của nguồn (số bản ghi, đã xử lý, ví dụ):"
    for count in report.defects:
        yield (
            f"- {DEFECT_WORDS[count.defect]}: {count.records}"
            f" (đã xử lý {count.mended}; {', '.join(count.examples)})"
        )
    if report.needs_check:
        yield f"Cần người xem lại: {report.needs_check} bản ghi"
    if report.code_changes:
        yield "Đổi mã:"
        yield from (f"- {item.old} → {item.new}: {item.name}" for item in report.code_changes)
    if report.ministries_missing:
        yield f"Không có thủ tục của bộ: {', '.join(report.ministries_missing)}"
    if report.unreadable:
        yield "Không đọc được:"
        yield from (
            f"- {item['file']}, dòng {item['line']}"
            f"{' (' + item['code'] + ')' if item['code'] else ''}: {item['reason']}"
            for item in report.unreadable
        )
    yield f"Thời gian: {report.seconds:.1f} giây"
