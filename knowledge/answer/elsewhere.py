"""Where else one may file, and what stands beside every hint at the portal.

Since 1 July 2025 the provincial and commune centres take dossiers of listed procedures from the whole country
(Decree 118/2025/NĐ-CP, article 14.4); the clock then starts when the competent office has them. What a record
says itself comes first; the list is not part of the data, so elsewhere only a hint is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.schemas import Level, Procedure, SubmissionChannel

PORTAL = "Cổng Dịch vụ công quốc gia (dichvucong.gov.vn)"

_COUNTRY = re.compile(r"không phụ thuộc(?: vào)? nơi cư trú|không phụ thuộc(?: vào)? địa giới", re.IGNORECASE)
_ANY_CENTRE = re.compile(r"bất kỳ Trung tâm Phục vụ hành chính công", re.IGNORECASE)
_PROVINCE = re.compile(r"cấp xã bất kỳ trong phạm vi tỉnh", re.IGNORECASE)
_HELPS = re.compile(r"nơi tiếp nhận yêu cầu có trách nhiệm hỗ trợ", re.IGNORECASE)
_PORTAL_SAID = re.compile(
    r"(?:nộp|gửi|khai|làm|điền)[^.;\n]{0,40}(?:qua mạng|trực tuyến|trên mạng)|trên Cổng|Cổng Dịch vụ công",
    re.IGNORECASE,
)
# A curated list of places that says it in its own words.
_SAID = re.compile(r"cũng được|bất kỳ|phường, xã khác", re.IGNORECASE)
# Their counters are not those of the one-stop centres.
_OWN_COUNTERS = re.compile(r"công an|quân sự|bảo hiểm xã hội|bhxh|toà án|tòa án|biên phòng", re.IGNORECASE)


def elsewhere(procedure: Procedure) -> str | None:
    """One sentence on filing away from home; none where the answer says it already or nothing is known."""
    if any(_SAID.search(place) for place in procedure.where):
        return None
    said = " ".join(_texts(procedure))
    if _COUNTRY.search(said):
        return "Không phụ thuộc nơi cư trú: nơi nhận nào trong cả nước cũng nộp được."
    if _ANY_CENTRE.search(said):
        return "Trung tâm Phục vụ hành chính công nào cũng nhận."
    if _PROVINCE.search(said):
        return "Phường, xã nào trong cùng tỉnh cũng nhận."
    if _HELPS.search(said):
        return "Tới phường, xã khác cũng được, nơi đó giúp nộp qua mạng về đúng nơi giải quyết."
    if _at_a_centre(procedure):
        return (
            "Ở xa thì hỏi Trung tâm Phục vụ hành chính công gần nhất: "
            "nhiều việc nay nhận được ở phường, xã khác, không theo nơi ở."
        )
    return None


def login_hint(procedure: Procedure) -> str:
    """What the portal asks for, and what somebody without it does."""
    if _takes_paper(procedure):
        return "Cổng đòi đăng nhập bằng VNeID. Chưa có VNeID thì nộp tại quầy, cán bộ hướng dẫn."
    return "Cổng đòi đăng nhập bằng VNeID. Chưa có VNeID thì ra quầy một cửa, cán bộ hướng dẫn cách làm."


def portal_hint(procedure: Procedure, said: str) -> str | None:
    """The short form, for an answer whose record speaks of the portal in passing."""
    if ("VNeID" in said and "quầy" in said) or not _PORTAL_SAID.search(said):
        return None
    return f"Nộp qua mạng phải có VNeID; chưa có thì {'nộp tại' if _takes_paper(procedure) else 'ra'} quầy."


def is_online(procedure: Procedure) -> bool:
    return any(method.channel is SubmissionChannel.ONLINE for method in procedure.methods)


def _takes_paper(procedure: Procedure) -> bool:
    return any(method.channel is SubmissionChannel.COUNTER for method in procedure.methods)


def _at_a_centre(procedure: Procedure) -> bool:
    if not {Level.COMMUNE, Level.PROVINCE} & set(procedure.levels):
        return False
    if not _takes_paper(procedure):
        return False
    if procedure.where:
        return any("Trung tâm" in place for place in procedure.where)
    return not _OWN_COUNTERS.search(f"{procedure.agency or ''} {procedure.authority or ''}")


def _texts(procedure: Procedure) -> Iterator[str]:
    yield from procedure.steps
    yield from procedure.conditions
    yield from (method.note or "" for method in procedure.methods)
