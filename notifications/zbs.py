"""A Zalo template message (ZBS) as it is registered with Zalo, and Zalo's limits on it.

Limits are those of facts in Zalo's guidelines as their clients read them (September 2026); Zalo counts
characters of the text as written.
"""

from __future__ import annotations

import re
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator


class ZbsKind(StrEnum):
    """Kinds of parameters, each with its greatest length."""

    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    CODE = "code"
    LABEL = "label"
    STATUS = "status"
    CONTACT = "contact"
    TITLE = "title"
    PRODUCT = "product"
    AMOUNT = "amount"
    TIME = "time"
    LINK = "link"


LIMITS: dict[ZbsKind, int] = {
    ZbsKind.NAME: 30, ZbsKind.PHONE: 15, ZbsKind.ADDRESS: 200, ZbsKind.CODE: 30, ZbsKind.LABEL: 30,
    ZbsKind.STATUS: 30, ZbsKind.CONTACT: 50, ZbsKind.TITLE: 5, ZbsKind.PRODUCT: 200, ZbsKind.AMOUNT: 20,
    ZbsKind.TIME: 20, ZbsKind.LINK: 200,
}  # fmt: skip
# A name cut off still says who is meant; a code, a day or a sum cut off is another one.
_MAY_BE_CUT = frozenset({ZbsKind.NAME, ZbsKind.ADDRESS, ZbsKind.LABEL, ZbsKind.CONTACT, ZbsKind.PRODUCT})

TITLE_CHARACTERS = (9, 65)
PARAGRAPH_CHARACTERS = (9, 400)
TITLE_PARAMETERS, TEXT_PARAMETERS = 4, 10
_ROWS, _LABEL, _VALUE = (2, 8), (3, 36), (3, 90)
_BUTTON = (5, 30)
_MARK = re.compile(r"<([a-z_]+)>")
_LINK = re.compile(r"https?:|www\.|\b[a-z0-9-]+\.(?:vn|com|net|org|ly|me)\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)\d[\d .-]{7,}\d|\b1[89]00\b")


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class ZbsParameter(_Shape):
    """``name`` as registered; ``value`` is a template of ours."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,29}$")
    kind: ZbsKind
    value: str = Field(min_length=1)

    @property
    def limit(self) -> int:
        return LIMITS[self.kind]

    def fit(self, value: str, limit: int | None = None) -> str | None:
        """The value within its limit; None when it is empty or would be another one if it were cut."""
        if not value:
            return None
        limit = min(self.limit, limit or self.limit)
        if len(value) <= limit:
            return value
        if self.kind not in _MAY_BE_CUT:
            return None
        cut = value[: limit - 1]
        return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,.;:") + "…"


class ZbsRow(_Shape):
    label: str
    parameter: str


class ZbsForm(_Shape):
    """Texts name parameters as ``<ma_ho_so>``; ``button`` opens the address in the parameter ``link``."""

    title: str
    paragraphs: tuple[str, ...] = Field(min_length=1, max_length=4)
    rows: tuple[ZbsRow, ...] = ()
    button: str | None = None
    parameters: tuple[ZbsParameter, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _as_zalo_takes_it(self) -> ZbsForm:
        _length("title", self.title, TITLE_CHARACTERS)
        for paragraph in self.paragraphs:
            _length("paragraphs", paragraph, PARAGRAPH_CHARACTERS)
        for text in (self.title, *self.paragraphs):
            if _LINK.search(text) or _PHONE.search(text):
                raise ValueError("lời có đường dẫn hoặc số điện thoại, Zalo không duyệt: bỏ đi, dùng nút bấm")
        if self.rows:
            if not _ROWS[0] <= len(self.rows) <= _ROWS[1]:
                raise ValueError(
                    f"bảng có {len(self.rows)} dòng: Zalo nhận từ {_ROWS[0]} đến {_ROWS[1]} dòng"
                )
            for row in self.rows:
                _length("rows.label", row.label, _LABEL)
        if self.button is not None:
            _length("button", self.button, _BUTTON)
        self._parameters_fit()
        return self

    def _parameters_fit(self) -> None:
        known = [parameter.name for parameter in self.parameters]
        if len(known) != len(set(known)):
            raise ValueError("hai tham số trùng tên: đổi tên một tham số")
        in_title = _MARK.findall(self.title)
        in_text = [name for paragraph in self.paragraphs for name in _MARK.findall(paragraph)]
        used = {*in_title, *in_text, *(row.parameter for row in self.rows)}
        if self.button is not None:
            used.add("link")
        if missing := sorted(used - set(known)):
            raise ValueError(f"tham số {', '.join(missing)} chưa khai báo: thêm vào parameters")
        if idle := sorted(set(known) - used):
            raise ValueError(f"tham số {', '.join(idle)} khai báo mà không dùng: bỏ đi")
        if len(in_title) > TITLE_PARAMETERS or len(in_text) > TEXT_PARAMETERS:
            raise ValueError(
                f"quá nhiều tham số: tiêu đề tối đa {TITLE_PARAMETERS}, các đoạn tối đa {TEXT_PARAMETERS}"
            )
        # Transaction and customer-care templates must tell the receiver that they are meant.
        if not any(parameter.kind in (ZbsKind.NAME, ZbsKind.CODE) for parameter in self.parameters):
            raise ValueError("thiếu tham số nhận biết người nhận: thêm mã hồ sơ (code) hoặc tên (name)")

    def limit_of(self, name: str) -> int | None:
        """A narrower limit than that of its kind, for what stands in the table."""
        return _VALUE[1] if any(row.parameter == name for row in self.rows) else None

    def too_long(self, values: dict[str, str]) -> list[str]:
        """What in these values would be refused, each with its limit."""
        return [
            f"tham số {parameter.name} dài {len(value)} ký tự, tối đa {parameter.limit}"
            for parameter in self.parameters
            if len(value := values.get(parameter.name, "")) > parameter.limit
        ]

    def preview(self, values: dict[str, str]) -> str:
        """The message as a citizen would see it."""

        def filled(text: str) -> str:
            return _MARK.sub(lambda match: values.get(match[1], ""), text)

        lines = [filled(self.title), *map(filled, self.paragraphs)]
        lines += [f"{row.label}: {values.get(row.parameter, '')}" for row in self.rows]
        return "\n".join(lines + ([f"[{self.button}]"] if self.button else []))


def _length(what: str, text: str, limits: tuple[int, int]) -> None:
    plain = _MARK.sub("", text)
    if not limits[0] <= len(plain) <= limits[1]:
        raise ValueError(
            f"{what} dài {len(plain)} ký tự: Zalo nhận từ {limits[0]} đến {limits[1]} ký tự, sửa lại"
        )
