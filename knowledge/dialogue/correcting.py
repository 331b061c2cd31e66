""" "Không, ý tui là …", "tạm trú chứ không phải thường trú": what was understood before is let go."""

from __future__ import annotations

from dataclasses import replace

from core.message import Reply
from core.text.words import words
from knowledge.base import KnowledgeBase
from knowledge.dialogue.asking import MAX_OPTIONS, ask_which
from knowledge.dialogue.choosing import family_of, means_one_of
from knowledge.dialogue.deciding import decide_on
from knowledge.dialogue.kindred import sibling_for
from knowledge.dialogue.pointing import points_in
from knowledge.dialogue.question import Question
from knowledge.dialogue.related import is_called
from knowledge.dialogue.remainder import topic_words
from knowledge.schemas import Procedure
from knowledge.search.decide import Decision, Verdict

# So surely the corrected words mean the record at hand again.
_SURELY = 0.9
# Of what a correction says, the record for another case of the same matter must know so much.
_KNOWN = 0.9
# Words that tell a case and name no matter: "bị cháy, đăng ký lại".
_OF_A_CASE = frozenset(
    "dang ky cap lai lam doi xin mat chay rach hu hong lac gia han het sap moi lan dau sua sai bi".split()
)


def corrected(base: KnowledgeBase, question: Question) -> tuple[Procedure | None, list[Procedure]]:
    """The record meant now, or options; never the one that was wrong, unless nothing else is known.

    What was said is read alone, and put into what was asked before in the place of the words that were wrong.
    """
    topic = question.topic
    current = base.procedure(topic.offered[0] if topic.offered else topic.code)
    pointed = points_in(question.text)
    question = replace(question, text=pointed.rest) if pointed and pointed.rest else question
    if current is not None and (pointed or not question.instead_of):
        sibling = _other_case(base, current, question.text, sure=bool(pointed))
        if sibling is not None:
            return sibling, []
    readings = [question.text]
    if question.instead_of:
        for before in (topic.asked, _name(base, topic.code)):
            if before and (put := replaced(before, question.instead_of, question.text)):
                readings.append(put)
    best: Decision | None = None
    for reading in readings:
        decision = _without(decide_on(base, reading), topic.code)
        if decision.hits and (best is None or decision.p_first > best.p_first):
            best = decision
    alone = decide_on(base, question.text)
    if current is not None and alone.hits and alone.best.code == current.code and alone.p_first >= _SURELY:
        # One record for the wrong word and for the right one, unless a sibling is for the right one alone.
        return (question.instead_of and sibling_for(base, current, question.text)) or current, []
    if best is None:
        return None, []
    found = [one for hit in best.hits if (one := base.procedure(hit.code)) is not None]
    if best.verdict is Verdict.ANSWER and found and found[0].code == best.best.code:
        return found[0], []
    if current is not None and topic_words(question.text):
        others = [one for one in family_of(base, current, topic.asked) if one.code != current.code]
        meant = means_one_of(base, question.text, others, asked=topic.asked)
        if meant is not None:
            return meant, []
    return None, found[:MAX_OPTIONS] if best.verdict is Verdict.ASK else []


def _other_case(base: KnowledgeBase, current: Procedure, said: str, *, sure: bool) -> Procedure | None:
    """The record of the matter at hand for another case; ``sure``: it is this matter that is spoken of.

    Otherwise its words must be known to that record, and no other one be named by them or sure to know more:
    "ý là cấp lại", not "cấp lại sổ đỏ".
    """
    sibling = sibling_for(base, current, said)
    if sibling is None or sure:
        return sibling
    about, alone = topic_words(said), decide_on(base, said)
    known = base.index.coverage(about, sibling.code)
    other = base.procedure(alone.best.code) if alone.hits else None
    if known < _KNOWN or other is None or other.code in (current.code, sibling.code):
        return sibling if known >= _KNOWN else None
    named = alone.best.exact or (not _OF_A_CASE.issuperset(about) and is_called(base, other, about))
    likelier = alone.verdict is Verdict.ANSWER and base.index.coverage(about, other.code) > known
    return None if named or likelier else sibling


def ask_what_instead(base: KnowledgeBase, question: Question, options: list[Procedure]) -> Reply:
    """The question back after a correction; it is no miss, for the citizen has just helped."""
    topic = question.topic
    afresh = replace(question, topic=topic.model_copy(update={"offered": []}))
    return ask_which(base, afresh, options, likely=True)


def replaced(before: str, wrong: str, right: str) -> str | None:
    """``before`` with the words that were wrong exchanged; none where they do not stand in it."""
    there, gone = words(before), [word.text for word in words(wrong)]
    texts = [word.text for word in there]
    for start in range(len(texts) - len(gone) + 1):
        if texts[start : start + len(gone)] == gone:
            first, last = there[start], there[start + len(gone) - 1]
            return f"{before[: first.start]}{right}{before[last.end :]}"
    return None


def _name(base: KnowledgeBase, code: str | None) -> str | None:
    procedure = base.procedure(code)
    return procedure.name if procedure else None


def _without(decision: Decision, code: str | None) -> Decision:
    """A decision with the rejected record left out; what was sure of it is sure of nothing."""
    if code is None or not decision.hits or all(hit.code != code for hit in decision.hits):
        return decision
    first = decision.best.code == code
    hits = tuple(hit for hit in decision.hits if hit.code != code)
    return Decision(
        Verdict.ASK if first and hits else decision.verdict,
        hits,
        decision.p_first * (0.5 if first else 1.0),
        decision.p_three,
    )
