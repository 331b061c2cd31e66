"""The district level, which ended on 1 July 2025: where citizens and records still name it.

"Thành phố trực thuộc trung ương" is a province and stays; "UBND thành phố Hà Nội" is one of those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from core.text.fold import fold

# In records, which are written with tone marks and at length.
_IN_RECORDS = re.compile(
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
)

# "Do cơ quan cấp huyện cấp trước ngày 01/7/2025" speaks of the past and is right.
_FORMER = re.compile(r"[^.;]{0,45}trước\s+(?:ngày|khi|đây|thời)", re.IGNORECASE)

_CENTRAL = r"(?!\s+(?:ha noi|ho chi minh|hcm|da nang|hai phong|can tho|hue)\b)"
# In a citizen's words, folded: "quan" alone may be an eating place, so it needs an office before it.
_IN_WORDS = re.compile(
    rf"\b(?:ubnd|uy ban(?: nhan dan| nd)?|mot cua|phong tu phap|trung tam hanh chinh cong?)\s+"
    rf"(?:cap\s+|cua\s+)?(?:huyen|quan|thi xa|(?:thanh pho|tp){_CENTRAL})\b"
    r"|\bcap (?:huyen|quan)\b"
    r"|\b(?:len|ra|xuong|toi|ve|tren|duoi|o|tai|nop|con|bo)\s+(?:cap\s+)?huyen\b"
    r"|\bcong an (?:huyen|quan|thi xa)\b"
)


# What the importer says of a record that names it; told apart by these words when it is read again.
IMPORTED_MENTION = "cấp huyện đã bỏ"


def mention_in_record(texts: Iterable[str]) -> str | None:
    """The words around the first mention of the abolished level, as if it were there still."""
    for text in texts:
        if not any(word in text for word in _NAMES_ONE):
            continue
        for match in _IN_RECORDS.finditer(text):
            if _FORMER.match(text, match.end()):
                continue
            start = max(0, match.start() - 30)
            return " ".join(text[start : match.end() + 20].split()).strip(" .,;")
    return None


def named_by_citizen(text: str) -> bool:
    """Whether somebody asks about an office of the abolished level ("UBND huyện còn nhận hồ sơ không")."""
    return _IN_WORDS.search(" ".join(fold(text).split())) is not None


def without_mention(text: str) -> str:
    """The text without such an office, folded where it names one."""
    folded = " ".join(fold(text).split())
    left = _IN_WORDS.sub(" ", folded)
    return text if left == folded else " ".join(left.split())
