"""Follow-ups that name no subject, and the way back to an earlier one."""

from __future__ import annotations

from dataclasses import replace

from core.message import Reply
from knowledge.base import MATTER_PREFIX, KnowledgeBase
from knowledge.dialogue import wording
from knowledge.dialogue.asking import ask_for_a_word, ask_which, clarify
from knowledge.dialogue.matters import matter_follow_up
from knowledge.dialogue.question import Question
from knowledge.dialogue.remainder import topic_words
from knowledge.dialogue.steering import without_back
from knowledge.dialogue.telling import tell, tell_both

# What an earlier subject must know of the words by which it is called back.
_CALLED = 0.6
_TASK_WORDS = {
    "task:complaint": frozenset("phan khieu nai gop kien to cao".split()),
    "task:dossier_status": frozenset("ho so tra cuu kiem".split()),
}


def follow_up(base: KnowledgeBase, question: Question) -> Reply:
    """ "Mấy ngày xong" belongs to the latest subject: what was just asked back, failed, or answered."""
    topic = question.topic
    options = [one for code in topic.offered if (one := base.procedure(code)) is not None]
    if options and (topic.likely or len(options) == 1):
        return tell(base, question, options[0], others=options[1:])
    if options:
        again = replace(question, text=topic.asked or question.text)
        return ask_which(base, again, options)
    if topic.lost:
        return ask_for_a_word(question)
    if topic.entry and (matter := base.matter(topic.entry)) is not None:
        return matter_follow_up(matter, topic, question.asked_facets)
    current = base.procedure(topic.code)
    if current is not None:
        second = base.procedure(topic.also[0]) if topic.also else None
        if second is not None:
            return tell_both(base, [(question, current), (question, second)])
        return tell(base, question, current)
    earlier = base.procedure(topic.earlier_code)
    if earlier is not None:
        return clarify(question, [earlier], wording.resume_offer(earlier, who=topic.who), likely=True)
    return ask_for_a_word(question)


def return_to(base: KnowledgeBase, question: Question) -> Reply | None:
    """The subject that was left, answered again; none when the words call back nothing known.

    A task that was left is returned to by the actions, which see it first in ``trail``.
    """
    topic = question.topic
    about = topic_words(without_back(question.text))
    for subject in called_back(base, question):
        if subject.startswith(MATTER_PREFIX) and (matter := base.matter(subject)) is not None:
            return matter_follow_up(matter, topic, question.asked_facets)
        procedure = base.procedure(subject)
        if procedure is not None:
            told = replace(question.with_facets_of_before(), text=" ".join(about))
            return tell(base, told, procedure)
    return None


def called_back(base: KnowledgeBase, question: Question) -> list[str]:
    """Subjects to return to, the likeliest first: the one named, else the one before this."""
    topic = question.topic
    # After a failed question or an unanswered choice the last subject answered is itself "before"; so is a
    # form that was left for a question.
    left = bool(topic.lost or topic.offered) or (topic.subject or "").startswith("task:")
    latest = [topic.subject] if topic.subject and left else []
    trail = latest + topic.trail
    about = topic_words(without_back(question.text))
    at_hand = [topic.subject] if topic.subject and not left else []  # small talk lay between
    if not about:
        return trail or at_hand
    shown = [code for code in topic.listed if code not in trail + at_hand]  # asked back, and never chosen
    return [subject for subject in trail + at_hand + shown if _knows(base, subject, about)]


def _knows(base: KnowledgeBase, subject: str, about: list[str]) -> bool:
    if subject in _TASK_WORDS:
        return not _TASK_WORDS[subject].isdisjoint(about)
    return base.index.coverage(about, subject) >= _CALLED
