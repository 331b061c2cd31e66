"""What a message means that points at something: the matter at hand, its sibling, or the other one of two.

"Giấy đó có phải đóng mộc không" shares words with a dozen records and means none of them. So what is pointed
at is looked for among what was said before, the latest first: in the same sentence, then the matter at hand;
another case of that matter ("giấy đó lỡ mất thì xin lại sao") is the record of its family for that case.
"""

from __future__ import annotations

from dataclasses import replace

from core.message import Reply
from core.text.whether import asks_whether
from knowledge.base import KnowledgeBase
from knowledge.dialogue.deciding import decide_on
from knowledge.dialogue.following import follow_up
from knowledge.dialogue.kindred import sibling_for
from knowledge.dialogue.pointing import points_in
from knowledge.dialogue.question import Question
from knowledge.dialogue.related import is_called
from knowledge.dialogue.remainder import topic_words, without_cues
from knowledge.dialogue.telling import tell
from knowledge.schemas import Facet, Procedure
from knowledge.search.decide import Verdict

# Whether a paper just named must be handed in is asked of the matter at hand: "có sổ rồi, giấy đó cần không".
_OF_THE_MATTER = frozenset((Facet.DOCUMENTS, Facet.CONDITIONS))


def pointed_at(base: KnowledgeBase, question: Question) -> Reply | None:
    """The answer about what the message points at; none where it names what it asks about."""
    topic, found = question.topic, points_in(question.text)
    at_hand = topic.code or topic.offered or topic.entry
    if found is None or found.aside or found.other or question.fresh or not at_hand or topic.lost:
        return None
    current = base.procedure(topic.code)
    named = _named_just_before(base, found.before)
    if named is not None and not (current and _asks_if_needed(question)):
        return tell(base, question, named)
    if base.index.named(without_cues(found.rest)) not in (None, topic.code):
        return None  # "hỏi thủ tục này nè, chứng thực chữ ký"
    if current is not None and not topic.offered:
        sibling = sibling_for(base, current, found.rest)
        if sibling is not None:
            return tell(base, question.with_facets_of_before(), sibling)
    return follow_up(base, question)


def _asks_if_needed(question: Question) -> bool:
    facets = question.facets
    return bool(facets) and _OF_THE_MATTER.issuperset(facets) and asks_whether(question.text)


def the_other(base: KnowledgeBase, question: Question) -> Reply | None:
    """ "Còn cái kia": the second of two that were asked about together, else the one talked about before."""
    found = points_in(question.text)
    if found is None or not found.other or topic_words(found.rest):
        return None
    other = _other_of_two(base, question)
    return tell(base, replace(question.with_facets_of_before(), text=""), other) if other else None


def _other_of_two(base: KnowledgeBase, question: Question) -> Procedure | None:
    topic = question.topic
    if topic.also:
        return base.procedure(topic.also[0])
    two = topic.offered or topic.listed
    if len(two) == 2 and (topic.code in two or topic.offered):
        return base.procedure(two[0] if topic.code == two[1] else two[1])
    return next((one for code in topic.trail if (one := base.procedure(code)) is not None), None)


def _named_just_before(base: KnowledgeBase, before: str) -> Procedure | None:
    """The record that a sentence names before it points: "phải có giấy độc thân, cái đó xin ở đâu"."""
    about = topic_words(before)
    if len(about) < 2:
        return None
    decision = decide_on(base, before)
    procedure = base.procedure(decision.best.code) if decision.verdict is Verdict.ANSWER else None
    return procedure if procedure is not None and is_called(base, procedure, about) else None
