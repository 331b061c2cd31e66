"""Answers that have no record behind them: general information, and matters known by name alone."""

from __future__ import annotations

from collections.abc import Sequence

from core.message import Button, OutboundMessage, Outcome, Reply, Task
from core.text.address_terms import speak_to
from knowledge.answer.figures import capital, lower_first
from knowledge.base import GENERAL_PREFIX, MATTER_PREFIX, KnowledgeBase
from knowledge.dialogue import wording
from knowledge.dialogue.context import Topic
from knowledge.general import GeneralEntry
from knowledge.known_without_data import KnownKind, KnownWithoutData

_MAX_RELATED = 3


def general_reply(entry: GeneralEntry, topic: Topic) -> Reply:
    """Office hours, places, how to complain: what staff wrote, as they wrote it."""
    return Reply(
        outcome=Outcome.TASK,
        task=entry.task,
        messages=[OutboundMessage(text=speak_to(entry.text, topic.address))],
        context={**topic.model_copy(update={"misses": 0}).patch(), "entry": f"{GENERAL_PREFIX}{entry.id}"},
    )


def matter_reply(base: KnowledgeBase, matter: KnownWithoutData, topic: Topic) -> Reply:
    """Known by name, without official figures: who settles it, what the ward can give, and a person."""
    who = topic.who
    name = capital(matter.name)
    lines = [wording.condolence(who=who)] if matter.sad else []
    if matter.kind is KnownKind.OTHER_BODY:
        lines.append(f"{name}: việc này do {matter.office} giải quyết, phường không làm.")
        lines.append(
            f"Giấy tờ và chi phí xin {who} hỏi nơi đó; ở đây không có dữ liệu nên không trả lời thay."
        )
    else:
        lines.append(f"{name}: ở đây chưa có số liệu chính thức nên không nói giấy tờ, mức tiền.")
        lines.append(f"Nơi hỏi: {matter.office}.")
    related = [found for code in matter.related if (found := base.procedure(code)) is not None]
    if related:
        names = "; ".join(lower_first(procedure.spoken_name) for procedure in related[:_MAX_RELATED])
        lines.append(f"Việc phường làm được, hay đi kèm: {names}.")
    return Reply(
        outcome=Outcome.FALLBACK,
        task=Task.OTHER,
        messages=[
            OutboundMessage(
                text="\n".join(lines),
                buttons=[
                    *(
                        Button(title=capital(p.spoken_name)[:60], action=f"procedure:{p.code}")
                        for p in related[:_MAX_RELATED]
                    ),
                    wording.HANDOVER,
                ],
            )
        ],
        context={**topic.model_copy(update={"misses": 0}).patch(), "entry": f"{MATTER_PREFIX}{matter.id}"},
    )


def declined(topic: Topic, facets: Sequence[str] = ()) -> Reply:
    """Outside what a one-stop shop does: said in one sentence, with what can be asked instead."""
    return Reply(
        outcome=Outcome.REFUSE,
        facets=list(facets),
        messages=[
            OutboundMessage(
                text="Việc này ngoài phần của bộ phận một cửa nên ở đây không trả lời được.\n"
                f"{capital(topic.who)} cần giấy tờ, thủ tục hay tra hồ sơ thì cứ hỏi."
            )
        ],
        context=topic.patch(),
    )
