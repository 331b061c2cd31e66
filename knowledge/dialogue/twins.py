"""Records that answer to the same words: the plain case comes first, and a true tie is asked about.

"Khai sinh cho con" fits a birth registration, a late one, one with a foreign parent and one done at home. A
special case that nobody mentioned is not meant before the plain one; where two records are equally plain and
equally likely, words cannot tell and the citizen is asked. Measured: docs/accuracy.md.
"""

from __future__ import annotations

from core.text.fold import fold
from core.text.words import words
from knowledge.base import KnowledgeBase
from knowledge.dialogue.aged import weigh_age
from knowledge.schemas import Level, Procedure
from knowledge.search.cases import unmentioned as unmentioned_cases
from knowledge.search.decide import Decision, Verdict
from knowledge.search.index import Hit

# How near a record must come to the best one, as a share of its score, to be its twin.
_NEAR = 0.05
_SAME_COVERAGE, _LIKE_COVERAGE = 0.01, 0.05
_LOOKED_AT = 6
# A few words that several records answer to as well ("cấp lại giấy phép") name a kind of matter, not one.
_FEW_WORDS, _SEVERAL, _LIKELY, _KIND_NEAR = 4, 2, 0.8, 0.2


def weigh_twins(base: KnowledgeBase, text: str, decision: Decision) -> Decision:
    """The decision with the plain case first, and asking instead of answering where twins tie."""
    best = base.procedure(decision.best.code) if decision.hits else None
    if best is None or decision.best.exact:
        return decision
    said = " ".join(word.text for word in words(text))
    decision = weigh_age(base, text, _plain_first(base, said, decision, best))
    if decision.verdict is not Verdict.ANSWER:
        return decision
    twins = _twins(base, said, decision, _NEAR)
    if not twins and decision.best.length <= _FEW_WORDS and decision.p_first < _LIKELY:
        kin = _twins(base, said, decision, _KIND_NEAR)
        twins = kin if len(kin) >= _SEVERAL else []
    if not twins:
        return decision
    rest = [hit for hit in decision.hits[1:] if hit not in twins]
    return Decision(Verdict.ASK, (decision.best, *twins, *rest), decision.p_first, decision.p_three)


def unmentioned(procedure: Procedure, said: str) -> int:
    """How many special cases a record's name speaks of that the folded sentence does not."""
    cases = unmentioned_cases(fold(procedure.spoken_name), said)
    return cases + (Level.COMMUNE not in procedure.levels)


def _plain_first(base: KnowledgeBase, said: str, decision: Decision, best: Procedure) -> Decision:
    special = unmentioned(best, said)
    for hit in _near(base, decision, _LIKE_COVERAGE, _NEAR):
        found = base.procedure(hit.code)
        if found is not None and found.field == best.field and unmentioned(found, said) < special:
            rest = tuple(other for other in decision.hits if other is not hit)
            return Decision(decision.verdict, (hit, *rest), decision.p_first, decision.p_three)
    return decision


def _twins(base: KnowledgeBase, said: str, decision: Decision, near: float) -> list[Hit]:
    return [
        hit
        for hit in _near(base, decision, _SAME_COVERAGE, near)
        if not _more_special(base, said, hit, decision)
    ]


def _near(base: KnowledgeBase, decision: Decision, coverage: float, near: float) -> list[Hit]:
    best = decision.best
    return [
        hit
        for hit in decision.hits[1:_LOOKED_AT]
        if base.procedure(hit.code) is not None
        and hit.coverage >= best.coverage - coverage
        and hit.score >= best.score * (1 - near)
    ]


def _more_special(base: KnowledgeBase, said: str, hit: Hit, decision: Decision) -> bool:
    one, best = base.procedure(hit.code), base.procedure(decision.best.code)
    return one is None or best is None or unmentioned(one, said) > unmentioned(best, said)
