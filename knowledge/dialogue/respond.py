"""A question about procedures, answered from one record, or asked back, or honestly declined.

Pure: the knowledge base, the words and what is remembered go in; a reply and what to remember come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.message import OutboundMessage, Outcome, Reply
from core.text.fold import fold
from knowledge.answer.compose import answer
from knowledge.base import GENERAL_PREFIX, MATTER_PREFIX, KnowledgeBase
from knowledge.dialogue import whereabouts, wording
from knowledge.dialogue.context import Topic
from knowledge.dialogue.deciding import decide_on
from knowledge.dialogue.life_event import life_event_in, life_event_reply
from knowledge.dialogue.matters import declined, general_reply, matter_reply
from knowledge.dialogue.remainder import topic_words, without_cues
from knowledge.schemas import Facet, Procedure
from knowledge.search.decide import Decision, Verdict
from knowledge.search.tokens import terms, words

# Up to so many topic words, a message may still speak of the procedure at hand ("đăng ký lại thì sao").
_SHORT = 3
_MAX_OPTIONS = 3
# How many neighbours of the topic are looked at, and what they must know of the words.
_SIBLINGS = 8
_KNOWS_ALL = 0.99
_SAME_SUBJECT = 0.35
# The classifier's belief from which "not our matter" is said instead of "not understood".
_OUTSIDE = 0.1
# A matter known by name alone is told rather than asked about: there is nothing to choose between.
_ENTRY_LEADS = 0.4


@dataclass(frozen=True)
class Question:
    """``facets``: what is asked, most certain first; empty when only a subject was named.

    ``outside``: how far the classifier believes that this is no matter of the office (0..1).

    ``remarks`` and ``given`` come from a calculation done outside (a due date, an office's hours).
    """

    text: str
    facets: tuple[Facet, ...]
    topic: Topic
    remarks: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    outside: float = 0.0

    @property
    def asked_facets(self) -> list[str]:
        """Names of the facets; a subject named alone asks for the overview, which tells the steps too."""
        return [facet.value for facet in self.facets or (Facet.OVERVIEW, Facet.STEPS)]


def respond(base: KnowledgeBase, question: Question) -> Reply:
    topic = question.topic
    if event := life_event_in(base, question.text, question.facets):
        return life_event_reply(base, event, topic, asked=question.text, facets=question.facets)
    about = topic_words(whereabouts.without_places(base, question.text))
    current = base.procedure(topic.code)
    if current is None and (placed := whereabouts.reply(base, question.text, topic)) is not None:
        return placed
    if not about:
        if current is not None:
            return tell(base, question, current)
        earlier = base.procedure(topic.earlier_code)
        if earlier is not None:
            return _clarify(question, [earlier], wording.resume_offer(earlier, who=topic.who))
        return _ask_for_a_word(question)
    if current is not None and len(about) <= _SHORT:
        sibling = _within_topic(base, current, about)
        if sibling is not None:
            return tell(base, question, sibling)
    if options := base.asked_back(without_cues(question.text)):
        return _clarify(question, options, wording.ask_which(options, who=topic.who))
    return _by_decision(base, question, decide_on(base, question.text, outside=question.outside))


def tell(base: KnowledgeBase, question: Question, procedure: Procedure) -> Reply:
    """The answer from this record; it becomes what the conversation is about."""
    topic = question.topic
    facets = question.facets or (Facet.OVERVIEW,)
    lead_in = _lead_in(base, question, procedure)
    told = facets if Facet.OVERVIEW not in facets or not procedure.steps else (*facets, Facet.STEPS)
    composed = answer(
        procedure,
        facets,
        lead_in=lead_in,
        remarks=question.remarks,
        given=(question.text, *question.given, *lead_in),
    )
    remembered = topic.model_copy(
        update={
            "code": procedure.code,
            "earlier_code": None,
            "facets": [facet.value for facet in facets],
            "offered": [],
            "asked": None,
            "misses": 0,
        }
    )
    context = remembered.patch()
    if composed.safe_card:
        context["invented"] = sorted(composed.invented)
    return Reply(
        outcome=Outcome.ANSWER,
        code=procedure.code,
        facets=[facet.value for facet in told],
        messages=[composed.message],
        context=context,
    )


def _lead_in(base: KnowledgeBase, question: Question, procedure: Procedure) -> list[str]:
    """Condolence for a sad matter, once; and what an old place name means now."""
    first_time = question.topic.code != procedure.code
    said = []
    if procedure.sad and first_time:
        said.append(wording.condolence(who=question.topic.who))
    return said + whereabouts.remarks(base, question.text)


def _within_topic(base: KnowledgeBase, current: Procedure, about: Sequence[str]) -> Procedure | None:
    """The record meant by a short addition to the current topic; none when it names a fresh subject.

    "Đăng ký lại thì sao" after a birth registration means the record of the same field that knows these
    words and still speaks of births; "kết hôn thì sao" finds no such record and is a subject of its own.
    """
    subject = [word for word in words(fold(current.spoken_name)) if word not in about]
    together = base.search(f"{current.spoken_name} {' '.join(about)}")
    for hit in together[:_SIBLINGS]:
        found = base.procedure(hit.code)
        if (
            found is not None
            and found.field == current.field
            and base.index.coverage(terms(list(about)), found.code) >= _KNOWS_ALL
            and base.index.coverage(terms(subject), found.code) >= _SAME_SUBJECT
        ):
            return found
    return None


def _by_decision(base: KnowledgeBase, question: Question, decision: Decision) -> Reply:
    if decision.verdict is Verdict.UNKNOWN:
        if question.outside >= _OUTSIDE:
            return declined(question.topic, question.asked_facets)
        return not_understood(question)
    best = decision.best.code
    if best.startswith((GENERAL_PREFIX, MATTER_PREFIX)):
        if decision.verdict is Verdict.ANSWER:
            return _entry(base, question, best)
        if _entries_lead(decision) or decision.p_first >= _ENTRY_LEADS:
            return _entry(base, question, best)
    candidates = [found for hit in decision.hits if (found := base.procedure(hit.code)) is not None]
    if not candidates:
        return not_understood(question)
    if decision.verdict is Verdict.ANSWER:
        return tell(base, question, candidates[0])
    options = candidates[:_MAX_OPTIONS]
    return _clarify(question, options, wording.ask_which(options, who=question.topic.who))


def _entries_lead(decision: Decision) -> bool:
    """Both best hits are entries without a record: there is nothing to ask back about."""
    return all(hit.code.startswith((GENERAL_PREFIX, MATTER_PREFIX)) for hit in decision.hits[:2])


def _entry(base: KnowledgeBase, question: Question, code: str) -> Reply:
    if code.startswith(GENERAL_PREFIX) and (entry := base.general(code)) is not None:
        return general_reply(entry, question.topic)
    matter = base.matter(code)
    return matter_reply(base, matter, question.topic) if matter is not None else not_understood(question)


def _clarify(question: Question, options: Sequence[Procedure], message: OutboundMessage) -> Reply:
    codes = [option.code for option in options]
    remembered = question.topic.model_copy(
        update={
            "offered": codes,
            "asked": question.text,
            "facets": [facet.value for facet in question.facets],
            "misses": 0,
        }
    )
    return Reply(
        outcome=Outcome.CLARIFY,
        options=codes,
        facets=question.asked_facets,
        messages=[message],
        context=remembered.patch(),
    )


def _ask_for_a_word(question: Question) -> Reply:
    remembered = question.topic.model_copy(update={"facets": [f.value for f in question.facets]})
    return Reply(
        outcome=Outcome.CLARIFY,
        facets=question.asked_facets,
        messages=[wording.ask_for_a_word(who=question.topic.who)],
        context=remembered.patch(),
    )


def not_understood(question: Question) -> Reply:
    """Honest, and after two misses a person instead of a third guess."""
    topic = question.topic
    misses = topic.misses + 1
    message = (
        wording.give_to_a_person(who=topic.who) if misses >= 2 else wording.not_understood(who=topic.who)
    )
    return Reply(
        outcome=Outcome.FALLBACK,
        facets=question.asked_facets,
        messages=[message],
        context=topic.model_copy(update={"misses": misses}).patch(),
    )
