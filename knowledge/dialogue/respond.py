"""A question about procedures, answered from one record, or asked back, or honestly declined.

Pure: the knowledge base, the words and what is remembered go in; a reply and what to remember come out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.message import Reply
from core.text.facets import find_facet_cues
from core.text.fold import fold
from knowledge.base import GENERAL_PREFIX, MATTER_PREFIX, KnowledgeBase
from knowledge.dialogue import whereabouts
from knowledge.dialogue.asking import MAX_OPTIONS, ask_which, not_understood
from knowledge.dialogue.correcting import ask_what_instead, corrected
from knowledge.dialogue.deciding import decide_on
from knowledge.dialogue.following import follow_up
from knowledge.dialogue.life_event import life_event_in, life_event_reply
from knowledge.dialogue.matters import declined, general_reply, matter_reply
from knowledge.dialogue.office_words import speaks_of_papers
from knowledge.dialogue.pairs import first_of_two, pair_in
from knowledge.dialogue.question import Question
from knowledge.dialogue.referring import pointed_at
from knowledge.dialogue.related import is_called, related
from knowledge.dialogue.remainder import only_counts, topic_words, without_cues
from knowledge.dialogue.settling import detail, settle
from knowledge.dialogue.telling import tell, tell_and_name, tell_both
from knowledge.schemas import Procedure
from knowledge.search.decide import Decision, Verdict
from knowledge.search.tokens import terms, words

__all__ = ["Question", "not_understood", "respond", "tell"]

# Up to so many topic words, a message may still speak of the procedure at hand ("đăng ký lại thì sao").
_SHORT = 3
# How many neighbours of the topic are looked at, and what they must know of the words.
_SIBLINGS = 8
_KNOWS_ALL = 0.99
_SAME_SUBJECT = 0.35
# The classifier's belief from which "not our matter" is said instead of "not understood".
_OUTSIDE = 0.1
# How likely one of three options must be right for a question back, where nothing is sure.
_MAY_BE_THERE = 0.3
# A matter known by name alone is told rather than asked about: there is nothing to choose between.
_ENTRY_LEADS = 0.4
_OF_A_MATTER, _SURE_MATTER = 0.6, 0.7
# So sure of the first option that a follow-up naming nothing is answered for it.
_LIKELY = 0.2
# A name made of words that mostly only ask ("sổ đỏ" typed without marks) is still a name.
_NAMED, _NAMED_FIT = 0.97, 1.5
_A_NAME, _SURELY_NAMED = 2, 0.9
# In the middle of a talk: how sure of another record, how far outside, how long a case may be.
_BARELY, _HARDLY_OURS, _LONGEST_CASE = 0.6, 0.3, 6
# Of words that tell a case some record knows so much; "xyzt" nobody does.
_REAL_WORDS = 0.5
# What half sounds unsafe is a question if this likely among three.
_WORTH_A_QUESTION = 0.5


def respond(base: KnowledgeBase, question: Question) -> Reply:
    topic = question.topic
    settled = settle(base, question)
    if settled is not None:
        return settled
    if event := life_event_in(base, question.text, question.facets):
        return life_event_reply(base, event, topic, asked=question.text, facets=question.facets)
    if not question.correction and (meant := pointed_at(base, question)) is not None:
        return meant
    about = topic_words(whereabouts.without_places(base, question.text))
    current = base.procedure(topic.code)
    if current is None and (placed := whereabouts.reply(base, question.text, topic)) is not None:
        return placed
    if not about:
        decision = decide_on(base, question.text)
        if not (decision.hits and decision.p_first >= _NAMED and decision.best.fit >= _NAMED_FIT):
            return follow_up(base, question)
    if only_counts(about, question.text) and (current or topic.offered or topic.entry) and not question.fresh:
        return follow_up(base, question)
    if question.correction and (topic.code or topic.offered):
        found, options = corrected(base, question.with_facets_of_before())
        if found is not None:
            return tell(base, question.with_facets_of_before(), found)
        if options:
            return ask_what_instead(base, question.with_facets_of_before(), options)
    decision = decide_on(base, question.text, outside=question.outside)
    if current is not None and _general(decision) and question.facets and not question.fresh:
        return follow_up(base, question)
    if current is not None and len(about) <= _SHORT and not topic.lost and not question.fresh:
        sibling = None if _elsewhere(base, decision, current) else _within_topic(base, current, about)
        if sibling is None or not is_called(base, sibling, about):
            sibling = related(base, question.text, current) or sibling
        if sibling is not None:
            return tell(base, question, sibling)
    if options := base.asked_back(without_cues(question.text)):
        return ask_which(base, question, options, likely=True)
    if pair := pair_in(base, question.text, question.facets, decision):
        return tell_both(
            base, [(replace(question, text=half.text, facets=half.facets), half.procedure) for half in pair]
        )
    if two := first_of_two(base, question.text, question.facets, decision):
        half, then = two
        told = replace(question, text=half.text, facets=half.facets)
        return tell_and_name(base, told, half.procedure, then)
    if current is not None and decision.verdict is not Verdict.ANSWER and not question.fresh:
        added = detail(base, question)
        if added is not None:
            return added
    if current is not None and _goes_on(question, decision, about):
        return tell(base, question.with_facets_of_before(), current)
    reply = _by_decision(base, question, decision)
    reply.context |= {"p_first": round(decision.p_first, 4), "p_three": round(decision.p_three, 4)}
    return reply


def _goes_on(question: Question, decision: Decision, about: Sequence[str]) -> bool:
    """Whether a message that names no paper goes on with the record at hand: "hai vợ chồng đứng tên thì sao".

    A word or two that nothing is called by tell a case of it; more words must be far from any other record.
    """
    if question.fresh or question.correction or question.outside >= _HARDLY_OURS:
        return False
    if question.topic.lost or speaks_of_papers(question.text):
        return False
    if decision.verdict is Verdict.UNKNOWN:
        known = bool(decision.hits) and decision.best.coverage >= _REAL_WORDS
        asks = bool(find_facet_cues(question.text))
        if not known or question.outside >= _OUTSIDE or (question.facets and not asks):
            return False
        return len(about) <= (2 if asks else _SHORT + 1)
    return bool(question.facets) and decision.p_first < _BARELY and len(about) <= _LONGEST_CASE


def names_a_matter(base: KnowledgeBase, question: Question) -> bool:
    """Whether what passed for small talk surely names a procedure: "di chúc" is no farewell."""
    if len(topic_words(question.text)) < _A_NAME:
        return False
    decision = decide_on(base, question.text, outside=question.outside)
    return decision.verdict is Verdict.ANSWER and decision.p_first >= _SURELY_NAMED


def may_be_a_matter(base: KnowledgeBase, question: Question) -> bool:
    """Whether a message is likely enough about a procedure to be answered or asked back."""
    decision = decide_on(base, question.text, outside=question.outside)
    return decision.verdict is not Verdict.UNKNOWN and decision.p_three >= _WORTH_A_QUESTION


def _general(decision: Decision) -> bool:
    """What is so for every procedure explains the words best: they name none of their own."""
    return bool(decision.hits) and decision.best.code.startswith(GENERAL_PREFIX)


def _elsewhere(base: KnowledgeBase, decision: Decision, current: Procedure) -> bool:
    """Whether the words by themselves surely name a matter of another field."""
    if decision.verdict is not Verdict.ANSWER:
        return False
    found = base.procedure(decision.best.code)
    return found is None or found.field != current.field


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
    if (decision.verdict is Verdict.UNKNOWN and not _worth_asking(question, decision)) or _barely_a_matter(
        decision
    ):
        if question.outside >= _OUTSIDE and not speaks_of_papers(question.text):
            return declined(question.topic, question.asked_facets)
        return not_understood(question)
    if _hardly_general(question, decision):
        decision = _of_records(decision)
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
    options = candidates[:MAX_OPTIONS]
    likely = decision.p_first >= _LIKELY and options[0].code == best
    return ask_which(base, question, options, likely=likely)


def _hardly_general(question: Question, decision: Decision) -> bool:
    """ "Photo học bạ có lấy liền không": how it is for every procedure answers half of that at best."""
    best, others = decision.best, decision.hits[1:]
    general = best.code.startswith(GENERAL_PREFIX) and bool(question.facets) and best.coverage < _OF_A_MATTER
    return general and any(not hit.code.startswith((GENERAL_PREFIX, MATTER_PREFIX)) for hit in others)


def _of_records(decision: Decision) -> Decision:
    """The decision without what is general, to be asked about."""
    hits = tuple(hit for hit in decision.hits if not hit.code.startswith(GENERAL_PREFIX))
    return Decision(Verdict.ASK, hits, decision.p_first, decision.p_three)


def _worth_asking(question: Question, decision: Decision) -> bool:
    """Surely a matter of the office, and likely enough among the three best that asking may find it."""
    ours = question.outside < _OUTSIDE or speaks_of_papers(question.text)
    return bool(decision.hits) and ours and decision.p_three >= _MAY_BE_THERE


def _barely_a_matter(decision: Decision) -> bool:
    """A matter known by name alone that knows too few of the words: "nấu bún bò" is no distillery."""
    best = decision.best
    return (
        best.code.startswith(MATTER_PREFIX)
        and best.coverage < _OF_A_MATTER
        and decision.p_first < _SURE_MATTER
    )


def _entries_lead(decision: Decision) -> bool:
    """Both best hits are entries without a record: there is nothing to ask back about."""
    return all(hit.code.startswith((GENERAL_PREFIX, MATTER_PREFIX)) for hit in decision.hits[:2])


def _entry(base: KnowledgeBase, question: Question, code: str) -> Reply:
    if code.startswith(GENERAL_PREFIX) and (entry := base.general(code)) is not None:
        return general_reply(base, entry, question.topic, question.text)
    matter = base.matter(code)
    return matter_reply(base, matter, question.topic) if matter is not None else not_understood(question)
