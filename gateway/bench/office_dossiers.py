"""Dossiers of the office of a bench: nearly all closed, some late, a letter of apology for some."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.bench.office import DAY, Office
from gateway.bench.sql_words import Rows, Words


def rows(w: Words, office: Office) -> Iterator[Rows]:
    count, first_open = office.dossiers, office.dossiers - office.open_dossiers
    received = f"(i - {count}) * {office.seconds / count}"
    is_open = f"i >= {first_open}"
    field = w.one_of("i", "Hộ tịch", "Chứng thực", "Đất đai", "Bảo trợ xã hội", "Xây dựng", "Cư trú")
    yield Rows(
        "dossier",
        count,
        {
            "id": w.id(),
            "code": w.padded("i", 8, "H98.02-200101-"),
            "procedure_code": w.padded("i % 300", 6, "9."),
            "procedure_name": "'Thủ tục mẫu đo tốc độ'",
            "field": field,
            "unit": office.unit_of(w, "i"),
            "officer": w.padded("(i * 31) % 400", 3, "Cán bộ Mẫu "),
            "channel": w.one_of("i", "counter", "online", "post"),
            "applicant_name": w.sealed("Nguyễn Văn Mẫu"),
            "phone": w.sealed("+84900000001"),
            "phone_hash": w.hash("i / 2"),
            "received_at": w.moment(received),
            "due_at": w.moment(f"{received} + {10 * DAY}"),
            "extension_count": "0",
            "supplement_count": "i % 7 / 6",
            "status": f"CASE WHEN {is_open} THEN "
            + w.one_of("i", "processing", "received", "supplement_requested", "result_ready")
            + " ELSE 'returned' END",
            "status_at": w.moment(f"{received} + {5 * DAY}"),
            "closed_at": f"CASE WHEN {is_open} THEN NULL ELSE "
            + w.moment(f"{received} + (i % 12) * {DAY}")
            + " END",
            "sample": w.no,
            "sensitive": w.no,
            "created_at": w.moment(received),
            "updated_at": w.moment(received),
        },
    )
    yield Rows(
        "dossier_deadline",
        office.open_dossiers,
        {
            "dossier_id": w.id(),
            "unit": office.unit_of(w, "i"),
            "due_on": w.day("i % 20 - 3"),
            "made_at": w.moment(f"{-10 * DAY}"),
            "stopped": f"CASE WHEN i % 10 = 0 THEN {w.yes} ELSE {w.no} END",
            "waited_minutes": "0",
            "look_at": w.moment(str(DAY)),
            "updated_at": w.moment("0"),
        },
        first=first_open,
    )
    # The years leave letters that were sent; of those under way there are few.
    late = f"(i - {count}) * {office.seconds / count} + {9 * DAY}"
    yield Rows(
        "extension",
        office.dossiers // 20,
        {
            "id": w.id(),
            "dossier_id": w.id(),
            "dossier_code": w.padded("i", 8, "H98.02-200101-"),
            "unit": office.unit_of(w, "i"),
            "state": "'sent'",
            "version": "5",
            "ordinal": "1",
            "old_due_on": w.day(f"({late}) / {DAY}"),
            "new_due_on": w.day(f"({late}) / {DAY} + 7"),
            "reason": w.sealed("Chờ cơ quan đất đai đo lại thửa đất."),
            "drafted_at": w.moment(late),
            "drafted_by": "'can.bo.00001'",
            "sent_at": w.moment(late),
            "sent_by": "'can.bo.00001'",
        },
    )
    letters = office.open_dossiers // 50
    yield Rows(
        "extension",
        letters,
        {
            "id": w.id(),
            "dossier_id": w.id(),
            "dossier_code": w.padded("i", 8, "H98.02-200101-"),
            "unit": office.unit_of(w, "i"),
            "open_for": w.id(),
            "state": "'reasoned'",
            "version": "2",
            "ordinal": "1",
            "old_due_on": w.day("i % 20 - 3"),
            "new_due_on": w.day("i % 20 + 5"),
            "reason": w.sealed("Chờ cơ quan đất đai đo lại thửa đất."),
            "drafted_at": w.moment(f"{-DAY}"),
            "drafted_by": "'can.bo.00001'",
            "reasoned_at": w.moment(f"{-DAY}"),
            "reasoned_by": "'can.bo.00001'",
        },
        first=first_open,
    )
