"""What a sentence says about fees: a fee to pay, no fee, who sets it, until when, for whom not."""

from __future__ import annotations

import re
from datetime import date

from knowledge.importer.cells import is_nothing, sentences

# "phí" as a word of its own: not chi phí, kinh phí, học phí … and not the fees that a tax procedure is about.
_FEE = (
    r"(?<!chi )(?<!kinh )(?<!học )(?<!viện )(?<!án )(?<!hội )(?<!cước )(?<!đảng )(?<!lãng )(?<!miễn )"
    r"(?<!hoạt )(?<!khai )"
    r"(?:lệ\s+phí|phí)(?!\s+(?:bảo\s+hiểm|bảo\s+vệ\s+môi\s+trường|trước\s+bạ|môn\s+bài|công\s+đoàn|sử\s+dụng\s+đường"
    r"|tích\s+l[uũ]|thi\s+hành\s+án))\b"
)
# Who collects or pays as a role, not an act: "tổ chức thu phí", "người nộp phí".
_COLLECTING = (
    r"(?<!tổ chức )(?<!cơ quan )(?<!đơn vị )(?<!nhiệm vụ )(?<!nhiệm )(?<!biểu mức )(?<!nguồn )(?<!trạm )thu"
)
_PAYING = re.compile(
    rf"\b(?:(?<!người )nộp|đóng|{_COLLECTING}|trả(?!\s+lại)|thanh\s+toán|chịu)\s+(?!thuế,|các\s+khoản\s+thuế)"
    rf"(?:\S+\s+){{0,4}}?{_FEE}"
    rf"|{_FEE}\s*(?:,\s*lệ\s+phí\s*)?(?:theo\s+quy\s+định|\(nếu\s+có\)|phải\s+nộp)"
    rf"|\b(?:mức|biên\s+lai|chứng\s+từ|hóa\s+đơn|thông\s+báo)\s+(?:\S+\s+){{0,3}}?{_FEE}",
    re.IGNORECASE,
)
_NOT_PAYING = re.compile(
    r"\bkhông\s+(?:phải\s+)?(?:thu|nộp|trả|mất|đóng|chịu|có|quy\s+định|tính|phát\s+sinh)\b[^.;]{0,30}\bphí\b"
    r"|\bphí\s*(?:,\s*lệ\s+phí)?\s*(?:\(nếu\s+có\))?\s*:?\s*không\b|\bmiễn\s+(?:thu\s+)?(?:lệ\s+)?phí\b"
    r"|\bkhông\s+(?:thu|mất|phải\s+nộp)\s+(?:lệ\s+)?phí\b",
    re.IGNORECASE,
)
_WITHOUT_FEE = re.compile(
    r"(?:miễn\s+(?:thu\s+)?(?:phí|lệ\s+phí|phí,\s*lệ\s+phí)|không\s+(?:thu|mất|phải\s+nộp|có)\s+(?:phí|lệ\s+phí)"
    r"(?:\s*,\s*lệ\s+phí)?(?:\s+đăng\s+ký)?(?:\s+đối\s+với\s+tổ\s+hợp\s+tác\b.*)?|chưa\s+quy\s+định"
    r"|(?:lệ\s+)?phí\s*:?\s*không(?:\s+(?:có|quy\s+định))?)\W*",
    re.IGNORECASE,
)
_COUNCIL = re.compile(
    r"h[ộđ]i\s+đồng\s+nhân\s+dân|\bHĐND\b|(?:ủy|uỷ)\s+ban\s+nhân\s+dân\s+(?:cấp\s+)?tỉnh[^.;]{0,40}(?:quy|quyết)\s+định"
    r"|theo\s+quy\s+định\s+của\s+(?:địa\s+phương|từng\s+tỉnh|tỉnh)",
    re.IGNORECASE,
)
_ABOUT_FEES = re.compile(r"\bphí\b|\bmức\s+thu\b", re.IGNORECASE)
_UNTIL = re.compile(
    r"\b(?:đến|tới|hết)\s+(?:hết\s+)?(?:ngày\s+)?(\d{1,2})\s*/\s*(\d{1,2})\s*/\s*(20\d\d)", re.IGNORECASE
)
_EXEMPTION = re.compile(
    r"^(?:được\s+)?(?:miễn|không\s+thu|giảm)\b(?=[^.]{0,40}\bphí\b)[^.]{12,}", re.IGNORECASE
)
_NEED_NOT_PAY = re.compile(
    r"\b(?:không\s+phải\s+(?:nộp|trả)|được\s+miễn)\s+(?:thu\s+)?(?:\S+\s+)?(?:lệ\s+)?phí\b", re.IGNORECASE
)
_EXEMPT_UNTIL = re.compile(r"\bmiễn\b", re.IGNORECASE)


def demands_fee(note: str) -> bool:
    """Whether the note of a fee cell says that somebody pays.

    Such a note stands there because of a fee, so everything counts as a demand except words that plainly
    say there is none.
    """
    if is_nothing(note):
        return False
    return not all(_WITHOUT_FEE.fullmatch(part.strip()) for part in sentences(note))


def words_of_fee(text: str) -> str | None:
    """The part of a running text that speaks of a fee to pay: from comma to comma around the words."""
    if "phí" not in text.lower():
        return None
    for sentence in sentences(text):
        for clause in sentence.split(";"):
            match = _PAYING.search(clause)
            if match and not _NOT_PAYING.search(clause):
                start = max(clause.rfind(mark, 0, match.start()) for mark in ",:(") + 1
                ends = [place for mark in ",)" if (place := clause.find(mark, match.end())) > 0]
                words = clause[start : min(ends, default=len(clause))].strip(" .")
                return f"{words})" if words.count("(") > words.count(")") else words
    return None


def set_by_province(text: str) -> bool:
    """Whether a text about fees leaves the amount to the province."""
    return _COUNCIL.search(text) is not None and _ABOUT_FEES.search(text) is not None


def council_named(note: str) -> bool:
    """Whether a fee note names the provincial council; inside a fee cell that is about the fee."""
    return _COUNCIL.search(note) is not None


def until(text: str) -> date | None:
    """The last day that a text about a fee names."""
    last = None
    for match in _UNTIL.finditer(text):
        try:
            last = date(int(match.group(3)), int(match.group(2)), int(match.group(1)))
        except ValueError:
            continue
    return last


def speaks_of_exemption(text: str) -> bool:
    return _EXEMPT_UNTIL.search(text) is not None


def exemptions_in(note: str) -> list[str]:
    """Sentences that say who pays nothing or less."""
    found = []
    for sentence in sentences(note) if "phí" in note.lower() else ():
        named = _EXEMPTION.match(sentence) or _NEED_NOT_PAY.search(sentence)
        if named and not _WITHOUT_FEE.fullmatch(sentence):
            found.append(sentence.rstrip(" .;"))
    return found
