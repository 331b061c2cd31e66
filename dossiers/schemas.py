"""What other systems tell us about a dossier, in one typed shape, and how it maps to other vocabularies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import IntEnum, StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from core.calendar import LOCAL, local_day

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


def payment_way(value: Any) -> PaymentWay | None:
    """A word that we do not know says nothing: how somebody paid is no reason to lose the event."""
    text = value.strip().lower() if isinstance(value, str) else ""
    return PaymentWay(text) if text in PaymentWay else None


def read_moment(value: Any) -> Any:
    """ISO 8601 to an aware moment; without a zone the time of Vietnam is meant, a bare date is its start."""
    if isinstance(value, str):
        text = value.strip()
        try:
            value = datetime.fromisoformat(text)
        except ValueError:
            return value  # pydantic then says what is wrong
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time.min)
    if isinstance(value, datetime):
        return value.replace(tzinfo=LOCAL) if value.tzinfo is None else value.astimezone(LOCAL)
    if isinstance(value, int | float):
        raise ValueError("a moment is written as text")
    return value


_OFFICIAL = re.compile(r"https://(?:[a-z0-9-]+\.)+gov\.vn(?::\d+)?(?:/[^\s<>\"]*)?", re.IGNORECASE)


def official_link(value: Any) -> str | None:
    """An address of the state (https, ``.gov.vn``); any other is dropped: money is asked for beside it."""
    text = value.strip() if isinstance(value, str) else ""
    return text if len(text) <= 500 and _OFFICIAL.fullmatch(text) else None


_IDENTITY_DIGITS = (9, 10, 12, 13)


def read_identity(value: Any) -> str | None:
    """The digits of an identity card (12, formerly 9) or of a tax number (10 or 13); else none."""
    digits = re.sub(r"\D", "", value) if isinstance(value, str) else ""
    return digits if len(digits) in _IDENTITY_DIGITS and len(set(digits)) > 1 else None


Moment = Annotated[datetime, BeforeValidator(read_moment)]
Line = Annotated[str, Field(min_length=1, max_length=2000)]


class _Shape(BaseModel):
    # An unknown field is reported as a warning by the reader: a new field of theirs must not stop notices.
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, value: Any) -> Any:
        """Exporting systems write an empty text, or null, where they have nothing."""
        if not isinstance(value, dict):
            return value
        return {
            key: item
            for key, item in value.items()
            if item is not None and not (isinstance(item, str) and not item.strip())
        }


class Applicant(_Shape):
    """Contact data as it was written down; whether it can be used is found out when it is stored."""

    name: str | None = Field(default=None, max_length=200)
    phone: str | None = Field(default=None, max_length=60)
    email: str | None = Field(default=None, max_length=254)
    # Of a person or an enterprise. Never stored: only a keyed hash of it, by which the same person is known.
    identity_number: Annotated[str | None, BeforeValidator(read_identity)] = None


class DossierFee(_Shape):
    """``amount`` in đồng; None when the sender did not say."""

    name: Line
    amount: int | None = Field(default=None, ge=0, le=10**13)
    basis: str | None = Field(default=None, max_length=500)


class DossierEventData(_Shape):
    """``data`` of a dossier event. All moments are aware, in the time of Vietnam."""

    dossier_code: str = Field(min_length=1, max_length=60)
    procedure_code: str | None = Field(default=None, max_length=60)
    procedure_name: str | None = Field(default=None, max_length=1000)
    field: str | None = Field(default=None, max_length=200)
    unit: str | None = Field(default=None, max_length=200)
    officer: str | None = Field(default=None, max_length=200)
    applicant: Applicant | None = None
    received_at: Moment | None = None
    due_at: Moment | None = None
    occurred_at: Moment
    channel: FilingChannel | None = None
    items: list[Line] = Field(default=[], max_length=50)
    fees: list[DossierFee] = Field(default=[], max_length=50)
    reason: str | None = Field(default=None, max_length=2000)
    new_due_at: Moment | None = None
    notice_number: str | None = Field(default=None, max_length=100)
    # Of a notice of fees or duties: who issued it and when, until when to pay, and the official addresses.
    notice_date: Moment | None = None
    issuer: str | None = Field(default=None, max_length=300)
    pay_by: Moment | None = None
    pay_link: Annotated[str | None, BeforeValidator(official_link)] = None
    receipt_link: Annotated[str | None, BeforeValidator(official_link)] = None
    # Of a payment: how it was made.
    paid_how: Annotated[PaymentWay | None, BeforeValidator(payment_way)] = None

    @model_validator(mode="after")
    def _due_after_received(self) -> DossierEventData:
        if self.received_at and self.due_at and local_day(self.due_at) < local_day(self.received_at):
            raise ValueError("due_at before received_at")
        return self

    @property
    def fees_total(self) -> int | None:
        """Sum of the fees in đồng; None when there are none or an amount is not known."""
        amounts = [fee.amount for fee in self.fees]
        if not amounts or None in amounts:
            return None
        return sum(amount for amount in amounts if amount is not None)
