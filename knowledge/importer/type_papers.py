"""From rows of papers to typed papers: remarks, papers only shown, cases, notes."""

from __future__ import annotations

import re

from knowledge.importer.cells import one_line, without_bullet
from knowledge.importer.raw import RawPaper
from knowledge.schemas import Paper

_DOCUMENT = (
    r"(?:tờ\s+(?:khai|trình)|đơn|giấy|bản|văn\s+bản|hồ\s+sơ|quyết\s+định|hợp\s+đồng|hóa\s+đơn|hoá\s+đơn|chứng\s+"
    r"(?:từ|chỉ|thư|cứ|nhận)|sổ|biên\s+bản|danh\s+(?:sách|mục)|phiếu|báo\s+cáo|ảnh|vận\s+đơn|vận\s+tải\s+đơn|tài\s+liệu"
    r"|thẻ|hộ\s+chiếu|căn\s+cước|bảng|thông\s+báo|công\s+văn|mẫu|phương\s+án|thuyết\s+minh|dự\s+(?:thảo|án)|lý\s+lịch"
    r"|bằng|trích\s+lục|một\s+trong|các\s+(?:giấy\s+tờ|tài\s+liệu|chứng\s+từ)|sơ\s+đồ|\d{1,2}\s+(?:ảnh|bản|tờ))"
)
_STARTS_AS_DOCUMENT = re.compile(rf"(?:\(?[a-zđ\d]{{1,2}}[.)]\s*|[-+*]\s*)*{_DOCUMENT}\b", re.IGNORECASE)
_SPEAKS = re.compile(
    r"\b(?:phải|thì|có\s+trách\s+nhiệm|không\s+được|được\s+sử\s+dụng|có\s+quyền|có\s+thể)\b", re.IGNORECASE
)
_REMARK = re.compile(r"^\W*(?:lưu\s+ý|ghi\s+chú|chú\s+ý|số\s+lượng(?:\s+hồ\s+sơ)?\s*:)", re.IGNORECASE)
_SHOWN = re.compile(r"xuất\s+trình", re.IGNORECASE)
_HANDED_IN = re.compile(r"\b(?:nộp|gửi|lưu)\b", re.IGNORECASE)
_SHOWN_FIRST = re.compile(r"^(?:[^.;,]{0,70}\s)?xuất\s+trình\b", re.IGNORECASE)

_COUNT_IN_WORDS = re.compile(r"\b0?([1-9])\s*(?:\([^)]{1,12}\)\s*)?bản\s+(chính|sao|chụp)\b", re.IGNORECASE)

_CASE_FIRST = re.compile(
    rf"^(?P<when>(?:trường\s+hợp|đối\s+với|nếu)\s.{{4,160}}?),?\s+(?:thì\s+(?:phải\s+|cần\s+)?"
    rf"|phải\s+|cần\s+)(?:có|nộp|bổ\s+sung)\s+(?:thêm\s+)?(?P<name>{_DOCUMENT}\b.+)$",
    re.IGNORECASE | re.DOTALL,
)
_CASE_LAST = re.compile(
    r"^(?P<name>.{8,180}?)\s*\((?P<when>(?:nếu|trong\s+trường\s+hợp|trường\s+hợp|đối\s+với|khi|áp\s+dụng\s+đối\s+với)\b[^()]*)\)$",
    re.IGNORECASE | re.DOTALL,
)
# A row that lists several papers; a case at its end belongs to the last one only.
_SEVERAL = re.compile(r";|\b[a-zđ]\.?\d?[.)]\s|:\s*-|\.\s")
# "…, nhân viên bưu chính phải nộp bản sao": who acts is no part of a case.
_ACTOR = re.compile(
    r",\s*(?:khi\b[^,]*,\s*)?(?:nhân viên|người|tổ chức|doanh nghiệp|chủ|cơ quan|bên)\b[^,]*$"
)
_ENUMERATED = re.compile(r"^\(?\w{1,2}[.)]")
_AND_THEN = re.compile(
    r"\.\s+(?=(?:Trường\s+hợp|Trong\s+trường\s+hợp|Đối\s+với|Nếu|Khi|Lưu\s+ý|Ghi\s+chú|Người|Cơ\s+quan|Việc)\b)"
)


def typed_paper(row: RawPaper) -> Paper:
    """One row as a paper; a remark keeps its words whole."""
    text = without_bullet(one_line(row.name)).rstrip(" ;,")
    if _is_remark(row, text):
        return Paper(name=text, is_note=True, group=row.group, form_name=row.form_name)
    name, note = _name_and_note(text)
    name, when = _name_and_case(name)
    originals, copies = _counts(row, text)
    return Paper(
        name=name if _ENUMERATED.match(name) else name[:1].upper() + name[1:],
        originals=originals,
        copies=copies,
        show_only=_only_shown(row, name),
        when=when,
        note=note,
        form_name=row.form_name,
        group=row.group,
    )


def _is_remark(row: RawPaper, text: str) -> bool:
    if _REMARK.match(text) or (row.group and _REMARK.match(row.group)):
        return True
    if row.originals or row.copies:
        return text.endswith(":") and row.form_name is None and not _STARTS_AS_DOCUMENT.match(text)
    if row.form_name:
        return False
    if text.endswith(":") or not _STARTS_AS_DOCUMENT.match(text):
        return True
    # No copies in the cell: a remark, unless it names a document and its number, or says nothing else.
    return _COUNT_IN_WORDS.search(text) is None and _SPEAKS.search(text) is not None


def _counts(row: RawPaper, text: str) -> tuple[int, int]:
    """Originals and copies: of the cell, or of the words where the cell says 0 of both."""
    if row.originals or row.copies:
        return row.originals, row.copies
    found = {match.group(2).lower(): int(match.group(1)) for match in _COUNT_IN_WORDS.finditer(text)}
    return found.get("chính", 0), found.get("sao", 0) or found.get("chụp", 0)


def _only_shown(row: RawPaper, name: str) -> bool:
    if row.group and _SHOWN.search(row.group) and not _HANDED_IN.search(row.group):
        return True
    first = _SHOWN_FIRST.match(name)
    return first is not None and not _HANDED_IN.search(first.group())


def _name_and_note(text: str) -> tuple[str, str | None]:
    """The paper, and the sentences that the source adds to it."""
    cut = _AND_THEN.search(text)
    if cut is None or cut.start() < 10:
        return text.rstrip(" ."), None
    return text[: cut.start()].rstrip(" ;,."), text[cut.end() :].strip() or None


def _name_and_case(name: str) -> tuple[str, str | None]:
    """The paper, and the case in which it is needed, where the source's own words part cleanly."""
    match = _CASE_FIRST.match(name) or _CASE_LAST.match(name)
    if match is None or (match.re is _CASE_LAST and _SEVERAL.search(match["name"])):
        return name, None
    if match.re is _CASE_FIRST and _ACTOR.search(match["when"]):
        return name, None
    when = match["when"].strip(" ,;.")
    return match["name"].strip(" ,;."), when[:1].lower() + when[1:]
