"""What is held about somebody as a page that they can read on paper; the file beside it has every field."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from core.calendar import LOCAL

SECTIONS = {
    "dossiers": "Hồ sơ",
    "letters": "Văn bản xin lỗi, hẹn lại",
    "appointments": "Lịch hẹn",
    "complaints": "Phản ánh, khiếu nại",
    "messages": "Tin đã soạn, đã gửi",
    "turns": "Lời trò chuyện",
    "calls_asked_for": "Lần xin được gọi lại",
    "contacts": "Số điện thoại, địa chỉ thư",
    "accounts": "Tài khoản đã liên kết",
    "consents": "Đồng ý, từ chối",
    "not_mine": "Đã báo không phải hồ sơ của mình",
    "requests": "Yêu cầu về dữ liệu",
}
FIELDS = {
    "code": "mã",
    "dossier_code": "hồ sơ",
    "receipt_code": "mã",
    "procedure": "thủ tục",
    "service": "việc",
    "unit": "nơi làm",
    "name": "họ tên",
    "phone": "điện thoại",
    "email": "thư điện tử",
    "value": "",
    "channel": "kênh",
    "account": "tài khoản",
    "direction": "",
    "text": "",
    "words": "",
    "answer": "trả lời",
    "reason": "lý do",
    "number": "số",
    "reference": "phiếu",
    "granted": "đồng ý",
    "told": "đã báo",
    "at": "lúc",
    "since": "từ",
    "until": "đến",
    "received_at": "nhận",
    "starts_at": "lúc",
    "due_at": "hẹn trả",
    "new_due_at": "hẹn lại",
    "new_due_on": "hẹn lại",
    "due_on": "hạn",
    "called_at": "đã gọi",
    "settled_at": "xong lúc",
    "closed_at": "đóng",
    "done_at": "xong",
}
_DIRECTIONS = {"in": "người dân nói:", "out": "được trả lời:"}


def readable(held: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
    """Headings with one line for each thing held; empty values and technical ones are left out."""
    return [(title, [_line(row) for row in held.get(name) or []]) for name, title in SECTIONS.items()]


def _line(row: Mapping[str, Any]) -> str:
    said = [
        f"{word} {_spoken(row[field])}".strip()
        for field, word in FIELDS.items()
        if row.get(field) is not None and row.get(field) != ""
    ]
    return ", ".join(said).replace(":,", ":")


def _spoken(value: object) -> str:
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, datetime):
        return f"{value.astimezone(LOCAL):%H:%M %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return _DIRECTIONS.get(str(value), str(value))
