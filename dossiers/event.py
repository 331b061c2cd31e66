"""A dossier event as every reader hands it on, and what is odd about it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from core.events import canonical_json
from core.phones import PhoneFlaw, read_phone
from dossiers.problems import Problem, from_validation
from dossiers.schemas import Applicant, DossierEventData
from dossiers.vocabularies import DossierEventType, PaymentWay

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_REASON_EXPECTED = {
    DossierEventType.NOT_ACCEPTED,
    DossierEventType.PAUSED,
    DossierEventType.DELAYED,
    DossierEventType.REJECTED,
    DossierEventType.STOPPED,
}


@dataclass(frozen=True)
class DossierEvent:
    """``as_posted`` is the sha256 of the sender's own canonical JSON: by it two bodies are called equal.

    ``time_known`` is False where the sender's format has no time for this step: then the moment we are
    told counts.
    """

    type: DossierEventType
    source: str
    external_id: str
    data: DossierEventData
    as_posted: str
    warnings: tuple[Problem, ...] = field(default=())
    time_known: bool = True

    def body(self) -> dict[str, Any]:
        """What goes into the event log."""
        told = self.data.model_dump(
            mode="json", exclude_none=True, exclude={"applicant": {"identity_number"}}
        )
        return {**told, "as_posted": self.as_posted}


def digest_of(raw: Any) -> str:
    return hashlib.sha256(canonical_json(raw).encode()).hexdigest()


def read_data(
    raw: Any, *, index: int, code_pattern: str, row: int | None = None, prefix: str = ""
) -> tuple[DossierEventData | None, list[Problem]]:
    """The typed data and no problems, or none and every problem."""
    try:
        data = DossierEventData.model_validate(raw)
    except ValidationError as error:
        return None, from_validation(error, index=index, row=row, prefix=prefix)
    if not re.fullmatch(code_pattern, data.dossier_code):
        return None, [
            Problem(
                index=index,
                row=row,
                field=f"{prefix}dossier_code",
                problem="không đúng dạng mã hồ sơ",
                remedy="ghi đủ mã như trên giấy hẹn, ví dụ H99.01-261120-0001",
            )
        ]
    return data, []


def warnings_about(
    kind: DossierEventType, data: DossierEventData, raw: Any, *, index: int, row: int | None = None
) -> tuple[Problem, ...]:
    """What is odd but must not stop the event: an unusable contact is no reason to lose a decision."""

    def warning(name: str, problem: str, remedy: str) -> Problem:
        return Problem(index=index, row=row, field=name, problem=problem, remedy=remedy)

    found = [
        warning(name, "trường không được dùng", "kiểm tra lại tên trường; giá trị này đã bị bỏ qua")
        for name in unknown_fields(raw)
    ]
    applicant = data.applicant
    if applicant and applicant.phone:
        flaw = read_phone(applicant.phone).flaw
        if flaw is PhoneFlaw.OLD_PREFIX:
            found.append(
                warning("applicant.phone", "số 11 chữ số cũ, đã đổi sang đầu số mới", "xác nhận lại số")
            )
        elif flaw is not None:
            found.append(
                warning(
                    "applicant.phone",
                    "số điện thoại không nhận được tin nhắn",
                    "sửa thành số di động 10 chữ số; hồ sơ vẫn được ghi, nhưng chưa báo tin được",
                )
            )
    if applicant and applicant.email and not usable_email(applicant.email):
        found.append(
            warning("applicant.email", "địa chỉ thư không dùng được", "sửa địa chỉ thư; hồ sơ vẫn được ghi")
        )
    for name in ("pay_link", "receipt_link"):
        if isinstance(raw, dict) and raw.get(name) and getattr(data, name) is None:
            found.append(
                warning(
                    name,
                    "không phải địa chỉ https của cơ quan nhà nước (.gov.vn), không đưa vào tin",
                    "gửi địa chỉ của Cổng Dịch vụ công",
                )
            )
    if isinstance(raw, dict) and raw.get("paid_how") and data.paid_how is None:
        found.append(
            warning(
                "paid_how",
                "không biết cách nộp tiền này, nên không tính",
                f"ghi một trong: {', '.join(PaymentWay)}",
            )
        )
    if kind in _REASON_EXPECTED and not data.reason:
        found.append(warning("reason", "chưa có lý do", "gửi kèm lý do để người dân biết phải làm gì"))
    if kind is DossierEventType.SUPPLEMENT_REQUESTED and not (data.items or data.reason):
        found.append(warning("items", "chưa nói phải bổ sung gì", "gửi danh sách đầy đủ trong một lần"))
    if kind is DossierEventType.DELAYED and not data.new_due_at:
        found.append(warning("new_due_at", "chưa có ngày hẹn mới", "gửi ngày hẹn mới"))
    if kind is DossierEventType.FEE_DUE and data.fees_total is None:
        found.append(warning("fees", "chưa có đủ số tiền", "gửi từng khoản với số tiền và căn cứ"))
    if kind is DossierEventType.FINANCIAL_DUTY and not (data.notice_number and data.issuer):
        found.append(
            warning(
                "notice_number",
                "chưa có số thông báo và cơ quan ra thông báo",
                "gửi notice_number, notice_date và issuer theo thông báo của cơ quan thuế",
            )
        )
    return tuple(found)


def usable_email(text: str) -> bool:
    return bool(_EMAIL.fullmatch(text.strip()))


def unknown_fields(raw: Any) -> list[str]:
    if not isinstance(raw, dict):
        return []
    found = _unknown(raw, DossierEventData, "")
    applicant = raw.get("applicant")
    if isinstance(applicant, dict):
        found += _unknown(applicant, Applicant, "applicant.")
    return found


def _unknown(raw: dict[str, Any], model: type[BaseModel], prefix: str) -> list[str]:
    known: Collection[str] = model.model_fields
    return [f"{prefix}{name}" for name in raw if name not in known]
