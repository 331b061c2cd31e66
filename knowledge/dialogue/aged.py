"""Records made for an age: which comes first for whoever is spoken of, and when the age must be asked for.

"Em gái tôi làm căn cước" names nobody's child: a record for children stands behind the one for grown people
until a child or an age is named. A younger brother or sister may be either, so there both are asked about.
"""

from __future__ import annotations

import re
from dataclasses import replace

from knowledge.base import KnowledgeBase
from knowledge.dialogue.ages import age_in, fits_age
from knowledge.schemas import Procedure
from knowledge.search.decide import Decision, Verdict
from knowledge.search.index import Hit
from knowledge.search.tokens import topic

_GROWN = 30
# Who is named by these is a child for us, whatever the age; "em gái", "em út" may be of any.
_CHILD = re.compile(r"\b(?:con|be|chau|tre|nhoc|nhi|so sinh|hoc sinh|vi thanh nien)\b")
_YOUNGER = re.compile(r"\bem\b")


def weigh_age(base: KnowledgeBase, text: str, decision: Decision) -> Decision:
    """The decision with the record for the right age first; asked about where nobody can know it."""
    best = base.procedure(decision.best.code)
    said, age = topic(text), age_in(text)
    if best is None or (age is None and (_CHILD.search(said) or not _for_children(best))):
        return decision
    right = _for_the_same(base, decision, best, _GROWN if age is None else age)
    if right is None:
        return decision
    if age is not None:  # what is for another age is out of the question
        hits = tuple(hit for hit in decision.hits if _fits(base.procedure(hit.code), age) is not False)
        return replace(decision, hits=(right, *(hit for hit in hits if hit is not right)))
    asks = decision.verdict is Verdict.ANSWER and _YOUNGER.search(said)
    rest = tuple(hit for hit in decision.hits if hit is not right)
    return replace(decision, verdict=Verdict.ASK if asks else decision.verdict, hits=(right, *rest))


def _for_the_same(base: KnowledgeBase, decision: Decision, best: Procedure, age: int) -> Hit | None:
    """The likeliest record of the best one's field that takes this age, where the best one is for an age."""
    if _fits(best, age) is None:
        return None
    for hit in decision.hits:
        one = base.procedure(hit.code)
        if one is not None and one.field == best.field and _fits(one, age):
            return hit
    return None


def _for_children(one: Procedure) -> bool:
    return _fits(one, _GROWN) is False and _fits(one, 0) is True


def _fits(one: Procedure | None, age: int) -> bool | None:
    names = (one.name, one.plain_name or "", one.option_label or "") if one is not None else ()
    return fits_age(names, age)
