"""What happens to a dossier, where it stands, how it is filed and paid: our words, and those of others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

TYPE_PREFIX = "vn.motcua.dossier."


class DossierEventType(StrEnum):
    """Types of events (CloudEvents ``type``). Each of the first fifteen is told to the citizen."""

    RECEIVED = TYPE_PREFIX + "received"
    NOT_ACCEPTED = TYPE_PREFIX + "not_accepted"
    PROCESSING = TYPE_PREFIX + "processing"
    SUPPLEMENT_REQUESTED = TYPE_PREFIX + "supplement_requested"
    FEE_DUE = TYPE_PREFIX + "fee_due"
    FEE_PAID = TYPE_PREFIX + "fee_paid"
    FINANCIAL_DUTY = TYPE_PREFIX + "financial_duty"
    PAUSED = TYPE_PREFIX + "paused"
    DELAYED = TYPE_PREFIX + "delayed"
    WITHDRAWN = TYPE_PREFIX + "withdrawn"
    REJECTED = TYPE_PREFIX + "rejected"
    STOPPED = TYPE_PREFIX + "stopped"
    RESULT_READY = TYPE_PREFIX + "result_ready"
    RETURNED = TYPE_PREFIX + "returned"
    POSTED = TYPE_PREFIX + "posted"
    # National status 1, "mới đăng ký": filed on the portal, which itself confirms it, and not yet received.
    REGISTERED = TYPE_PREFIX + "registered"

    @property
    def short(self) -> str:
        """The name without the prefix, for example ``result_ready``."""
        return self.value.removeprefix(TYPE_PREFIX)


NOTIFIED = tuple(kind for kind in DossierEventType if kind is not DossierEventType.REGISTERED)


class NationalStatus(IntEnum):
    """``TrangThaiHoSo`` of the national public service portal."""

    REGISTERED = 1
    RECEIVED = 2
    NOT_ACCEPTED = 3
    PROCESSING = 4
    SUPPLEMENT_REQUESTED = 5
    FINANCIAL_DUTY = 6
    WITHDRAWN = 7
    STOPPED = 8
    RESULT_READY = 9
    RETURNED = 10


NATIONAL_WORDS: dict[NationalStatus, str] = {
    NationalStatus.REGISTERED: "Mới đăng ký",
    NationalStatus.RECEIVED: "Được tiếp nhận",
    NationalStatus.NOT_ACCEPTED: "Không được tiếp nhận",
    NationalStatus.PROCESSING: "Đang xử lý",
    NationalStatus.SUPPLEMENT_REQUESTED: "Yêu cầu bổ sung giấy tờ",
    NationalStatus.FINANCIAL_DUTY: "Yêu cầu thực hiện nghĩa vụ tài chính",
    NationalStatus.WITHDRAWN: "Công dân yêu cầu rút hồ sơ",
    NationalStatus.STOPPED: "Dừng xử lý",
    NationalStatus.RESULT_READY: "Đã xử lý xong",
    NationalStatus.RETURNED: "Đã trả kết quả",
}


class ZaloState(StrEnum):
    """The nine states sent by the Zalo account of Đồng Nai's one-stop portal (2187/SKHCN-TTKHCN)."""

    RECEIVED = "Đã tiếp nhận hồ sơ"
    SUPPLEMENT_REQUESTED = "Yêu cầu bổ sung hồ sơ"
    PAYMENT_REQUESTED = "Yêu cầu thanh toán"
    FINANCIAL_DUTY = "Thực hiện nghĩa vụ tài chính"
    REFUSED = "Từ chối hồ sơ"
    STOPPED = "Dừng xử lý hồ sơ"
    WITHDRAWN = "Yêu cầu rút hồ sơ"
    RESULT_READY = "Đã xử lý xong (đã có kết quả)"
    RETURNED = "Đã trả kết quả"


class DossierStatus(StrEnum):
    """Where a dossier stands. A new date (``delayed``) and a payment are not places of their own."""

    REGISTERED = "registered"
    RECEIVED = "received"
    NOT_ACCEPTED = "not_accepted"
    PROCESSING = "processing"
    SUPPLEMENT_REQUESTED = "supplement_requested"
    FEE_DUE = "fee_due"
    FINANCIAL_DUTY = "financial_duty"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    STOPPED = "stopped"
    RESULT_READY = "result_ready"
    RETURNED = "returned"
    POSTED = "posted"


