"""Ready stories: one press, an event at the product's door, and what comes of it on a citizen's phone.

The sandbox plays the one-stop software here, with a key of its own: it posts events and reads the ledger as
any machine client does. What goes wrong in a story goes wrong for its citizen alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from gateway.sandbox.accounts import WAIT_SECONDS
from gateway.sandbox.state import Fault, PlannedFault

Mishap = tuple[str, PlannedFault]


def _always(provider: str, kind: Fault, *, code: int | None = None, seconds: float = 30.0) -> Mishap:
    return provider, PlannedFault(kind, code, times=None, seconds=seconds)


_NO_ZALO = _always("zalo-zbs", Fault.ERROR, code=-118)


@dataclass(frozen=True)
class Story:
    """``events``: what happens to the dossier, one after the other; ``mishaps``: what goes wrong then."""

    name: str
    title: str
    sentence: str
    events: tuple[str, ...] = ("fee_due",)
    mishaps: tuple[Mishap, ...] = ()

    def mishaps_of(self, phone: str) -> list[Mishap]:
        return [(provider, replace(fault, who=phone)) for provider, fault in self.mishaps]


STORIES = (
    Story(
        "ba-kenh",
        "Một sự kiện, ba kênh",
        "Hồ sơ cần nộp phí. Thẻ Zalo đi mà không có biên nhận nên thêm tin SMS; tin SMS cũng không có biên "
        "nhận nên thêm thư.",
        mishaps=(
            _always("zalo-zbs", Fault.LOST_RECEIPT),
            _always("esms", Fault.LOST_RECEIPT),
            _always("twilio", Fault.LOST_RECEIPT),
        ),
    ),
    Story(
        "zalo",
        "Zalo nhận là xong",
        "Hồ sơ cần nộp phí: thẻ Zalo tới máy, biên nhận về, không tốn một tin SMS nào.",
    ),
    Story(
        "khong-zalo",
        "Số không dùng Zalo",
        "Zalo báo số này không có tài khoản (mã -118): tin SMS đi thay ngay.",
        mishaps=(_NO_ZALO,),
    ),
    Story(
        "sms-treo",
        "Nhà mạng không trả lời",
        "Không dùng Zalo, tin SMS gửi đi mà nhà mạng im lặng: giao lại một lần, chờ, rồi gửi thư và ghi rõ "
        "là có thể hai tin.",
        mishaps=(_NO_ZALO, _always("esms", Fault.HANG), _always("twilio", Fault.HANG)),
    ),
    Story(
        "bien-nhan-muon",
        "Biên nhận về muộn",
        "Nhà mạng đang nghẽn nên tin SMS còn đợi; biên nhận Zalo về muộn, tin SMS được rút lại, người dân "
        "chỉ nhận một tin.",
        mishaps=(
            _always("zalo-zbs", Fault.LATE_RECEIPT, seconds=WAIT_SECONDS + 8),
            _always("esms", Fault.ERROR, code=120),
            _always("twilio", Fault.ERROR, code=20429),
        ),
    ),
    Story(
        "tu-dau-toi-cuoi",
        "Từ lúc nộp tới lúc có kết quả",
        "Ba lần hồ sơ đổi: đã tiếp nhận, cần nộp phí, có kết quả. Mỗi lần đúng một tin.",
        events=("received", "fee_due", "result_ready"),
    ),
)
