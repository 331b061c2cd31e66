"""A form for any typed document: one field in plain words for every entry of its shape, no YAML to see.

The shape (a Pydantic model) says which fields there are, ``WORDS`` how they are called at the counter. Drawn
by ``content_fields.html`` and read back into the same nested data. Rows of a list end with an empty one:
filling it adds a row, emptying a row removes it. Works without JavaScript.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Form = Mapping[str, str]

# What staff call things. A field without words here is kept as it is and not shown.
WORDS: Mapping[str, tuple[str, str]] = {
    "plain_name": ("Tên dễ hiểu", "Cách người dân gọi việc này"),
    "option_label": ("Nhãn khi hỏi lại", "Ngắn, để phân biệt với việc gần giống; nhiều nhất 60 ký tự"),
    "title": ("Tên", ""),
    "name": ("Tên", ""),
    "summary": ("Việc này là gì", "Một câu"),
    "text": ("Câu trả lời", "Nhiều nhất 700 ký tự; mỗi dòng một ý; gạch đầu dòng bằng dấu -"),
    "who": ("Ai được làm", "Mỗi dòng một ý"),
    "where": ("Nộp ở đâu", "Mỗi dòng một nơi"),
    "methods": ("Cách nộp, thời hạn, lệ phí", ""),
    "channels": ("Nộp bằng cách nào", ""),
    "durations": ("Thời hạn", ""),
    "fees": ("Lệ phí", ""),
    "value": ("Số", ""),
    "unit": ("Đơn vị thời gian", ""),
    "when": ("Trường hợp", "Để trống nếu luôn luôn"),
    "kind": ("Loại", ""),
    "amount": ("Số tiền (đồng)", "Chỉ ghi số, ví dụ 8000"),
    "per": ("Tính theo", "Ví dụ: bản, trang, trường hợp"),
    "until": ("Áp dụng đến hết ngày", ""),
    "basis": ("Căn cứ", "Số văn bản; bắt buộc khi có số tiền hoặc thời hạn"),
    "note": ("Ghi chú", ""),
    "papers": ("Giấy tờ", ""),
    "formal_name": ("Tên trong văn bản", ""),
    "originals": ("Số bản chính", ""),
    "copies": ("Số bản sao", ""),
    "show_only": ("Chỉ cho xem rồi nhận lại", ""),
    "connected": ("Khỏi nộp khi dữ liệu đã kết nối", "Viết thành câu cho người dân"),
    "form_name": ("Mẫu số", ""),
    "steps": ("Các bước", "Mỗi dòng một bước"),
    "conditions": ("Điều kiện", "Mỗi dòng một ý"),
    "exemptions": ("Miễn, giảm", "Mỗi dòng một đối tượng"),
    "results": ("Nhận về gì", "Mỗi dòng một thứ"),
    "legal": ("Văn bản căn cứ", ""),
    "number": ("Số văn bản", ""),
    "sample_form": ("Mẫu điền sẵn", "Địa chỉ trang hoặc tệp, bắt đầu bằng https://"),
    "same_day_after_15h": ("Nộp sau 15 giờ thì có vào ngày làm việc sau", ""),
    "sad": ("Việc buồn: chia buồn, không mời góp ý", ""),
    "updated": ("Ngày cập nhật", ""),
    "aliases": ("Cách gọi của người dân", "Mỗi dòng một cách; không dấu cũng được"),
    "golden": ("Câu hỏi mẫu", "Những câu phải tìm ra mục này"),
    "concepts": ("Nhóm chữ", ""),
    "concept": ("Chữ trong văn bản", ""),
    "says": ("Người dân nói", "Mỗi dòng một cách"),
    "phrases": ("Cách gọi theo thủ tục", ""),
    "procedure": ("Mã thủ tục", "Ví dụ 1.001193"),
    "old_names": ("Tên xã, phường cũ", "Mỗi dòng một tên"),
    "address": ("Địa chỉ", ""),
    "phone": ("Điện thoại", ""),
    "hours": ("Có nêu giờ làm việc (phải khớp lịch)", ""),
}

CHOICES: Mapping[str, str] = {
    "counter": "Tại quầy", "online": "Qua mạng", "post": "Qua bưu điện",
    "known": "Có mức thu", "free": "Không thu", "varies": "Tỉnh quyết định, tùy nơi",
    "unknown": "Chưa có số liệu",
    "same_day": "trong ngày", "hour": "giờ", "working_hour": "giờ làm việc", "working_day": "ngày làm việc",
    "day": "ngày", "month": "tháng", "year": "năm",
}  # fmt: skip

_SPARE_ROWS = 1


class FieldKind(StrEnum):
    LINE = "line"
    AREA = "area"
    LINES = "lines"
    NUMBER = "number"
    DATE = "date"
    CHECK = "check"
    CHOICE = "choice"
    CHOICES = "choices"
    ROWS = "rows"


@dataclass(frozen=True)
class FieldView:
    """One field as the page draws it; ``rows`` are the fields of each row of a list."""

    name: str
    label: str
    hint: str
    kind: FieldKind
    value: Any = None
    options: Sequence[tuple[str, str]] = ()
    rows: Sequence[Sequence[FieldView]] = field(default_factory=tuple)
    locked: bool = False


def fields_of(
    shape: type[BaseModel],
    data: Mapping[str, Any],
    *,
    editable: frozenset[str] | None = None,
    prefix: str = "",
) -> list[FieldView]:
    """The fields of ``shape`` filled with ``data``. ``editable``: top-level names one may change."""
    found = []
    for name, info in shape.model_fields.items():
        if name not in WORDS:
            continue
        view = _view(f"{prefix}{name}", name, info, data.get(name))
        if editable is not None and name not in editable:
            view = FieldView(**{**view.__dict__, "locked": True})
        found.append(view)
    return found


def read_form(
    shape: type[BaseModel], form: Form, before: Mapping[str, Any], *, editable: frozenset[str] | None = None
) -> dict[str, Any]:
    """``before`` with what the form says in place of it; fields that are not shown stay."""
    found = dict(before)
    for name, info in shape.model_fields.items():
        if name not in WORDS or (editable is not None and name not in editable):
            continue
        value = _read(name, name, info, form, before.get(name))
        if value in (None, "", [], ()):
            found.pop(name, None)
        else:
            found[name] = value
    return found


def _view(path: str, name: str, info: FieldInfo, value: Any) -> FieldView:
    label, hint = WORDS[name]
    kind, inner = _kind(name, info)
    if kind is FieldKind.ROWS:
        assert inner is not None  # noqa: S101 - rows have a shape
        rows = [
            fields_of(inner, _as_mapping(inner, row), prefix=f"{path}.{number}.")
            for number, row in enumerate([*(value or []), *([{}] * _SPARE_ROWS)])
        ]
        return FieldView(path, label, hint, kind, rows=rows)
    options: list[tuple[str, str]] = []
    if kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        assert inner is not None  # noqa: S101 - a choice has an enumeration
        options = [(one.value, CHOICES.get(one.value, one.value)) for one in inner]
        if kind is FieldKind.CHOICE and not info.is_required():
            options.insert(0, ("", "—"))
    if kind is FieldKind.LINES:
        value = "\n".join(str(one) for one in value or [])
    if kind is FieldKind.CHECK:
        value = str(value).lower() == "true"
    return FieldView(path, label, hint, kind, value=value, options=options)


def _read(path: str, name: str, info: FieldInfo, form: Form, before: Any) -> Any:
    kind, inner = _kind(name, info)
    if kind is FieldKind.ROWS:
        assert inner is not None  # noqa: S101 - rows have a shape
        rows = []
        old = list(before or [])
        for number in range(len(old) + _SPARE_ROWS):
            start = f"{path}.{number}."
            if not any(key.startswith(start) for key in form):
                continue
            kept = _as_mapping(inner, old[number]) if number < len(old) else {}
            row = {k: v for k, v in kept.items() if k not in WORDS}
            for part, part_info in inner.model_fields.items():
                if part in WORDS:
                    value = _read(f"{start}{part}", part, part_info, form, kept.get(part))
                    if value not in (None, "", [], False):
                        row[part] = value
            if _says_something(inner, row):
                rows.append(row)
        return rows
    if kind is FieldKind.CHOICES:
        assert inner is not None  # noqa: S101 - a choice has an enumeration
        return [one.value for one in inner if f"{path}.{one.value}" in form]
    if kind is FieldKind.CHECK:
        return path in form
    text = form.get(path, "").strip()
    if kind is FieldKind.LINES:
        return [line.strip() for line in text.splitlines() if line.strip()]
    return text.replace("\r\n", "\n")


def _says_something(shape: type[BaseModel], row: Mapping[str, Any]) -> bool:
    """A row in which only a choice stands at its first value was not filled in."""
    return any(
        value not in (None, "", [], False)
        for name, value in row.items()
        if _kind(name, shape.model_fields[name])[0] is not FieldKind.CHOICE
    ) or any(row.get(name) not in (None, "", "known") for name in ("kind", "unit") if name in row)


def _as_mapping(shape: type[BaseModel], row: Any) -> Mapping[str, Any]:
    """A row that the file writes in short (a golden question as a plain sentence) in full."""
    if isinstance(row, Mapping):
        return row
    return {next(iter(shape.model_fields)): row}


def _kind(name: str, info: FieldInfo) -> tuple[FieldKind, type[Any] | None]:
    inner, several = _plain_type(info.annotation)
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return FieldKind.ROWS, inner
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return (FieldKind.CHOICES if several else FieldKind.CHOICE), inner
    if several:
        return FieldKind.LINES, None
    if inner is bool:
        return FieldKind.CHECK, None
    if inner is int:
        return FieldKind.NUMBER, None
    if inner is date:
        return FieldKind.DATE, None
    return (FieldKind.AREA if name in ("summary", "text", "note", "connected") else FieldKind.LINE), None


def _plain_type(annotation: Any) -> tuple[Any, bool]:
    """The type behind ``X | None`` and ``tuple[X, ...]``, and whether it stands in a list."""
    if get_origin(annotation) in (Union, types.UnionType):
        return _plain_type(next(one for one in get_args(annotation) if one is not type(None)))
    if get_origin(annotation) in (tuple, list):
        return _plain_type(get_args(annotation)[0])[0], True
    return annotation, False
