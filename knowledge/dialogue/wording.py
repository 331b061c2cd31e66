"""Sentences of the dialogue that are not made of a record's fields (docs: how the assistant speaks)."""

from __future__ import annotations

from collections.abc import Sequence

from core.message import Button, Card, OutboundMessage
from knowledge.answer.figures import capital, shorten
from knowledge.dialogue import differences
from knowledge.schemas import Procedure

HANDOVER = Button(title="Gặp cán bộ", action="task:handover")
OTHER = Button(title="Khác", action="other")


def ask_which(candidates: Sequence[Procedure], *, who: str) -> OutboundMessage:
    """One question with at most three options, made of what differs between the candidates."""
    labels = differences.option_labels(candidates)
    lines = [f"{number}. {label}" for number, label in enumerate([*labels, OTHER.title], start=1)]
    lead = differences.lead(differences.difference_of(candidates), who=who)
    closing = f"{capital(who)} nhắn số, hoặc kể bằng lời cũng được."
    return OutboundMessage(
        text="\n".join([lead, *lines, closing]),
        card=Card(title="Hỏi lại cho rõ", lead=lead, items=[], notes=[closing]),
        buttons=[
            *(
                Button(title=label, action=f"procedure:{candidate.code}")
                for label, candidate in zip(labels, candidates, strict=True)
            ),
            OTHER,
        ],
    )


def ask_for_a_word(*, who: str) -> OutboundMessage:
    return OutboundMessage(
        text=f"{capital(who)} đang hỏi về giấy tờ, thủ tục nào ạ? Nhắn tên việc cần làm, "
        "ví dụ: khai sinh, sổ đỏ, tạm trú.",
        buttons=[HANDOVER],
    )


def not_understood(*, who: str) -> OutboundMessage:
    return OutboundMessage(
        text=f"Xin lỗi, ở đây chưa tìm ra đúng thủ tục {who} hỏi nên không trả lời bừa.\n"
        f"{capital(who)} kể bằng câu khác giúp: muốn làm giấy gì, cho ai. "
        "Hoặc để cán bộ trả lời.",
        buttons=[HANDOVER, Button(title="Tra hồ sơ", action="task:dossier_status")],
    )


def in_other_words(*, who: str) -> OutboundMessage:
    return OutboundMessage(
        text=f"Dạ, {who} kể việc của mình bằng lời giúp: cần giấy gì, cho ai, làm mới hay làm lại.\n"
        "Hoặc để cán bộ trả lời.",
        buttons=[HANDOVER],
    )


def resume_offer(procedure: Procedure, *, who: str) -> OutboundMessage:
    name = procedure.spoken_name
    return OutboundMessage(
        text=f"Hôm trước {who} hỏi về {name}. {capital(who)} đang hỏi tiếp việc đó ạ?",
        buttons=[
            Button(title=shorten(capital(name), 60), action=f"procedure:{procedure.code}"),
            OTHER,
        ],
    )


def condolence(*, who: str) -> str:
    return f"Dạ, xin chia buồn cùng {who}."
