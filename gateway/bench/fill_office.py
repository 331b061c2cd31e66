"""An office after three years: what its staff's pages look through, in the shape that it has in life.

A province with its wards; nearly all dossiers are closed, some are late; conversations with their turns,
hand-overs, what the assistant could not answer, complaints, opinions to mend, appointments, letters of
apology, tasks, campaigns, and a line in the audit for every dossier. People in it do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from core.database import Database
from gateway.bench import office_talk
from gateway.bench.fill import NOTICE_TABLES, fill_notices, filling
from gateway.bench.office import PROVINCE, Office
from gateway.bench.sql_words import Rows, Words
from people.models import UnitKind
from people.service import ensure_unit

_TABLES = (
    "dossier", "dossier_deadline", "extension", "staff", "role_assignment", "audit_entry", "conversation",
    "turn", "handover", "conversation_note", "unanswered_group", "unanswered", "held_answer",
    "reviewed_topic", "complaint", "opinion_case", "counter_plan", "appointment", "unit_task",
    "person_request", "campaign", "campaign_recipient",
)  # fmt: skip
_DAY = 86_400
_CAMPAIGNS = 60


async def add_units(database: Database, office: Office) -> None:
    async with database.writing() as session:
        await ensure_unit(session, code=PROVINCE, name="Tỉnh Mẫu", kind=UnitKind.PROVINCE)
        for number in range(1, office.wards + 1):
            await ensure_unit(
                session,
                code=office.code(number),
                name=office.name(number),
                kind=UnitKind.WARD,
                parent_code=PROVINCE,
            )


def fill_office(url: str, office: Office, *, tell: Callable[[str], None]) -> None:
    """Units are there already; nothing is due, and nothing is news to a planner."""
    notices = [table for table in NOTICE_TABLES if table != "dossier"]
    with filling(url, [*notices, *_TABLES], tell) as connection:
        fill_notices(connection, notices, messages=office.dossiers, tell=tell)
        words = Words(connection)
        for rows in (*_rows(words, office), *office_talk.rows(words, office)):
            tell(f"filling {rows.table}")
            words.fill(rows)


def _rows(w: Words, office: Office) -> Iterator[Rows]:
    yield from _dossiers(w, office)
    yield from _people(w, office)
    yield from _citizens(w, office)
    yield from _appointments(w, office)
    yield from _campaigns(w, office)


def _dossiers(w: Words, office: Office) -> Iterator[Rows]:
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
            "due_at": w.moment(f"{received} + {10 * _DAY}"),
            "extension_count": "0",
            "supplement_count": "i % 7 / 6",
            "status": f"CASE WHEN {is_open} THEN "
            + w.one_of("i", "processing", "received", "supplement_requested", "result_ready")
            + " ELSE 'returned' END",
            "status_at": w.moment(f"{received} + {5 * _DAY}"),
            "closed_at": f"CASE WHEN {is_open} THEN NULL ELSE "
            + w.moment(f"{received} + (i % 12) * {_DAY}")
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
            "made_at": w.moment(f"{-10 * _DAY}"),
            "stopped": f"CASE WHEN i % 10 = 0 THEN {w.yes} ELSE {w.no} END",
            "waited_minutes": "0",
            "look_at": w.moment(str(_DAY)),
            "updated_at": w.moment("0"),
        },
        first=first_open,
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
            "drafted_at": w.moment(f"{-_DAY}"),
            "drafted_by": "'can.bo.00001'",
            "reasoned_at": w.moment(f"{-_DAY}"),
            "reasoned_by": "'can.bo.00001'",
        },
        first=first_open,
    )


def _people(w: Words, office: Office) -> Iterator[Rows]:
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


def _citizens(w: Words, office: Office) -> Iterator[Rows]:
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
            "answered_at": f"CASE WHEN {done} THEN " + w.moment(f"{created} + (i % 16) * {_DAY}") + " END",
            "answer": f"CASE WHEN {done} THEN " + w.sealed("Đã thay bóng đèn, mời ông bà xem lại.") + " END",
            "category": "'Hạ tầng, môi trường, trật tự'",
            "is_complex": w.no,
            "rating": f"CASE WHEN {done} AND i % 3 = 0 THEN 1 + i % 5 END",
            "public_question": "CASE WHEN i % 10 = 0 THEN 'Đèn đường hỏng ba tuần.' END",
            "public_answer": "CASE WHEN i % 10 = 0 THEN 'Đã thay bóng đèn.' END",
            "published_at": f"CASE WHEN i % 10 = 0 AND {done} THEN " + w.moment(created) + " END",
        },
    )
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
            "due_at": w.moment(f"{opened} + {2 * _DAY}"),
            "closed_at": f"CASE WHEN {done} THEN " + w.moment(f"{opened} + {_DAY}") + " END",
            "closed_by": f"CASE WHEN {done} THEN 'can.bo.00001' END",
            "outcome": f"CASE WHEN {done} THEN 'mended' END",
            "told": f"CASE WHEN {done} THEN " + w.sealed("Đã xin lỗi và trả kết quả tại nhà.") + " END",
            "sample": w.no,
        },
    )
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
            "booked_at": w.moment(f"{starts} - {2 * _DAY}"),
            "arrived_at": f"CASE WHEN {past} AND i % 4 < 3 THEN " + w.moment(starts) + " END",
            "called_at": f"CASE WHEN {past} AND i % 4 < 3 THEN "
            + w.moment(f"{starts} + 60 * (i % 40)")
            + " END",
        },
    )


def _campaigns(w: Words, office: Office) -> Iterator[Rows]:
    each = office.dossiers // 500
    yield Rows(
        "campaign",
        _CAMPAIGNS,
        {
            "id": w.id(),
            "name": w.padded("i", 3, "Nhắc đổi căn cước "),
            "unit": office.unit_of(w, "i"),
            "body": w.sealed("Mời ông bà đến đổi căn cước."),
            "digest": w.hash(),
            "status": "'done'",
            "rows": str(each),
            "cost": str(each * 700),
            "created_by": "'can.bo.00001'",
            "created_at": w.moment(f"(i - {_CAMPAIGNS}) * {office.seconds / _CAMPAIGNS}"),
            "changed_at": w.moment(f"(i - {_CAMPAIGNS}) * {office.seconds / _CAMPAIGNS}"),
        },
    )
    count = _CAMPAIGNS * each
    yield Rows(
        "campaign_recipient",
        count,
        {
            "id": w.id(),
            "campaign_id": w.id(f"i / {each}" if each else "0"),
            "number": f"i % {each} + 1" if each else "1",
            "contact_hash": w.hash(),
            "phone": w.sealed("+84900000001"),
            "values": w.sealed({}),
            "state": "'planned'",
        },
    )
    beyond = 10**12
    yield Rows(
        "message",
        count,
        {
            "id": w.id(),
            "event_id": w.id(),
            "event_type": "'motcua.campaign'",
            "purpose": "'campaign'",
            "recipient_hash": w.hash(),
            "recipient_shown": "'…001'",
            "rungs": "'[]'",
            "rung": "0",
            "channel": "'sms'",
            "provider": "'stub'",
            "wordings": w.sealed({}),
            "about": w.padded(f"(i - {beyond}) / {each or 1}", 26, "campaign:"),
            "cost": "700",
            "any_hour": w.no,
            "lane": "2",
            "status": w.one_of("i", "delivered", "delivered", "delivered", "failed"),
            "maybe_second_copy": w.no,
            "attempts": "1",
            "correlation_id": w.id(),
            "occurred_at": w.moment(f"(i - {beyond + count}) * {office.seconds / max(count, 1)}"),
            "created_at": w.moment(f"(i - {beyond + count}) * {office.seconds / max(count, 1)}"),
        },
        first=beyond,
    )
