"""Events for tests: the shipped samples and small ones of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.settings import Settings
from dossiers.event import DossierEvent
from dossiers.intake import read_events_from

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = REPOSITORY / "docs" / "samples"
CODE_PATTERN = str(Settings.model_fields["dossier_code_pattern"].default)
CODE = "H99.01-261102-0001"


def cloud_event(kind: str = "received", *, number: int = 1, **data: Any) -> dict[str, Any]:
    """One CloudEvent about an invented dossier."""
    return {
        "specversion": "1.0",
        "id": f"test-{number}",
        "source": "https://example.com/one-stop",
        "type": f"vn.motcua.dossier.{kind}",
        "data": {"dossier_code": CODE, "occurred_at": f"2026-11-02T08:{number:02}:00+07:00", **data},
    }


def full_event(kind: str = "received", *, number: int = 1, **data: Any) -> dict[str, Any]:
    """A CloudEvent that says everything about its dossier."""
    known = {
        "procedure_code": "9.000001",
        "procedure_name": "Thủ tục mẫu",
        "field": "Đất đai",
        "unit": "Ủy ban nhân dân phường Mẫu",
        "officer": "Trần Thị Mẫu",
        "applicant": {"name": "Nguyễn Văn Mẫu", "phone": "0900000001", "email": "mau@example.com"},
        "received_at": "2026-11-02T08:00:00+07:00",
        "due_at": "2026-11-25T17:00:00+07:00",
        "channel": "counter",
    }
    return cloud_event(kind, number=number, **{**known, **data})


def read(body: Any) -> list[DossierEvent]:
    return read_events_from(
        json.dumps(body).encode(), content_type="application/json", code_pattern=CODE_PATTERN
    )


def read_sample(name: str) -> list[DossierEvent]:
    path = SAMPLES / name
    kind = "text/csv" if path.suffix == ".csv" else "application/json"
    return read_events_from(path.read_bytes(), content_type=kind, code_pattern=CODE_PATTERN)
