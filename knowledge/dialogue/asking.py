"""Asking back: with options, for a word, or in other words when nothing offered was meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.message import OutboundMessage, Outcome, Reply
from knowledge.base import KnowledgeBase
from knowledge.dialogue import wording
from knowledge.dialogue.opening import condoles, opened_with, opening
from knowledge.dialogue.question import Question
from knowledge.schemas import Procedure

MAX_OPTIONS = 3
# From so many misses in a row on, a person takes over.
GIVE_UP = 2


def clarify(
    question: Question, options: Sequence[Procedure], message: OutboundMessage, *, likely: bool = False
) -> Reply:
    """``likely``: a follow-up that names nothing may be answered for the first option.

    A second question back right after the first one was not answered counts as a miss.
    """
    codes = [option.code for option in options]
    topic = question.topic
    remembered = topic.model_copy(
        update={
            "offered": codes,
            "listed": codes,
            "likely": likely,
            "asked": question.text,
            "facets": [facet.value for facet in question.facets],
            "lost": None,
            "misses": topic.misses + 1 if topic.offered else topic.misses,
        }
    )
    return Reply(
        outcome=Outcome.CLARIFY,
        options=codes,
        facets=question.asked_facets,
        messages=[message],
        context=remembered.patch(),
    )


def ask_which(
    base: KnowledgeBase, question: Question, options: Sequence[Procedure], *, likely: bool = False
) -> Reply:
    """Which of these records is meant; where the likeliest is about a death, with the comfort due first."""
    message = wording.ask_which(options, who=question.topic.who)
    first = options[0]
    consoled = question.topic.consoled or condoles(question, first)
    message = opened_with(message, opening(base, question, first))
    remembered = question.topic.model_copy(update={"consoled": consoled})
    return clarify(replace(question, topic=remembered), options, message, likely=likely)


def ask_for_a_word(question: Question) -> Reply:
    remembered = question.topic.model_copy(update={"facets": [f.value for f in question.facets]})
    return Reply(
        outcome=Outcome.CLARIFY,
        facets=question.asked_facets,
        messages=[wording.ask_for_a_word(who=question.topic.who)],
        context=remembered.patch(),
    )


def none_of_these(question: Question) -> Reply:
    """ "Khác": a miss of ours; the next words are taken as a fresh start."""
    topic = question.topic
    remembered = topic.model_copy(
        update={"offered": [], "likely": False, "lost": topic.asked, "misses": topic.misses + 1}
    )
    return Reply(
        outcome=Outcome.CLARIFY,
        facets=question.asked_facets,
        messages=[wording.in_other_words(who=topic.who)],
        context={**remembered.patch(), "missed": "other_choice"},
    )


def not_understood(question: Question) -> Reply:
    """Honest; what was asked stays the latest subject, so that no earlier one is answered instead."""
    topic = question.topic
    remembered = topic.model_copy(
        update={
            "misses": topic.misses + 1,
            "offered": [],
            "likely": False,
            "lost": question.text or topic.asked or "?",
            "also": [],
        }
    )
    return Reply(
        outcome=Outcome.FALLBACK,
        facets=question.asked_facets,
        messages=[wording.not_understood(who=topic.who)],
        context=remembered.patch(),
    )


def gives_up(reply: Reply) -> bool:
    """Whether a person must take over: too many misses in a row."""
    return reply.outcome in (Outcome.FALLBACK, Outcome.CLARIFY) and reply.context.get("misses", 0) >= GIVE_UP
