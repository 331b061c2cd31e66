"""A small invented city, so that a newcomer can try everything within a minute.

Codes begin with ``H99.``: dossiers of an agency that does not exist. People and numbers are invented; a
message about a sample dossier never leaves the machine.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from core.calendar import LOCAL, WorkingCalendar, local_day
from core.content import published
from core.database import Database, utc_now
from core.settings import Settings
from dossiers.intake import read_events_from
from dossiers.service import accept
from feedback.report import SHORT_SURVEY
from feedback.sample import plant_sample
from gateway import content_kinds
from gateway.sample_desk import plant_desk

_SOURCE = "https://motcua.example.gov.vn/thanh-pho-mau"
_PEOPLE = ("Nguyễn Văn Mẫu", "Trần Thị Thử", "Lê Văn Ví Dụ", "Phạm Thị Mẫu", "Đỗ Văn Thử", "Võ Thị Ví Dụ")

# Procedure, field, working days; then what followed reception: type, days after it, what it said.
_CASES: tuple[tuple[str, str, str, int, tuple[tuple[str, int, dict[str, Any]], ...]], ...] = (
    ("1.001193", "Đăng ký khai sinh", "Hộ tịch", 1, ()),
    ("1.004873", "Cấp Giấy xác nhận tình trạng hôn nhân", "Hộ tịch", 3, (("processing", 1, {}),)),
    (
        "1.013225",
        "Cấp giấy phép xây dựng nhà ở riêng lẻ",
        "Hoạt động xây dựng",
        15,
        (
            (
                "supplement_requested",
                2,
                {"items": ["Bản vẽ mặt bằng móng"], "reason": "Bản vẽ chưa có mặt bằng móng"},
            ),
        ),
    ),
    (
        "1.013949",
        "Chuyển mục đích sử dụng đất",
        "Đất đai",
        15,
        (
            ("processing", 1, {}),
            (
                "fee_due",
                5,
                {
                    "fees": [
                        {"name": "Phí thẩm định (mẫu)", "amount": 150000, "basis": "Quyết định mẫu số 01"}
                    ]
                },
            ),
        ),
    ),
    (
        "1.012783",
        "Cấp lại Giấy chứng nhận do bị mất",
        "Đất đai",
        10,
        (
            ("processing", 1, {}),
            (
                "delayed",
                8,
                {
                    "reason": "chưa nhận lại kết quả đo đạc",
                    "new_due_in": 5,
                    "notice_number": "12/VB-UBND",
                },
            ),
        ),
    ),
    ("2.000815", "Chứng thực bản sao từ bản chính", "Chứng thực", 1, (("result_ready", 1, {}),)),
    ("1.004222", "Đăng ký thường trú", "Cư trú", 7, (("result_ready", 5, {}), ("returned", 6, {}))),
    ("1.000894", "Đăng ký kết hôn", "Hộ tịch", 1, (("result_ready", 1, {}), ("returned", 1, {}))),
)


async def load_sample_city(settings: Settings) -> bool:
    """Load the dossiers and opinions of the sample city; False when they are there already."""
    database = Database(settings.database)
    try:
        async with database.reading() as session:
            documents = await published(session)
        calendar = content_kinds.calendar(documents)
        events = sample_events(calendar, utc_now())
        body = _json(events)
        parsed = read_events_from(
            body, content_type="application/json", code_pattern=settings.dossier_code_pattern
        )
        async with database.writing() as session:
            if await _is_loaded(session):
                return False
            await accept(session, parsed, now=utc_now())
            surveys = content_kinds.instruments(documents)
            today = local_day(utc_now())
            await plant_desk(session, calendar, now=utc_now())
            await plant_sample(session, surveys[SHORT_SURVEY], today=today)
        return True
    finally:
        await database.dispose()


def sample_events(calendar: WorkingCalendar, now: datetime) -> list[dict[str, Any]]:
    """CloudEvents that bring one dossier into each state, as of today."""
    events: list[dict[str, Any]] = []
    for number, (code, name, field, days, later) in enumerate(_CASES, start=1):
        lasted = max((after for _, after, _ in later), default=0)
        received = _working_days_before(calendar, now, lasted + 1)
        dossier = f"H99.01-{received:%y%m%d}-{number:04}"
        due = datetime.combine(calendar.due_date(received, days), received.timetz())
        common = {
            "dossier_code": dossier,
            "procedure_code": code,
            "procedure_name": name,
            "field": field,
            "unit": "UBND phường Quy Nhơn" if number % 2 else "UBND phường Long Khánh",
            "officer": "Trần Thị Cán Bộ (mẫu)",
            "applicant": {"name": _PEOPLE[number % len(_PEOPLE)], "phone": f"090000{number:04}"},
            "received_at": received.isoformat(),
            "due_at": due.isoformat(),
            "channel": "counter",
        }
        steps = [("received", 0, {}), *later]
        for place, (kind, after, extra) in enumerate(steps):
            at = datetime.combine(calendar.add_working_days(received.date(), after), received.timetz())
            at += timedelta(minutes=place)
            data = {**common, "occurred_at": at.isoformat(), **extra}
            if (ahead := data.pop("new_due_in", None)) is not None:
                data["new_due_at"] = datetime.combine(
                    calendar.add_working_days(due.date(), ahead), due.timetz()
                ).isoformat()
            events.append(
                {
                    "specversion": "1.0",
                    "id": f"mau-{number:02}-{place}",
                    "source": _SOURCE,
                    "type": f"vn.motcua.dossier.{kind}",
                    "time": at.isoformat(),
                    "subject": dossier,
                    "data": data,
                }
            )
    return events


def _working_days_before(calendar: WorkingCalendar, now: datetime, count: int) -> datetime:
    """Nine in the morning, ``count`` working days before today."""
    day = local_day(now)
    while count:
        day -= timedelta(days=1)
        count -= calendar.is_working_day(day)
    return datetime.combine(day, datetime.min.time(), LOCAL).replace(hour=9)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


async def _is_loaded(session: Any) -> bool:
    from dossiers.repository import any_sample

    return await any_sample(session)
