"""A life event in the chat: its procedures in order, one button each, nothing about any of them guessed."""

from __future__ import annotations

from collections.abc import Sequence

from core.message import Button, Card, OutboundMessage, Outcome, Reply
from knowledge.answer.compose import MAX_CHARACTERS
from knowledge.answer.figures import capital, lower_first, sentence
from knowledge.answer.guard import of_record
from knowledge.base import KnowledgeBase
from knowledge.dialogue import wording
from knowledge.dialogue.context import Topic
from knowledge.life_events.schemas import LifeEvent, LifeStep
from knowledge.schemas import Facet

# Asked for one of these, the sentence wants a figure or a place, which only a procedure has.
_ASKS_LIST = frozenset({Facet.OVERVIEW, Facet.DOCUMENTS, Facet.STEPS, Facet.CONDITIONS})
_MOST_STEPS = 5
_OPTIONS = 3


def life_event_in(base: KnowledgeBase, text: str, facets: Sequence[Facet]) -> LifeEvent | None:
    """The life event to answer with; none where a facet asks for more than a list of things to do."""
    return base.life_event(text) if _ASKS_LIST.issuperset(facets) else None


def life_event_reply(
    base: KnowledgeBase, event: LifeEvent, topic: Topic, *, asked: str = "", facets: Sequence[Facet] = ()
) -> Reply:
    """A question back in form, for each step is a choice; its options are the first three procedures."""
    who = topic.who
    steps = [step for step in event.steps if base.procedure(step.code) or _matter(base, step)]
    shown, rest = steps[:_MOST_STEPS], len(steps) > _MOST_STEPS
    lead = f"{event.lead}:"
    opening = wording.condolence(who=who) if event.sad and not topic.consoled else None
    if opening is None:
        lead = f"Dạ, {lower_first(event.title)} thì {lower_first(lead)}"
    closing = f"{capital(who)} nhắn số để xem từng việc."
    if rest:
        closing = f"Còn việc khác ở trang danh sách. {closing}"
    items = [step_line(base, step) for step in shown]
    text = _text(opening, lead, items, closing)
    if len(text) > MAX_CHARACTERS:  # the reasons stand on the page as well
        items = [_short(step) for step in shown]
        text = _text(opening, lead, items, closing)
    codes = [step.code for step in steps if step.code and base.procedure(step.code)]
    return Reply(
        outcome=Outcome.CLARIFY,
        options=codes[:_OPTIONS],
        facets=[facet.value for facet in facets or (Facet.OVERVIEW,)],
        messages=[
            OutboundMessage(
                text=text,
                card=Card(
                    title=event.title,
                    lead="\n".join(part for part in (opening, lead) if part),
                    items=items,
                    numbered=True,
                    notes=[closing],
                    link=f"/su-kien/{event.id}",
                    link_title="Xem trọn danh sách",
                ),
                buttons=[
                    Button(
                        title=step.label,
                        action=f"procedure:{step.code}" if step.code else f"matter:{step.matter}",
                    )
                    for step in shown
                ],
            )
        ],
        context=topic.model_copy(
            update={
                "offered": codes,
                "listed": codes,
                "likely": False,
                "asked": asked,
                "facets": [f.value for f in facets],
                "lost": None,
                "misses": 0,
                "consoled": topic.consoled or event.sad,
            }
        ).patch(),
    )


def step_line(base: KnowledgeBase, step: LifeStep) -> str:
    """``Khai tử: trong 15 ngày kể từ ngày có người mất.``; a figure that the record lost is not said."""
    why = f": {step.why}" if of_record(step.why, base.procedure(step.code)) else ""
    return sentence(f"{_short(step)}{why}")


def _short(step: LifeStep) -> str:
    return f"{step.label} (khi {step.when})" if step.when else step.label


def _matter(base: KnowledgeBase, step: LifeStep) -> bool:
    return bool(step.matter) and base.matter(step.matter or "") is not None


def _text(opening: str | None, lead: str, items: Sequence[str], closing: str) -> str:
    numbered = [f"{number}. {item}" for number, item in enumerate(items, start=1)]
    return "\n".join(part for part in (opening, lead, *numbered, closing) if part)
