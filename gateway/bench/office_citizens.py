"""What citizens bring to the office of a bench: complaints, opinions, wishes about their data, visits."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.bench.office import DAY, Office
from gateway.bench.sql_words import Rows, Words


def rows(w: Words, office: Office) -> Iterator[Rows]:
    yield from _complaints(w, office)
    yield from _opinions(w, office)
    yield from _requests(w, office)
    yield from _appointments(w, office)


def _complaints(w: Words, office: Office) -> Iterator[Rows]:
    count = office.complaints
    done, created = f"i < {count * 98 // 100}", f"(i - {count}) * {office.seconds / count}"
    yield Rows(
        "complaint",
        count,
        {
            "id": w.id(),
            "receipt_code": w.padded("i", 6),
            "kind": w.one_of("i", "reflection", "reflection", "complaint", "unspecified"),
            "text": w.sealed("Đèn đường trước trụ sở hỏng ba tuần chưa sửa, tối đi lại rất khó. " * 4),
            "unit": office.unit_of(w, "i"),
            "dossier_code": w.padded("i", 8, "H98.02-200101-"),
            "status": f"CASE WHEN {done} THEN "
            + w.one_of("i", "answered", "answered", "answered", "forwarded")
            + " ELSE 'received' END",
            "forward_by": w.day(f"(i - {count}) * {office.days / count} + 7"),
            "due_on": w.day(f"(i - {count}) * {office.days / count} + 14"),
            "created_at": w.moment(created),
            "answered_at": f"CASE WHEN {done} THEN " + w.moment(f"{created} + (i % 16) * {DAY}") + " END",
            "answer": f"CASE WHEN {done} THEN " + w.sealed("Đã thay bóng đèn, mời ông bà xem lại.") + " END",
            "category": "'Hạ tầng, môi trường, trật tự'",
            "is_complex": w.no,
            "rating": f"CASE WHEN {done} AND i % 3 = 0 THEN 1 + i % 5 END",
            "public_question": "CASE WHEN i % 10 = 0 THEN 'Đèn đường hỏng ba tuần.' END",
            "public_answer": "CASE WHEN i % 10 = 0 THEN 'Đã thay bóng đèn.' END",
            "published_at": f"CASE WHEN i % 10 = 0 AND {done} THEN " + w.moment(created) + " END",
        },
    )


def _opinions(w: Words, office: Office) -> Iterator[Rows]:
    count = office.dossiers * 3 // 100
    done, opened = f"i < {count * 98 // 100}", f"(i - {count}) * {office.seconds / count}"
    yield Rows(
        "opinion_case",
        count,
        {
            "id": w.id(),
            "citizen_key": w.hash(),
            "unit": office.unit_of(w, "i"),
            "field": "'Hộ tịch'",
            "reason": w.one_of("i", "low", "low", "rude", "call"),
            "level": "1 + i % 2",
            "words": w.sealed("Phải đi lại ba lần mới xong."),
            "handler_hash": w.hash("i % 400"),
            "status": f"CASE WHEN {done} THEN 'closed' ELSE 'open' END",
            "opened_at": w.moment(opened),
            "due_at": w.moment(f"{opened} + {2 * DAY}"),
            "closed_at": f"CASE WHEN {done} THEN " + w.moment(f"{opened} + {DAY}") + " END",
            "closed_by": f"CASE WHEN {done} THEN 'can.bo.00001' END",
            "outcome": f"CASE WHEN {done} THEN 'mended' END",
            "told": f"CASE WHEN {done} THEN " + w.sealed("Đã xin lỗi và trả kết quả tại nhà.") + " END",
            "sample": w.no,
        },
    )


def _requests(w: Words, office: Office) -> Iterator[Rows]:
    count = office.dossiers // 300
    done = f"i < {count * 95 // 100}"
    yield Rows(
        "person_request",
        count,
        {
            "id": w.id(),
            "wish": w.one_of("i", "access", "correct", "withdraw", "erase"),
            "contact": f"CASE WHEN {done} THEN NULL ELSE " + w.sealed("0900000001") + " END",
            "contact_hash": w.hash(),
            "contact_shown": "'…001'",
            "unit": w.padded(f"i % {office.wards} + 1", 3, "phuong-mau-"),
            "proved": "'papers'",
            "reference": w.padded("i", 6, "phiếu số "),
            "status": f"CASE WHEN {done} THEN 'done' ELSE 'open' END",
            "received_at": w.moment(f"(i - {count}) * {office.seconds / count}"),
            "recorded_by": "'can.bo.00001'",
            "answer_by": w.day(f"(i - {count}) * {office.days / count} + 2"),
            "due_on": w.day(f"(i - {count}) * {office.days / count} + 15"),
            "done_at": f"CASE WHEN {done} THEN "
            + w.moment(f"(i - {count}) * {office.seconds / count}")
            + " END",
            "counts": "'{}'",
            "kept": "'[]'",
        },
    )


def _appointments(w: Words, office: Office) -> Iterator[Rows]:
    plans = 3 * office.wards
    yield Rows(
        "counter_plan",
        plans,
        {
            "id": w.id(),
            "unit": office.unit_of(w, "i"),
            "counter": w.padded(f"i / {office.wards} + 1", 1, "Quầy "),
            "weekdays": "'12345'",
            "opens": "'07:30:00.000000'",
            "closes": "'11:30:00.000000'",
            "minutes": "15",
            "places": "2",
            "active": w.yes,
            "created_at": w.moment(f"{-office.seconds}"),
        },
    )
    count = office.dossiers * 3 // 10
    ahead = count // 75
    starts = f"(i - {count - ahead}) * {office.seconds / count}"
    past = f"i < {count - ahead}"
    yield Rows(
        "appointment",
        count,
        {
            "id": w.id(),
            "code": w.padded("i", 6),
            "plan_id": w.id(f"i % {plans}"),
            "unit": office.unit_of(w, "i"),
            "counter": w.padded(f"i % {plans} / {office.wards} + 1", 1, "Quầy "),
            "starts_at": w.moment(starts),
            "phone": w.sealed("+84900000001"),
            "phone_hash": w.hash(),
            "status": f"CASE WHEN {past} THEN "
            + w.one_of("i", "done", "done", "done", "no_show")
            + " ELSE 'booked' END",
            "booked_at": w.moment(f"{starts} - {2 * DAY}"),
            "arrived_at": f"CASE WHEN {past} AND i % 4 < 3 THEN " + w.moment(starts) + " END",
            "called_at": f"CASE WHEN {past} AND i % 4 < 3 THEN "
            + w.moment(f"{starts} + 60 * (i % 40)")
            + " END",
        },
    )
