"""CloudEvents 1.0 in structured JSON mode: one event, or a batch of them."""

from __future__ import annotations

from typing import Any

from dossiers.event import DossierEvent, digest_of, read_data, warnings_about
from dossiers.problems import EventsRefused, Problem
from dossiers.vocabularies import DossierEventType

BATCH_LIMIT = 500
_OWN_SOURCE = "motcua"
_MAX_ATTRIBUTE = 200


def read_cloudevents(body: Any, *, code_pattern: str) -> list[DossierEvent]:
    """Typed events in their order; raises ``EventsRefused`` with every error of every event."""
    if isinstance(body, dict):
        body = [body]
    if not isinstance(body, list) or not body:
        raise EventsRefused(
            [_whole("phải là một sự kiện hoặc danh sách sự kiện", "xem mẫu trong docs/samples")]
        )
    if len(body) > BATCH_LIMIT:
        raise EventsRefused([_whole(f"{len(body)} sự kiện trong một lần gửi", f"gửi tối đa {BATCH_LIMIT}")])
    events: list[DossierEvent] = []
    problems: list[Problem] = []
    for index, raw in enumerate(body):
        event, found = _read_one(raw, index, code_pattern)
        problems += found
        if event is not None:
            events.append(event)
    if problems:
        raise EventsRefused(problems)
    return events


def _read_one(raw: Any, index: int, code_pattern: str) -> tuple[DossierEvent | None, list[Problem]]:
    if not isinstance(raw, dict):
        return None, [
            Problem(
                index=index,
                field="(sự kiện)",
                problem="phải là một nhóm trường",
                remedy="đặt các trường của sự kiện trong dấu ngoặc nhọn { }",
            )
        ]
    problems = _attribute_problems(raw, index)
    payload = raw.get("data")
    if payload is None:
        remedy = "gửi data dạng JSON, không gửi data_base64" if "data_base64" in raw else "thêm trường data"
        problems.append(Problem(index=index, field="data", problem="thiếu trường bắt buộc", remedy=remedy))
        return None, problems
    if isinstance(payload, dict) and not payload.get("occurred_at") and raw.get("time"):
        payload = {**payload, "occurred_at": raw["time"]}
    data, found = read_data(payload, index=index, code_pattern=code_pattern, prefix="data.")
    problems += found
    if data is None or problems:
        return None, problems
    kind = DossierEventType(raw["type"])
    return (
        DossierEvent(
            type=kind,
            source=raw["source"],
            external_id=raw["id"],
            data=data,
            as_posted=digest_of(raw),
            warnings=warnings_about(kind, data, raw["data"], index=index),
        ),
        [],
    )


def _attribute_problems(raw: dict[str, Any], index: int) -> list[Problem]:
    problems = []

    def add(name: str, problem: str, remedy: str) -> None:
        problems.append(Problem(index=index, field=name, problem=problem, remedy=remedy))

    for name in ("id", "source", "type", "specversion"):
        value = raw.get(name)
        if value is None or value == "":
            add(name, "thiếu trường bắt buộc", "thêm trường này")
        elif not isinstance(value, str):
            add(name, "phải là chữ", "đặt giá trị trong dấu ngoặc kép")
        elif len(value) > _MAX_ATTRIBUTE:
            add(name, "quá dài", f"rút gọn còn tối đa {_MAX_ATTRIBUTE} ký tự")
        elif name == "specversion" and value != "1.0":
            add(name, f"phiên bản {value} không được hỗ trợ", 'ghi "1.0"')
        elif name == "source" and value == _OWN_SOURCE:
            add(name, "nguồn này dành riêng cho Motcua", "ghi tên hoặc địa chỉ của hệ thống gửi")
        elif name == "type" and value not in set(DossierEventType):
            allowed = ", ".join(kind.value for kind in DossierEventType)
            add(name, "loại sự kiện không có trong danh sách", f"dùng một trong: {allowed}")
    content_type = raw.get("datacontenttype")
    if content_type is not None and "json" not in str(content_type).lower():
        add("datacontenttype", "chỉ nhận dữ liệu JSON", 'ghi "application/json" hoặc bỏ trường này')
    return problems


def _whole(problem: str, remedy: str) -> Problem:
    return Problem(index=0, field="(toàn bộ)", problem=problem, remedy=remedy)
