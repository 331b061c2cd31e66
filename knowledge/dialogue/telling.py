"""The answer from one record, and what the conversation then is about."""

from __future__ import annotations

from collections.abc import Sequence

from core.message import Button, Outcome, Reply
from knowledge.answer.compose import answer
from knowledge.base import KnowledgeBase
from knowledge.dialogue import wording
from knowledge.dialogue.differences import option_labels
from knowledge.dialogue.opening import condoles, opening
from knowledge.dialogue.question import Question
from knowledge.schemas import Facet, Procedure

_MAX_OTHERS = 2


def tell(
    base: KnowledgeBase,
    question: Question,
    procedure: Procedure,
    *,
    others: Sequence[Procedure] = (),
    courtesy: bool = True,
) -> Reply:
    """The answer from this record. ``others``: what may have been meant instead, offered as buttons."""
    topic = question.topic
    facets = question.facets or (Facet.OVERVIEW,)
    lead_in = opening(base, question, procedure)
    told = facets if Facet.OVERVIEW not in facets or not procedure.steps else (*facets, Facet.STEPS)
    composed = answer(
        procedure,
        facets,
        lead_in=lead_in,
        remarks=question.remarks,
        given=(question.text, *question.given, *lead_in),
        courtesy=courtesy,
    )
    message = composed.message
    if others:
        labels = option_labels(others[:_MAX_OTHERS])
        instead = [
            Button(title=label, action=f"procedure:{other.code}")
            for label, other in zip(labels, others[:_MAX_OTHERS], strict=True)
        ]
        message = message.model_copy(update={"buttons": [*message.buttons[:2], *instead, wording.OTHER]})
    remembered = topic.turned_to(
        procedure.code,
        code=procedure.code,
        also=[],
        entry=None,
        earlier_code=None,
        facets=[facet.value for facet in facets],
        offered=[],
        likely=False,
        lost=None,
        asked=question.text if topic_changes(question, procedure) else topic.asked,
        misses=0,
        consoled=topic.consoled or condoles(question, procedure),
    )
    context = remembered.patch()
    if composed.safe_card:
        context["invented"] = sorted(composed.invented)
    return Reply(
        outcome=Outcome.ANSWER,
        code=procedure.code,
        facets=[facet.value for facet in told],
        messages=[message],
        context=context,
    )


def tell_both(base: KnowledgeBase, questions: Sequence[tuple[Question, Procedure]]) -> Reply:
    """Two records answered, each in a message of its own; a follow-up then speaks of both."""
    first, second = (
        tell(base, question, procedure, courtesy=not place)
        for place, (question, procedure) in enumerate(questions)
    )
    codes = [procedure.code for _, procedure in questions]
    context = {**second.context, "code": codes[0], "also": codes[1:], "listed": codes, "subject": codes[0]}
    context["trail"] = first.context["trail"]
    return Reply(
        outcome=Outcome.ANSWER,
        code=first.code,
        options=codes,
        facets=list(dict.fromkeys([*first.facets, *second.facets])),
        messages=[*first.messages, *second.messages],
        context=context,
    )


def tell_and_name(base: KnowledgeBase, question: Question, procedure: Procedure, then: Procedure) -> Reply:
    """One of two records answered; the other is named as what can be asked next."""
    reply = tell(base, question, procedure)
    message = reply.messages[0]
    onward = Button(title=option_labels([then])[0], action=f"procedure:{then.code}")
    reply.messages[0] = message.model_copy(update={"buttons": [onward, *message.buttons]})
    reply.context["listed"] = [procedure.code, then.code]
    return reply


def topic_changes(question: Question, procedure: Procedure) -> bool:
    """Whether these words, rather than earlier ones, are what led to the record."""
    return question.topic.code != procedure.code and bool(question.text)
