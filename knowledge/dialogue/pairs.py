"""Two procedures named in one sentence: both are answered, each in a message of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.text.facets import facet_cues
from knowledge.base import KnowledgeBase
from knowledge.dialogue.deciding import decide_on
from knowledge.dialogue.remainder import topic_words, without_cues
from knowledge.schemas import Facet, Procedure
from knowledge.search.decide import Decision, Verdict
from knowledge.search.tokens import terms

_WORDS = (
    "và cả|và|va ca|va|với lại|voi lai|với|voi|cùng với|cung voi|rồi|roi|còn|luôn cả|luon ca|đồng thời|sẵn"
)
_JOINT = re.compile(rf"(?:\s*[,;.]\s*|\s+)(?:{_WORDS})\s+|\s*[;,\n]\s*", re.IGNORECASE)
# Each half must be known whole by a sure record; one record that knows the whole sentence is no pair.
_HALF_KNOWN = 0.9
_ONE_KNOWS_ALL = 0.93


@dataclass(frozen=True)
class Half:
    procedure: Procedure
    text: str
    facets: tuple[Facet, ...]


def pair_in(
    base: KnowledgeBase, text: str, facets: tuple[Facet, ...], whole: Decision
) -> tuple[Half, Half] | None:
    """The two procedures a sentence asks about; none for nearly every sentence."""
    about = topic_words(text)
    if len(about) < 3 or not whole.hits or whole.best.exact:
        return None
    sure = whole.verdict is Verdict.ANSWER
    if sure and base.index.coverage(terms(about), whole.best.code) >= _ONE_KNOWS_ALL:
        return None
    for joint in _JOINT.finditer(text):
        plain = bool(re.fullmatch(r"\s*[;,\n]\s*", joint.group()))
        left, right = text[: joint.start()], text[joint.end() :]
        if not topic_words(left) or not topic_words(right):
            continue
        cues = [tuple(Facet(one) for one in facet_cues(half)) for half in (left, right)]
        if plain and not all(cues):  # a comma joins a story as well
            continue
        halves = []
        for half, own in zip((left, right), cues, strict=True):
            decision = decide_on(base, without_cues(half))
            procedure = base.procedure(decision.best.code) if decision.hits else None
            if decision.verdict is not Verdict.ANSWER or procedure is None:
                break
            if not decision.best.exact and decision.best.coverage < _HALF_KNOWN:
                break
            halves.append(Half(procedure, half, (own if all(cues) else ()) or facets))
        codes = {half.procedure.code for half in halves}
        if sure and whole.best.code in codes and whole.best.coverage >= _ONE_KNOWS_ALL:
            return None
        if len(halves) == 2 and len(codes) == 2:
            return halves[0], halves[1]
    return None
