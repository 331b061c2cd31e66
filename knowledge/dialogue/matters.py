"""Answers that have no record behind them: general information, and matters known by name alone."""

from __future__ import annotations

from collections.abc import Sequence

from core.message import Button, OutboundMessage, Outcome, Reply, Task
from core.text.address_terms import speak_to
from knowledge.answer.figures import capital, lower_first
from knowledge.base import MATTER_PREFIX, KnowledgeBase
from knowledge.dialogue import office_hours, wording
from knowledge.dialogue.context import Topic
from knowledge.general import GeneralEntry
from knowledge.known_without_data import KnownKind, KnownWithoutData

_MAX_RELATED = 3
_ASKED = {
    "documents": "giấy tờ",
    "fee": "mức tiền",
    "duration": "thời gian",
    "place": "nơi nộp",
    "online": "cách nộp qua mạng",
    "steps": "các bước",
    "conditions": "điều kiện",
    "legal_basis": "căn cứ",
    "form": "mẫu đơn",
    "result": "kết quả",
    "who": "ai được làm",
}


def general_reply(base: KnowledgeBase, entry: GeneralEntry, topic: Topic, asked: str) -> Reply:
    """Office hours, places, how to complain: what staff wrote, as they wrote it; hours those of the ward."""
    text, known = entry.text, {"misses": 0, "offered": [], "likely": False}
    if entry.hours:
        place = office_hours.ward_meant(base, asked, topic)
        text = office_hours.with_own_hours(base, text, place)
        known |= {"ward": place.id} if place is not None else {}
    return Reply(
        outcome=Outcome.TASK,
        task=entry.task,
        messages=[OutboundMessage(text=speak_to(text, topic.address))],
        context=topic.model_copy(update=known).patch(),
    )


def hours_reply(base: KnowledgeBase, asked: str, topic: Topic) -> Reply | None:
    """The hours of the ward that a sentence names, when it asks for hours; else ``None``."""
    entry = next((one for one in base.content.general.values() if one.hours), None)
    if entry is None or not office_hours.asked(asked):
        return None
    if not any(place.home for place in base.places_in(asked).places):
        return None
    return general_reply(base, entry, topic, asked)


def matter_reply(base: KnowledgeBase, matter: KnownWithoutData, topic: Topic) -> Reply:
    """Known by name, without official figures: who settles it, what the ward can give, and a person."""
    who = topic.who
    name = capital(matter.name)
    lines = [wording.condolence(who=who)] if matter.sad and not topic.consoled else []
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
        context=_about(matter, topic).model_copy(update={"consoled": topic.consoled or matter.sad}).patch(),
    )


def matter_follow_up(matter: KnownWithoutData, topic: Topic, facets: Sequence[str]) -> Reply:
    """More asked of a matter without figures: still no figure, and who has it."""
    who, name = topic.who, lower_first(matter.name)
    asked = ", ".join(_ASKED[facet] for facet in facets if facet in _ASKED)
    lead = f"Về {name}, ở đây không có dữ liệu{f' về {asked}' if asked else ''} nên không nói thay."
    return Reply(
        outcome=Outcome.FALLBACK,
        task=Task.OTHER,
        facets=list(facets),
        messages=[
            OutboundMessage(
                text=f"{lead}\nNơi hỏi: {matter.office}.\n"
                f"{capital(who)} muốn cán bộ trả lời thì bấm nút dưới đây.",
                buttons=[wording.HANDOVER],
            )
        ],
        context=_about(matter, topic).patch(),
    )


def _about(matter: KnownWithoutData, topic: Topic) -> Topic:
    """The matter becomes what the conversation is about: no earlier record is answered in its place."""
    reference = f"{MATTER_PREFIX}{matter.id}"
    return topic.turned_to(
        reference, entry=reference, code=None, also=[], offered=[], likely=False, lost=None, misses=0
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
        context=topic.patch(),  # what waits for an answer goes on waiting
    )
