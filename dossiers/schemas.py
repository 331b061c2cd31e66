"""What other systems tell us about a dossier, in one typed shape."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from core.calendar import LOCAL, local_day
from dossiers.vocabularies import FilingChannel, PaymentWay


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


def data_of(body: dict[str, Any]) -> DossierEventData:
    """The typed data of a dossier event's body in the event log."""
    return DossierEventData.model_validate(body)
