"""Who works in the office of a bench, what the audit has of them, and what they still have to do by hand."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.bench.office import Office
from gateway.bench.sql_words import Rows, Words


def rows(w: Words, office: Office) -> Iterator[Rows]:
    yield Rows(
        "staff",
        office.staff,
        {
            "id": w.id(),
            "username": w.padded("i", 5, "can.bo."),
            "display_name": w.sealed("Trần Thị Mẫu"),
            "active": w.yes,
            "second_factor_due": w.yes,
            "created_at": w.moment(f"{-office.seconds}"),
        },
    )
    code = w.padded(f"i % {office.wards} + 1", 3, "phuong-mau-")
    yield Rows(
        "role_assignment",
        office.staff,
        {
            "id": w.id(),
            "staff_id": w.id(),
            "unit_id": f"(SELECT unit.id FROM unit WHERE unit.code = {code})",
            "role": w.one_of("i", "officer", "officer", "officer", "ward_editor"),
            "starts_on": w.day("-900"),
        },
    )
    lines = office.dossiers
    yield Rows(
        "audit_entry",
        lines,
        {
            "id": w.id(),
            "at": w.moment(f"(i - {lines}) * {office.seconds / lines}"),
            "actor": w.padded(f"(i * 31) % {office.staff}", 5, "can.bo."),
            "action": w.one_of(
                "i", "dossier.read", "dossier.read", "personal_data.read", "conversation.read", "sign_in"
            ),
            "subject": w.padded("i", 8, "dossier:H98.02-200101-"),
        },
    )
    tasks, open_from = office.dossiers // 20, office.dossiers // 20 * 99 // 100
    done = f"i < {open_from}"
    yield Rows(
        "unit_task",
        tasks,
        {
            "id": w.id(),
            "message_id": w.id("i * 20"),
            "unit": office.unit_of(w, "i"),
            "dossier_code": w.padded("i", 8, "H98.02-200101-"),
            "reason": "'no_contact'",
            "way": w.one_of("i", "call", "visit", "letter"),
            "due_on": w.day(f"(i - {tasks}) * {office.days / tasks} + 2"),
            "status": f"CASE WHEN {done} THEN 'done' ELSE 'open' END",
            "outcome": f"CASE WHEN {done} THEN 'told_by_phone' END",
            "done_by": f"CASE WHEN {done} THEN 'can.bo.00001' END",
            "created_at": w.moment(f"(i - {tasks}) * {office.seconds / tasks}"),
            "done_at": f"CASE WHEN {done} THEN "
            + w.moment(f"(i - {tasks}) * {office.seconds / tasks}")
            + " END",
        },
    )
