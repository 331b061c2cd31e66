"""Where a message goes instead of the action its classification led to."""

from __future__ import annotations

from bot.actions.heard import Heard
from core.message import Reply
from core.text.dangers import OVERRULING, Danger, danger_in
from knowledge.base import KnowledgeBase
from knowledge.dialogue.following import called_back
from knowledge.dialogue.question import Question
from knowledge.dialogue.respond import may_be_a_matter, names_a_matter, respond
from knowledge.dialogue.settling import settle
from knowledge.dialogue.steering import Wish, wish_in

# From here on a greeting is a greeting, whatever else its words are like.
_SURE_OF_SMALL_TALK = 0.7
# Below this the classifier does not count against a plain turn of phrase.
_UNSURE = 0.5
_PLEASANTRIES = frozenset(("greet", "thank", "goodbye"))
# Names of ``Services.actions``.
UNSAFE, HANDOVER = "unsafe", "handover"
TASK_PREFIX = "task:"
# Tasks that are forms: the form itself asks, and is then open for the answer.
FORMS = {"task:dossier_status": "dossier_form", "task:complaint": "complaint_form"}


def turned_elsewhere(
    base: KnowledgeBase, heard: Heard, *, yields: bool, small_talk: bool, in_form: bool
) -> Reply | str | None:
    """A reply, the name of another action, a task that is a form, or none: the message stays where it is.

    First what must not be missed (despair, threats, tricks), then the wish for a person, then what was said
    before.
    """
    if heard.pressed:
        return None
    danger = danger_in(heard.said)
    if heard.intent == "unsafe":
        return respond(base, question_of(heard)) if _only_sounds_unsafe(base, heard, danger) else None
    if danger is Danger.OTHERS_DATA and heard.confidence < _UNSURE and not heard.dossier_codes:
        return UNSAFE
    if danger in OVERRULING or (danger is Danger.FORGERY and heard.intent.startswith("ask_")):
        return UNSAFE
    wish = wish_in(heard.said)
    if wish is Wish.PERSON:
        return HANDOVER
    question = question_of(heard)
    if wish is Wish.BACK and not in_form:
        subjects = called_back(base, question)
        if subjects and subjects[0] in FORMS:
            return subjects[0]
    if not yields:
        return None
    pleasant = heard.intent in _PLEASANTRIES and heard.confidence >= _UNSURE
    settled = settle(base, question, small_talk=small_talk and not pleasant)
    if (
        settled is None
        and small_talk
        and heard.confidence < _SURE_OF_SMALL_TALK
        and names_a_matter(base, question)
    ):
        return respond(base, question)
    return settled


def _only_sounds_unsafe(base: KnowledgeBase, heard: Heard, danger: Danger | None) -> bool:
    """ "Đang nợ thuế, xin trả góp được không": no sign, half a belief, and a matter of the office."""
    return danger is None and heard.confidence < _UNSURE and may_be_a_matter(base, question_of(heard))


def question_of(heard: Heard) -> Question:
    return Question(
        text=heard.text,
        # a correction names the matter anew; only what it plainly asks replaces what was asked before
        facets=heard.cues if heard.correction else heard.facets,
        topic=heard.topic,
        outside=heard.out_of_scope,
        correction=heard.correction,
        instead_of=heard.instead_of,
        fresh=heard.fresh,
    )
