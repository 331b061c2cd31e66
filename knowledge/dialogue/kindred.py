"""The record of the same matter for another case: first issued, lost, extended, changed, ended, abroad."""

from __future__ import annotations

import re

from core.text.fold import fold
from core.text.words import words
from knowledge.base import KnowledgeBase
from knowledge.dialogue.remainder import without_cues
from knowledge.schemas import Procedure
from knowledge.search.cases import meant_by, unmentioned
from knowledge.search.tokens import terms
from knowledge.search.tokens import words as cut

_LOOKED_AT = 16
# Once it is plain that a case of the matter at hand is told, less is needed to tell it: "xin lại", "bị cháy".
_AGAIN = re.compile(
    r"\b(?:lam|xin|cap|in|dang ky) lai\b"
    r"|\b(?:mat|chay|rach|hu|hong|lac|troi)\b(?! (?:bao|may|tien|phi|cong|khong|thoi|khoang|co \d|\d))"
)
_IS_AGAIN = re.compile(r"\b(?:lai|mat|hong|rach)\b")


def sibling_for(base: KnowledgeBase, current: Procedure, said: str) -> Procedure | None:
    """The record of the current one's field that is for the case which ``said`` tells; none without such.

    Of several the one comes first that speaks of most of what was told, of least beside it, that people wrote
    about, and that knows most of how the current one is called.
    """
    told = " ".join(word.text for word in words(without_cues(said)))
    called = terms(cut(fold(current.spoken_name)))
    best: tuple[tuple[int, int, bool, float, int], Procedure] | None = None
    for rank, hit in enumerate(base.search(f"{current.spoken_name} {told}", _LOOKED_AT)):
        one = base.procedure(hit.code)
        if one is None or one.field != current.field or one.code == current.code:
            continue
        gained = _speaks_of(one, told) - _speaks_of(current, told)
        if gained <= 0:
            continue
        beside = unmentioned(fold(one.spoken_name), f"{told} {fold(current.spoken_name)}")
        order = (-gained, beside, not one.curated, -base.index.coverage(called, one.code), rank)
        if best is None or order < best[0]:
            best = (order, one)
    return best[1] if best else None


def _speaks_of(procedure: Procedure, told: str) -> int:
    """How many of the cases that are told a record is for."""
    names = fold(" ; ".join((procedure.name, procedure.plain_name or "", procedure.option_label or "")))
    return meant_by(names, told) + bool(_AGAIN.search(told) and _IS_AGAIN.search(names))
