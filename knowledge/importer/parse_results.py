"""The cell of results, which runs on into keywords, description and the furniture of the page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from knowledge.importer.cells import clean, is_nothing, one_line, something, without_bullet
from knowledge.importer.findings import Defect, Findings

_KEYWORDS = re.compile(r"(?<!\s)Từ khóa|^Từ khóa")
_DESCRIPTION = re.compile(r"Mô tả")
_FURNITURE = re.compile(r"Chọn cơ quan thực hiện.*|Nộp hồ sơ$", re.DOTALL)
# "Mã: KQ.G15.000031", "Mã: 000.00.00.G04-KQ3023", "Mã: VBTT", "Mã: dsfas"; the next result is glued to it.
_CODE = re.compile(r"Mã:\s*(?:KQ[.-][A-Z]+\d+[.-]\d{5,6}|[\d.]+G\d+-KQ\d{4}|[A-Z]{2,}|[a-z]{2,}|[\w.-]*)")


@dataclass(frozen=True)
class ResultCell:
    results: tuple[str, ...]
    keywords: str | None = None
    description: str | None = None


def parse_results(cell: str, findings: Findings) -> ResultCell:
    text = clean(cell)
    cut = _KEYWORDS.search(text)
    tail = text[cut.end() :] if cut else ""
    if cut:
        findings.add(Defect.PAGE_FURNITURE, mended=True)
    results = split_results(text[: cut.start()] if cut else text)
    keywords, description = _tail(tail)
    if not results:
        findings.add(Defect.RESULT_MISSING)
    return ResultCell(results, keywords, description)


def split_results(text: str) -> tuple[str, ...]:
    """Results without their codes, each once."""
    names = (without_bullet(one_line(part)).rstrip(" .;:…") for part in _CODE.split(text))
    return tuple(dict.fromkeys(name for name in names if not is_nothing(name)))


def _tail(tail: str) -> tuple[str | None, str | None]:
    body = _FURNITURE.sub("", tail)
    parts = _DESCRIPTION.split(body, maxsplit=1)
    keywords = something(parts[0])
    description = clean(parts[1]) if len(parts) == 2 else ""
    return keywords, None if is_nothing(one_line(description)) else description
