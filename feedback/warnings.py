"""Words in a comment that nobody may leave lying: a bribe, lost papers, rudeness.

Read as they were written: with tone marks, or without any; "không ai vòi vĩnh" warns of nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from core.text.fold import fold
from feedback.case_models import Reason

WARNINGS: Mapping[Reason, tuple[str, ...]] = {
    Reason.BRIBE: (
        "lót tay", "phong bì", "bôi trơn", "vòi vĩnh", "vòi tiền", "hối lộ", "đút lót", "chung chi",
        "nhũng nhiễu",
        "đòi tiền", "đưa tiền", "gợi ý tiền", "tiền bồi dưỡng", "đòi bồi dưỡng", "tiền cà phê", "tiền ngoài",
    ),
    Reason.LOST_PAPERS: (
        "mất hồ sơ", "mất giấy tờ", "làm mất", "thất lạc", "đánh mất", "không tìm thấy hồ sơ",
        "không thấy hồ sơ đâu",
    ),
    Reason.RUDE: (
        "quát", "chửi", "mắng", "nạt nộ", "hách dịch", "hạch sách", "cửa quyền",
        "thô lỗ",
        "xúc phạm", "coi thường", "gắt gỏng", "nói trống không", "thái độ kém", "thái độ tệ",
    ),
}  # fmt: skip
"""The gravest first. A deployment adds its own in ``content/surveys/plan/invitations.yaml``."""

_NO = frozenset({"không", "ko", "khong", "chưa", "chua", "chẳng", "chang", "chả", "hết", "het"})
_BEFORE = 3


def warning_in(comment: str | None, more: Mapping[Reason, Sequence[str]] | None = None) -> Reason | None:
    """The gravest warning in a comment; ``more`` words beside our own."""
    if not comment:
        return None
    written = unicodedata.normalize("NFC", comment).lower()
    # Whoever typed no mark at all is read without; else "với" would be "vòi".
    bare = fold(written) == written.replace("đ", "d")
    words = re.findall(r"\w+", fold(written) if bare else written)
    for reason, phrases in WARNINGS.items():
        for phrase in (*phrases, *(more or {}).get(reason, ())):
            looked = (fold(phrase) if bare else phrase.lower()).split()
            # One bare syllable is too many words at once.
            if (len(looked) > 1 or not bare) and _stands(words, looked):
                return reason
    return None


def _stands(words: Sequence[str], phrase: Sequence[str]) -> bool:
    size = len(phrase)
    for at in range(len(words) - size + 1):
        if list(words[at : at + size]) == list(phrase):
            before = words[max(0, at - _BEFORE) : at]
            if not _NO.intersection(before):
                return True
    return False
