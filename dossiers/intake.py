"""One door for everything that other systems send: finds out which format it is and reads it."""

from __future__ import annotations

import json

from core.json_text import storable
from dossiers.cloudevents import read_cloudevents
from dossiers.csv_events import read_csv
from dossiers.event import DossierEvent
from dossiers.national_envelope import read_national
from dossiers.problems import EventsRefused, Problem


def read_events_from(content: bytes, *, content_type: str, code_pattern: str) -> list[DossierEvent]:
    """Typed events from the body of a request or the bytes of a file.

    ``text/csv`` is a spreadsheet; everything else is JSON: a CloudEvent, a batch of them, or the national
    exchange envelope. Raises ``EventsRefused`` with every error.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EventsRefused([_whole("không đọc được chữ", "lưu và gửi bằng mã UTF-8")]) from None
    if content_type.split(";", 1)[0].strip().lower() == "text/csv":
        return read_csv(text.replace("\x00", ""), code_pattern=code_pattern)
    try:
        body = storable(json.loads(text), text)
    except json.JSONDecodeError as error:
        place = f"dòng {error.lineno}, cột {error.colno}"
        raise EventsRefused([_whole(f"không phải JSON đúng ({place})", "sửa chỗ này rồi gửi lại")]) from None
    except ValueError:  # a number of thousands of digits
        raise EventsRefused([_whole("có số quá dài", "xem mẫu trong docs/samples")]) from None
    except RecursionError:
        raise EventsRefused([_whole("quá nhiều lớp lồng nhau", "xem mẫu trong docs/samples")]) from None
    if isinstance(body, dict) and "service" in body and "specversion" not in body:
        return read_national(body, code_pattern=code_pattern)
    return read_cloudevents(body, code_pattern=code_pattern)


def _whole(problem: str, remedy: str) -> Problem:
    return Problem(index=0, field="(toàn bộ)", problem=problem, remedy=remedy)
