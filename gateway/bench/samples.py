"""Invented dossier events, as many as are wanted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

CODES = "H98.01"
"""An agency that does not exist, and no sample: its messages go where the ladder says."""


def code(number: int) -> str:
    return f"{CODES}-261102-{number:07d}"


def event(number: int, *, kind: str = "received", marker: str = "b") -> dict[str, Any]:
    """A CloudEvent about a dossier of its own; numbers that are not given to anybody."""
    now = datetime.now(UTC)
    return {
        "specversion": "1.0",
        "id": f"{marker}-{number}-{kind}",
        "source": "https://example.com/bench",
        "type": f"vn.motcua.dossier.{kind}",
        "data": {
            "dossier_code": code(number),
            "procedure_code": "9.000001",
            "procedure_name": "Thủ tục mẫu đo tốc độ",
            "field": "Lĩnh vực mẫu",
            "unit": "Ủy ban nhân dân phường Mẫu",
            "officer": "Trần Thị Mẫu",
            "applicant": {"name": f"Nguyễn Văn Mẫu {number}", "phone": f"09{number % 10**8:08d}"},
            "received_at": (now - timedelta(days=2)).isoformat(),
            "due_at": (now + timedelta(days=20)).isoformat(),
            "occurred_at": now.isoformat(),
            "channel": "counter",
        },
    }


def same_day(number: int) -> dict[str, Any]:
    """Decided on the day it was handed in."""
    made = event(number, kind="result_ready", marker="same-day")
    made["data"]["received_at"] = made["data"]["occurred_at"]
    return made


def as_body(events: list[dict[str, Any]]) -> bytes:
    return json.dumps(events if len(events) > 1 else events[0]).encode()
