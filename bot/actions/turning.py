"""Where a message goes instead of the action its classification led to."""

from __future__ import annotations

import re

from bot.actions.heard import Heard
from core.message import Reply
from core.text.dangers import OVERRULING, Danger, danger_in
from core.text.whether import asks_whether
from core.text.words import words
from knowledge.base import KnowledgeBase
from knowledge.dialogue.deciding import decide_on
from knowledge.dialogue.following import called_back
from knowledge.dialogue.office_words import speaks_of_papers
from knowledge.dialogue.pointing import points_in
from knowledge.dialogue.question import Question
from knowledge.dialogue.remainder import topic_words
from knowledge.dialogue.respond import may_be_a_matter, names_a_matter, respond
from knowledge.dialogue.settling import settle
from knowledge.dialogue.steering import Wish, wish_in
from knowledge.search.decide import Verdict

# From here on a greeting is a greeting, whatever else its words are like.
_SURE_OF_SMALL_TALK = 0.7
# From here on it is believed whatever the words are like.
_BELIEVED = 0.85
# A story of troubles that begins so asks for something of the office; no complaint of ours does
# (bot/data/nlu/tasks), nor a question where a dossier stands.
_WISH = re.compile(
    r"(?:(?:toi|em|minh|con|bac) )?(?:muon )?(?:xin|lam lai|cap lai|dang ky|thu tuc|lam giay|doi)\b"
)
_OF_A_DOSSIER = re.compile(r"\b(?:ho so|ket qua|giay hen|tien do|theo doi|tra cuu)\b")
# Below this the classifier does not count against a plain turn of phrase.
_UNSURE = 0.5
# Below this the classifier hardly believes in what it chose; a record that knows so much explains it better.
_HARDLY, _KNOWS_ALL = 0.5, 0.95
_PLEASANTRIES = frozenset(("greet", "thank", "goodbye"))
# "Nộp đâu" is no denial: a short answer that plainly asks is a question.
_SHORT_ANSWERS = frozenset(("deny", "affirm", "cancel"))
# What a bare "giá nhiêu", "ai xét" may be taken for, in the middle of a talk about a procedure.
_NOT_ASKING = frozenset(("unsafe", "out_of_scope", "frustration", "bot_challenge", "rate_service", "thank"))
# Names of ``Services.actions``.
UNSAFE, HANDOVER, PEACE, ASK_ME = "unsafe", "handover", "opt_out_survey", "ask_me_again"
TASK_PREFIX = "task:"
# What closes a form that was opened for nothing.
CLOSED: tuple[dict[str, object], ...] = (
    {"event": "active_loop", "name": None},
    {"event": "slot", "name": "requested_slot", "value": None},
)
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
    if danger is None and heard.intent in _NOT_ASKING | _SHORT_ANSWERS and _asks_on(heard):
        return respond(base, question_of(heard))
    if heard.intent == "unsafe":
        return respond(base, question_of(heard)) if _only_sounds_unsafe(base, heard, danger) else None
    if danger is Danger.OTHERS_DATA and heard.confidence < _UNSURE and not heard.dossier_codes:
        return UNSAFE
    if danger in OVERRULING or (danger is Danger.FORGERY and heard.intent.startswith("ask_")):
        return UNSAFE
    wish = wish_in(heard.said)
    if wish is Wish.PERSON:
        return HANDOVER
    if wish is Wish.PEACE and not in_form and heard.intent != PEACE:
        return PEACE
    if wish is Wish.ASK_ME and not in_form:
        return ASK_ME
    question = question_of(heard)
    if wish is Wish.BACK and not in_form:
        subjects = called_back(base, question)
        if subjects and subjects[0] in FORMS:
            return subjects[0]
    if not yields:
        return None
    if heard.intent in _SHORT_ANSWERS and (heard.cues or heard.correction):
        return respond(base, question)
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


def _asks_on(heard: Heard) -> bool:
    """Whether a message asks for a side of what is at hand, pointing at it or saying nothing else."""
    topic = heard.topic
    at_hand = topic.code or topic.offered or topic.entry
    if not at_hand:
        return False
    if heard.cues and not topic_words(heard.text):
        return True
    pointed = points_in(heard.text) if heard.intent != "unsafe" else None
    return bool(pointed and not pointed.aside and (heard.cues or asks_whether(heard.text)))


def asks_of_a_matter(base: KnowledgeBase, heard: Heard) -> bool:
    """Whether what was hardly taken for a complaint or a look-up asks about a procedure, or names one.

    "Hộ nghèo" alone; "bão tốc mái nhà, xin hỗ trợ thì nộp đơn ở đâu".
    """
    if heard.pressed or heard.dossier_codes or heard.confidence >= _BELIEVED:
        return False
    said = " ".join(word.text for word in words(heard.text))
    papers, hardly = speaks_of_papers(heard.text), heard.confidence < _HARDLY
    if heard.intent == "dossier_status" and _OF_A_DOSSIER.search(said):
        return False
    if not papers and not _WISH.match(said):
        return False
    decision = decide_on(base, heard.text, outside=heard.out_of_scope)
    if decision.verdict is Verdict.ANSWER:
        return bool(_WISH.match(said)) or (bool(heard.cues) and (hardly or heard.intent == "complain"))
    return papers and hardly and bool(decision.hits) and decision.best.coverage >= _KNOWS_ALL


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
