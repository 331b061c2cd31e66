"""What in the content needs somebody: documents that ended, records that grew old, gaps to be closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.content import Document
from core.yaml_shape import ContentShapeError
from knowledge.base import Content
from knowledge.legal import RegisteredDocument, Standing, parse_legal, plain_number
from knowledge.models import StaleFinding

REVIEW_AFTER = timedelta(days=180)
"""A record nobody has looked at for so long is past its review."""
SAMPLE_TARGET = 70
"""Percent of procedures with a sample of the filled-in form (the city's plan)."""


@dataclass(frozen=True)
class LegalLine:
    """``cited_by``: codes and names of the records that rest on it; ``key``: the file it stands in."""

    document: RegisteredDocument
    standing: Standing
    cited_by: Sequence[tuple[str, str]]
    tasks: int
    key: str


def legal_lines(
    documents: Iterable[Document], content: Content, findings: Iterable[StaleFinding], on: date
) -> list[LegalLine]:
    """Those that have ended and are still cited come first."""
    cited = _citations(content)
    open_tasks: dict[str, int] = {}
    for finding in findings:
        subject = plain_number(finding.subject)
        open_tasks[subject] = open_tasks.get(subject, 0) + 1
    lines = []
    for file in documents:
        if file.kind != "legal":
            continue
        try:
            registered = parse_legal(file.text, file.key)
        except ContentShapeError:
            continue  # said where content is checked
        for one in registered:
            number = plain_number(one.number)
            lines.append(
                LegalLine(one, one.standing(on), cited.get(number, ()), open_tasks.get(number, 0), file.key)
            )
    order = {Standing.ENDED: 0, Standing.NOT_YET: 1, Standing.IN_FORCE: 2, Standing.UNKNOWN: 3}
    return sorted(
        lines,
        key=lambda line: (
            not (line.standing is Standing.ENDED and line.cited_by),
            order[line.standing],
            -len(line.cited_by),
        ),
    )


def _citations(content: Content) -> Mapping[str, Sequence[tuple[str, str]]]:
    found: dict[str, dict[str, str]] = {}
    for code, procedure in content.procedures.items():
        if not procedure.curated:
            continue
        numbers = [document.number for document in procedure.legal]
        for method in procedure.methods:
            numbers += [fee.basis for fee in method.fees if fee.basis]
            numbers += [duration.basis for duration in method.durations if duration.basis]
        for number in numbers:
            found.setdefault(plain_number(number), {})[code] = procedure.spoken_name
    return {number: sorted(codes.items(), key=lambda one: one[1]) for number, codes in found.items()}


class Gap(StrEnum):
    STALE = "stale"
    OVERDUE = "overdue"
    NO_GOLDEN = "no_golden"
    NO_SAMPLE = "no_sample"
    NO_OWNER = "no_owner"


GAP_WORDS: Mapping[Gap, str] = {
    Gap.STALE: "Cần xem lại vì văn bản, mức thu hoặc cấp huyện",
    Gap.OVERDUE: "Quá sáu tháng chưa ai xem lại",
    Gap.NO_GOLDEN: "Chưa đủ câu hỏi mẫu",
    Gap.NO_SAMPLE: "Chưa có mẫu điền sẵn để xem",
    Gap.NO_OWNER: "Chưa có người phụ trách",
}
_GOLDEN = 6


@dataclass(frozen=True)
class GapLine:
    """``key``: the document to open; none for a record that has no file yet."""

    code: str
    name: str
    gap: Gap
    why: str
    key: str | None


def gap_lines(
    documents: Iterable[str],
    content: Content,
    findings: Iterable[StaleFinding],
    owners: Mapping[str, str],
    on: date,
) -> list[GapLine]:
    """``documents``: keys of the live procedures. ``owners``: who last edited each document, by key."""
    keys = {key.rsplit("/", 1)[-1].removesuffix(".yaml"): key for key in documents}
    lines = []
    for finding in findings:
        procedure = content.procedures.get(finding.code)
        if procedure is not None:
            lines.append(
                GapLine(
                    finding.code, procedure.spoken_name, Gap.STALE, finding.reason, keys.get(finding.code)
                )
            )
    for code, curated in content.curated.items():
        key, name = keys.get(code), curated.plain_name
        if on - curated.updated > REVIEW_AFTER:
            lines.append(GapLine(code, name, Gap.OVERDUE, f"cập nhật {curated.updated:%d/%m/%Y}", key))
        working = [one for one in curated.golden if one.pending is None]
        if len(working) < _GOLDEN:
            lines.append(GapLine(code, name, Gap.NO_GOLDEN, f"{len(working)} câu tìm ra được", key))
        if not has_sample(content, code):
            lines.append(GapLine(code, name, Gap.NO_SAMPLE, "không có đường dẫn mẫu", key))
        if key and owners.get(key) in (None, "seed"):
            lines.append(GapLine(code, name, Gap.NO_OWNER, "bản đi kèm phần mềm, chưa ai nhận", key))
    return sorted(lines, key=lambda line: (list(Gap).index(line.gap), line.name))


def has_sample(content: Content, code: str) -> bool:
    """Whether citizens can look at a filled-in form of this procedure."""
    curated = content.curated.get(code)
    return curated is not None and curated.sample_form is not None
