"""Errors in what another system sent, each with its place, what is wrong and what to do, in Vietnamese."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ValidationError


class Problem(BaseModel):
    """``index`` counts the events of a batch from 0; ``row`` is the line of a CSV file, headings being 1."""

    index: int
    row: int | None = None
    field: str
    problem: str
    remedy: str


class EventsRefused(Exception):
    """Nothing of the batch was taken; ``problems`` names every error found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = list(problems)


_MOMENT = (
    "không phải ngày giờ đọc được",
    "viết theo ISO 8601, ví dụ 2026-11-20T08:30:00+07:00",
)
_WORDS: dict[str, tuple[str, str]] = {
    "missing": ("thiếu trường bắt buộc", "thêm trường này"),
    "string_type": ("phải là chữ", "đặt giá trị trong dấu ngoặc kép"),
    "string_too_short": ("để trống", "ghi giá trị, hoặc bỏ hẳn trường này nếu không bắt buộc"),
    "string_too_long": ("quá dài", "rút gọn còn tối đa {max_length} ký tự"),
    "too_long": ("quá nhiều mục", "gửi tối đa {max_length} mục"),
    "list_type": ("phải là danh sách", "đặt các mục trong dấu ngoặc vuông [ ]"),
    "int_type": ("phải là số nguyên", "ghi số đồng, không có dấu chấm và chữ, ví dụ 15000"),
    "int_parsing": ("phải là số nguyên", "ghi số đồng, không có dấu chấm và chữ, ví dụ 15000"),
    "int_from_float": ("phải là số nguyên", "ghi số đồng, không có phần lẻ"),
    "greater_than_equal": ("nhỏ quá mức cho phép", "ghi số từ {ge} trở lên"),
    "less_than_equal": ("lớn quá mức cho phép", "kiểm tra lại số, tối đa {le}"),
    "enum": ("không phải một trong các giá trị được dùng", "dùng một trong: {expected}"),
    "model_type": ("phải là một nhóm trường", "đặt các trường trong dấu ngoặc nhọn {{ }}"),
    "model_attributes_type": ("phải là một nhóm trường", "đặt các trường trong dấu ngoặc nhọn {{ }}"),
    "dict_type": ("phải là một nhóm trường", "đặt các trường trong dấu ngoặc nhọn {{ }}"),
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
}
_OTHER = ("giá trị không dùng được", "xem mẫu trong docs/samples")


def from_validation(
    error: ValidationError, *, index: int, row: int | None = None, prefix: str = ""
) -> list[Problem]:
    """The errors that pydantic found, in words for the person who runs the sending system."""
    return [
        Problem(
            index=index,
            row=row,
            field=(prefix + ".".join(str(part) for part in item["loc"])).rstrip(".") or "data",
            **_worded(item["type"], str(item["msg"]), dict(item.get("ctx") or {})),
        )
        for item in error.errors(include_url=False, include_input=False)
    ]


def _worded(kind: str, message: str, context: dict[str, object]) -> dict[str, str]:
    if "due_at before received_at" in message:
        return {
            "problem": "ngày hẹn trả (due_at) đứng trước ngày tiếp nhận (received_at)",
            "remedy": "kiểm tra lại hai ngày",
        }
    if "a moment is written as text" in message:
        kind = "datetime_type"
    problem, remedy = _WORDS.get(kind, _OTHER)
    return {"problem": problem, "remedy": remedy.format(**context)}