CLOSED = frozenset(
    {
        DossierStatus.NOT_ACCEPTED,
        DossierStatus.WITHDRAWN,
        DossierStatus.REJECTED,
        DossierStatus.STOPPED,
        DossierStatus.RETURNED,
        DossierStatus.POSTED,
    }
)


@dataclass(frozen=True)
class Meaning:
    """``status`` is None when the event leaves the dossier where it is."""

    status: DossierStatus | None
    national: NationalStatus
    zalo: ZaloState

    @property
    def national_words(self) -> str:
        """As the national portal words it."""
        return NATIONAL_WORDS[self.national]


# The other two vocabularies have no word for work in progress or for a pause: the nearest true one is used.
MEANING: dict[DossierEventType, Meaning] = {
    DossierEventType.REGISTERED: Meaning(
        DossierStatus.REGISTERED, NationalStatus.REGISTERED, ZaloState.RECEIVED
    ),
    DossierEventType.RECEIVED: Meaning(DossierStatus.RECEIVED, NationalStatus.RECEIVED, ZaloState.RECEIVED),
    DossierEventType.NOT_ACCEPTED: Meaning(
        DossierStatus.NOT_ACCEPTED, NationalStatus.NOT_ACCEPTED, ZaloState.REFUSED
    ),
    DossierEventType.PROCESSING: Meaning(
        DossierStatus.PROCESSING, NationalStatus.PROCESSING, ZaloState.RECEIVED
    ),
    DossierEventType.SUPPLEMENT_REQUESTED: Meaning(
        DossierStatus.SUPPLEMENT_REQUESTED,
        NationalStatus.SUPPLEMENT_REQUESTED,
        ZaloState.SUPPLEMENT_REQUESTED,
    ),
    DossierEventType.FEE_DUE: Meaning(
        DossierStatus.FEE_DUE, NationalStatus.FINANCIAL_DUTY, ZaloState.PAYMENT_REQUESTED
    ),
    DossierEventType.FEE_PAID: Meaning(
        DossierStatus.PROCESSING, NationalStatus.PROCESSING, ZaloState.RECEIVED
    ),
    DossierEventType.FINANCIAL_DUTY: Meaning(
        DossierStatus.FINANCIAL_DUTY, NationalStatus.FINANCIAL_DUTY, ZaloState.FINANCIAL_DUTY
    ),
    DossierEventType.PAUSED: Meaning(DossierStatus.PAUSED, NationalStatus.STOPPED, ZaloState.STOPPED),
    DossierEventType.DELAYED: Meaning(None, NationalStatus.PROCESSING, ZaloState.RECEIVED),
    DossierEventType.WITHDRAWN: Meaning(
        DossierStatus.WITHDRAWN, NationalStatus.WITHDRAWN, ZaloState.WITHDRAWN
    ),
    DossierEventType.REJECTED: Meaning(DossierStatus.REJECTED, NationalStatus.STOPPED, ZaloState.REFUSED),
    DossierEventType.STOPPED: Meaning(DossierStatus.STOPPED, NationalStatus.STOPPED, ZaloState.STOPPED),
    DossierEventType.RESULT_READY: Meaning(
        DossierStatus.RESULT_READY, NationalStatus.RESULT_READY, ZaloState.RESULT_READY
    ),
    DossierEventType.RETURNED: Meaning(DossierStatus.RETURNED, NationalStatus.RETURNED, ZaloState.RETURNED),
    DossierEventType.POSTED: Meaning(DossierStatus.POSTED, NationalStatus.RETURNED, ZaloState.RETURNED),
}


class FilingChannel(StrEnum):
    """How the dossier was filed (national ``KenhThucHien`` 1, 2, 3)."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class PaymentWay(StrEnum):
    """How fees were paid: on the payment platform, by bank transfer, by card at the counter, in cash."""

    ONLINE = "online"
    TRANSFER = "transfer"
    CARD = "card"
    CASH = "cash"


CASHLESS = (PaymentWay.ONLINE, PaymentWay.TRANSFER, PaymentWay.CARD)
PAYMENT_WORDS: dict[PaymentWay, str] = {
    PaymentWay.ONLINE: "nộp trực tuyến",
    PaymentWay.TRANSFER: "chuyển khoản",
    PaymentWay.CARD: "quẹt thẻ tại quầy",
    PaymentWay.CASH: "tiền mặt",
}
