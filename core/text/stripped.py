"""Words that must not lose their marks: without them they read rude, or say something else.

A short list, read by people, of what official texts really use. Everyday words that everybody reads rightly
without marks ("khong", "ho so", "ket qua") are not here. Pure standard library, Python 3.10 syntax.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum


class RiskKind(str, Enum):
    RUDE = "rude"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True)
class Risk:
    """``word`` as it stands in the text; ``reads_as`` what a reader may see; ``instead`` what to write."""

    word: str
    reads_as: str
    kind: RiskKind
    instead: str


_RUDE, _AMBIGUOUS = RiskKind.RUDE, RiskKind.AMBIGUOUS

# Word, what it reads as, kind, what to write instead, company that makes it clear ("$" is the word itself).
_LIST: tuple[tuple[str, str, RiskKind, str, tuple[str, ...]], ...] = (
    ("lớn", "từ tục", _RUDE, "to, rộng, nhiều", ("người $", "$ tuổi", "$ hơn")),
    ("buổi", "từ tục", _RUDE, "sáng, chiều", ("$ sáng", "$ chiều", "$ tối", "$ trưa", "$ họp", "$ làm")),
    ("cục", "từ tục", _RUDE, "ghi đủ tên cơ quan", ("$ thuế", "$ thống", "$ cảnh", "chi $", "tổng $")),
    ("đủ", "từ tục", _RUDE, "hết, trọn", ("đầy $", "chưa $", "ghi $", "nộp $", "$ giấy", "$ hồ", "$ thành")),
    ("đèo", "từ tục", _RUDE, "ghi kèm tên đầy đủ", ()),
    ("dái", "từ tục", _RUDE, "viết cách khác", ()),
    ("hiệp", "hiếp", _RUDE, "viết cách khác", ("$ hội", "$ định", "$ thương", "$ hòa", "$ đức")),
    ("ngụ", "ngu", _RUDE, "ở, cư trú", ("cư $", "tạm $")),
    ("ngủ", "ngu", _RUDE, "nghỉ", ()),
    ("cứt", "từ tục", _RUDE, "viết cách khác", ()),
    ("đĩa", "đĩ a", _RUDE, "bản điện tử", ()),
    ("dừng", "đúng, dùng", _AMBIGUOUS, "ngừng", ()),
    ("đừng", "dùng, đúng", _AMBIGUOUS, "không", ()),
    ("dùng", "dừng, đừng", _AMBIGUOUS, "lấy, có hiệu lực", ("sử $", "áp $", "tiêu $", "$ được", "$ trong")),
    ("đúng", "dừng, dùng", _AMBIGUOUS, "khớp, phải", ("$ hẹn", "$ hạn", "$ giờ", "$ ngày", "$ là")),
    ("đã trả", "đã tra", _AMBIGUOUS, "đã giao", ()),
    ("miễn", "miền", _AMBIGUOUS, "không thu", ("$ phí", "$ lệ phí", "$ giảm", "$ thuế")),
    ("bán", "bản, bạn", _AMBIGUOUS, "viết cách khác", ("mua $", "buôn $", "$ hàng")),
    ("phạt", "phát", _AMBIGUOUS, "xử lý vi phạm", ("xử $", "tiền $", "nộp $", "mức $")),
    ("cấm", "cam, cầm", _AMBIGUOUS, "không được", ("nghiêm $",)),
    ("hoàn", "hoãn", _AMBIGUOUS, "trả lại", ("$ thành", "$ thiện", "$ toàn", "$ cảnh", "$ tất")),
    ("hoãn", "hoàn", _AMBIGUOUS, "lùi lại", ("tạm $", "trì $")),
    ("giảm", "giam", _AMBIGUOUS, "bớt", ("miễn $", "$ trừ", "$ nghèo", "$ giá", "$ còn")),
    ("bắt", "bát, bạt", _AMBIGUOUS, "viết cách khác", ("$ đầu", "$ buộc")),
    ("tố cáo", "to cao", _AMBIGUOUS, "viết có dấu", ()),
)


def risks_of(text: str) -> list[Risk]:
    """What in ``text``, which has its marks, would be rude or unclear without them; in order, each once."""
    words = " ".join(re.findall(r"[^\W_]+|[^\w\s]", unicodedata.normalize("NFC", text).lower()))
    found: list[tuple[int, Risk]] = []
    for word, reads_as, kind, instead, clear in _LIST:
        if word not in words:  # most are not, and this is much faster than to look for whole words
            continue
        for match in re.finditer(rf"(?<!\w){word}(?!\w)", words):
            if not any(_stands(words, match, neighbour) for neighbour in clear):
                found.append((match.start(), Risk(word, reads_as, kind, instead)))
                break
    return [risk for _, risk in sorted(found, key=lambda one: one[0])]


def _stands(words: str, match: re.Match[str], neighbour: str) -> bool:
    """Whether the word stands in company that leaves no doubt; ``$`` is the word itself."""
    before, _, after = neighbour.partition("$")
    left, right = words[: match.start()].rstrip(), words[match.end() :].lstrip()
    return (not before or left.endswith(before.strip())) and (not after or right.startswith(after.strip()))
