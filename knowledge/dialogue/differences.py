"""What tells a few candidates apart, in plain words: the options of a question asked back.

Read from the records: a label that people wrote, else the case in its name (new, again, lost), who it
is for, a foreign element, the level that settles it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum

from core.text.fold import fold
from knowledge.answer.figures import capital, shorten
from knowledge.schemas import Level, Procedure

LABEL_CHARACTERS = 90
# Shorter than this, the beginning of a name does not tell the matter.
_TELLING = 12
_LEGAL_LEAD = re.compile(r"^[\W_]*(?:thủ tục\s+)?", re.IGNORECASE)


class Difference(StrEnum):
    """What the question asks about; ``MATTER`` when the candidates are simply different things."""

    CASE = "case"
    FOREIGN = "foreign"
    WHO = "who"
    LEVEL = "level"
    MATTER = "matter"


_CASES: tuple[tuple[str, str], ...] = (
    (r"dang ky lai", "đăng ký lại"),
    (r"cap lai", "bị mất hoặc hư, xin cấp lại"),
    (r"cap doi|doi (?:the|giay|so)\b|^doi\b", "đổi sang giấy mới"),
    (r"gia han|keo dai", "sắp hết hạn, xin gia hạn"),
    (r"dieu chinh|sua doi|bo sung|thay doi|cai chinh", "sửa, đổi nội dung đã có"),
    (r"xoa|huy|cham dut|thu hoi", "thôi, xóa, chấm dứt"),
    (r"tam ngung|tam nghi", "tạm ngừng"),
    (r"luu dong", "cán bộ đến làm tại nhà"),
    (r"xac nhan", "xin giấy xác nhận"),
    (r"lan dau|cap moi|thanh lap|dang ky", "làm lần đầu"),
)
_FOREIGN = re.compile(r"nuoc ngoai|viet kieu|bien gioi")
_PEOPLE: tuple[tuple[str, str], ...] = (
    (r"cong dan|ca nhan|nguoi viet nam", "cá nhân"),
    (r"to chuc|doanh nghiep|hop tac xa", "tổ chức, doanh nghiệp"),
    (r"can bo|cong chuc|vien chuc|luc luong vu trang", "cán bộ, công chức"),
)
_LEVELS = {Level.COMMUNE: "làm ở phường, xã", Level.PROVINCE: "làm ở tỉnh", Level.MINISTRY: "làm ở bộ, ngành"}


def case_of(procedure: Procedure) -> str:
    """The case a record is for, read from its name."""
    name = fold(procedure.name)
    return next((said for pattern, said in _CASES if re.search(rf"\b(?:{pattern})", name)), "")


def foreign_of(procedure: Procedure) -> str:
    return "có người hoặc giấy tờ nước ngoài" if _FOREIGN.search(fold(procedure.name)) else "trong nước"


def who_of(procedure: Procedure) -> str:
    told = " ; ".join(fold(one) for one in procedure.applicants)
    kinds = [said for pattern, said in _PEOPLE if re.search(rf"\b(?:{pattern})\b", told)]
    return kinds[0] if len(kinds) == 1 else ""


def level_of(procedure: Procedure) -> str:
    return next((said for level, said in _LEVELS.items() if level in procedure.levels), "")


_READ: dict[Difference, Callable[[Procedure], str]] = {
    Difference.CASE: case_of,
    Difference.FOREIGN: foreign_of,
    Difference.WHO: who_of,
    Difference.LEVEL: level_of,
}


def difference_of(candidates: Sequence[Procedure]) -> Difference:
    """The one thing that tells records of a field apart; ``MATTER`` for records of several fields."""
    if len({candidate.field for candidate in candidates}) > 1 or len(candidates) < 2:
        return Difference.MATTER
    for difference, read in _READ.items():
        told = [read(candidate) for candidate in candidates]
        if all(told) and len(set(told)) == len(told):
            return difference
    return Difference.MATTER


def option_labels(candidates: Sequence[Procedure]) -> list[str]:
    """Labels that tell the candidates apart, each at most 90 characters.

    What people wrote comes first; a label written for its family says too little beside records of other
    fields. Where two would read the same, what differs is said beside; the whole name is the last resort.
    """
    fields = [candidate.field for candidate in candidates]
    labels = [
        (one.option_label if fields.count(one.field) > 1 else None) or one.plain_name or _short_name(one)
        for one in candidates
    ]
    for label in [label for label in labels if labels.count(label) > 1]:
        same = [place for place, other in enumerate(labels) if other == label]
        for read in _READ.values():
            told = [read(candidates[place]) for place in same]
            if all(told) and len(set(told)) == len(told) > 1:
                for place, said in zip(same, told, strict=True):
                    labels[place] = f"{label}: {said}"
                break
    full = [shorten(capital(label), LABEL_CHARACTERS) for label in labels]
    return [
        label if full.count(label) == 1 else _last_resort(candidate, candidates)
        for label, candidate in zip(full, candidates, strict=True)
    ]


def _last_resort(candidate: Procedure, candidates: Sequence[Procedure]) -> str:
    """The end of the name where the beginnings are alike."""
    names = [one.name for one in candidates]
    name = candidate.name
    shared = 0
    while all(len(other) > shared and other[shared] == name[shared] for other in names if len(name) > shared):
        shared += 1
        if shared >= len(name):
            break
    start = name.rfind(" ", 0, shared) + 1
    tail = name[start:] if len(name) - start >= 8 and start > 0 else name
    return shorten(capital(tail), LABEL_CHARACTERS)


def _short_name(procedure: Procedure) -> str:
    """The matter of a long legal name."""
    name = _LEGAL_LEAD.sub("", procedure.name)
    name = re.sub(r"\s*\([^)]*\)", "", name).strip(" .") or name
    if len(name) <= LABEL_CHARACTERS:
        return name
    head = re.split(r"[,;:(/]| đối với | trong trường hợp ", name, maxsplit=1)[0].strip()
    return head if len(head) >= _TELLING else name


def lead(difference: Difference, *, who: str) -> str:
    """The question itself, about what differs."""
    return {
        Difference.CASE: f"Dạ, {who} làm trong trường hợp nào ạ? Mỗi trường hợp giấy tờ khác nhau.",
        Difference.FOREIGN: "Dạ, có liên quan người nước ngoài hay giấy tờ nước ngoài không ạ?",
        Difference.WHO: "Dạ, cá nhân làm hay tổ chức, doanh nghiệp làm ạ?",
        Difference.LEVEL: f"Dạ, {who} hỏi nơi nào làm ạ?",
        Difference.MATTER: f"Dạ, {who} cần việc nào ạ? Mỗi việc giấy tờ khác nhau.",
    }[difference]
