"""Tables of what citizens say to the assistant and to officers, for the office of a bench."""

from __future__ import annotations

from collections.abc import Iterator

from core.message import OutboundMessage, Outcome, Reply
from gateway.bench.office import Office
from gateway.bench.sql_words import Rows, Words

_EACH = 10
"""Turns of a conversation."""
_ASKED = "Tôi muốn hỏi làm giấy khai sinh cho con thì cần những giấy tờ gì, có mất tiền không?"
_SAID = OutboundMessage(
    text="Để đăng ký khai sinh, anh/chị mang theo tờ khai và giấy chứng sinh. Không thu lệ phí nếu đúng hạn. "
    * 3
)
_CODE = "1.001193"


def rows(w: Words, office: Office) -> Iterator[Rows]:
    count = office.conversations
    at = f"(i - {count}) * {office.seconds / count}"
    yield Rows(
        "conversation",
        count,
        {
            "id": w.id(),
            "channel": w.one_of("i", "web", "zalo", "telegram"),
            "key_hash": w.hash(),
            "owner": "'bot'",
            "context": w.sealed({"code": _CODE, "facets": ["documents"]}),
            "context_at": w.moment(at),
            "created_at": w.moment(at),
            "last_turn_at": w.moment(at),
        },
    )
    turns = count * _EACH
    inward, outcome = "i % 2 = 0", w.one_of("i / 2", "answer", "clarify", "fallback")
    yield Rows(
        "turn",
        turns,
        {
            "id": w.id(),
            "conversation_id": w.id(f"i / {_EACH}"),
            "direction": w.one_of("i", "in", "out"),
            "external_id": f"CASE WHEN {inward} THEN {w.hash()} END",
            "text": f"CASE WHEN {inward} THEN {w.sealed(_ASKED)} ELSE {w.sealed(_SAID.text)} END",
            "message": f"CASE WHEN {inward} THEN NULL ELSE {w.sealed(_SAID.model_dump(mode='json'))} END",
            "reply_to": f"CASE WHEN {inward} THEN NULL ELSE {w.id('i - 1')} END",
            "outcome": f"CASE WHEN {inward} THEN NULL ELSE {outcome} END",
            "code": f"CASE WHEN {inward} THEN NULL ELSE '{_CODE}' END",
            "correlation_id": w.id(),
            "at": w.moment(f"(i - {turns}) * {office.seconds / turns}"),
        },
    )
    yield from _to_a_person(w, office)
    yield from _unanswered(w, office)


def _to_a_person(w: Words, office: Office) -> Iterator[Rows]:
    count = office.conversations // 5
    closed, unit = f"i < {count * 99 // 100}", w.padded(f"i % {office.wards} + 1", 3, "phuong-mau-")
    at = f"(i - {count}) * 60 - 60"
    yield Rows(
        "handover",
        count,
        {
            "id": w.id(),
            "receipt": w.padded("i", 6),
            "conversation_id": w.id("i * 5"),
            "status": f"CASE WHEN {closed} THEN 'closed' ELSE 'waiting' END",
            "wants_call": w.no,
            "answer_by": w.moment(f"{at} + 86400"),
            "unit": f"CASE WHEN i % 5 = 0 THEN NULL ELSE {unit} END",
            "closed_at": f"CASE WHEN {closed} THEN {w.moment(at)} END",
            "created_at": w.moment(at),
        },
    )
    yield Rows(
        "conversation_note",
        count,
        {
            "id": w.id(),
            "conversation_id": w.id("i * 5"),
            "author": w.id(f"i % {office.staff}"),
            "text": w.sealed("Đã gọi lại, hẹn mang bản chính."),
            "at": w.moment(at),
        },
    )
    yield Rows(
        "held_answer",
        office.conversations // 1000,
        {
            "id": w.id(),
            "conversation_id": w.id(),
            "turn_id": w.id(f"i * {_EACH}"),
            "unit": unit,
            "code": f"'{_CODE}'",
            "question": w.sealed(_ASKED),
            "reply": w.sealed(
                Reply(outcome=Outcome.ANSWER, code=_CODE, messages=[_SAID]).model_dump(mode="json")
            ),
            "status": "'waiting'",
            "answer_by": w.moment("3600"),
            "held_at": w.moment("-60 - i"),
        },
    )
    yield Rows(
        "reviewed_topic",
        20,
        {
            "id": w.id(),
            "kind": "'procedure'",
            "value": w.padded("i", 6, "9."),
            "unit": unit,
            "out_of_hours": "'wait'",
            "set_by": "'can.bo.00001'",
            "set_at": w.moment("-86400"),
        },
    )


def _unanswered(w: Words, office: Office) -> Iterator[Rows]:
    groups = max(office.conversations // 33, 1)
    each = 20
    yield Rows(
        "unanswered_group",
        groups,
        {
            "key": w.padded("i", 16),
            "terms": w.sealed(["giay", "khai", "sinh"]),
            "candidate": f"'{_CODE}'",
            "count": f"{each} + i % 50",
            "first_at": w.moment(f"(i - {groups}) * {office.seconds / groups}"),
            "last_at": w.moment(f"(i - {groups}) * {office.seconds / groups}"),
            "status": w.one_of("i", "open", "mended", "mended", "out_of_scope", "drafted"),
        },
    )
    count = groups * each
    yield Rows(
        "unanswered",
        count,
        {
            "id": w.id(),
            "conversation_id": w.id(f"i % {office.conversations}"),
            "group_key": w.padded(f"i % {groups}", 16),
            "reason": w.one_of("i", "fallback", "fallback", "handover", "repeat"),
            "channel": w.one_of("i", "web", "zalo", "telegram"),
            "question": w.sealed(_ASKED),
            "context": w.sealed({"before": ["Chào anh chị"], "code": _CODE, "options": []}),
            "at": w.moment(f"(i - {count}) * {office.seconds / count}"),
        },
    )
