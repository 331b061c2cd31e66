"""Two procedures named in one sentence: both are answered, each in a message of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

from core.text.facets import facet_cues
from core.text.fold import fold
from knowledge.base import KnowledgeBase
from knowledge.dialogue.deciding import decide_on
from knowledge.dialogue.related import is_called
from knowledge.dialogue.remainder import topic_words, without_cues
from knowledge.schemas import Facet, Procedure
from knowledge.search.decide import Decision, Verdict
from knowledge.search.tokens import terms

_WORDS = (
    "và cả|và|va ca|va|với lại|voi lai|với|voi|vs|cùng với|cung voi|rồi|roi|xong rồi|xong roi|xong|còn"
    r"|luôn cả|luon ca|đồng thời|dong thoi|sẵn|kèm|kem|lẫn|cộng với|cong voi"
)
_JOINT = re.compile(rf"(?:\s*[,;.]\s*|\s+)(?:{_WORDS})\s+|\s*[;,\n]\s*", re.IGNORECASE)
_PLAIN = re.compile(r"\s*[;,\n]\s*")
_BOTH = re.compile(r"\b(?:luon|lun|cung (?:luc|luot)|mot (?:lan|luot))\b")
# So many words two matters have at least.
_TWO_MATTERS = 3
# Each half must be known whole by a sure record; one record that knows the whole sentence is no pair.
_HALF_KNOWN = 0.9
_ONE_KNOWS_ALL = 0.93


@dataclass(frozen=True)
class Half:
    procedure: Procedure
    text: str
    facets: tuple[Facet, ...]


def _may_be_two(base: KnowledgeBase, text: str, whole: Decision) -> bool:
    """Whether a sentence has words for two matters, and no sure record knows all of them."""
    about = topic_words(text)
    if len(about) < _TWO_MATTERS or not whole.hits or whole.best.exact:
        return False
    sure = whole.verdict is Verdict.ANSWER
    return not (sure and base.index.coverage(terms(about), whole.best.code) >= _ONE_KNOWS_ALL)


def first_of_two(
    base: KnowledgeBase, text: str, facets: tuple[Facet, ...], whole: Decision
) -> tuple[Half, Procedure] | None:
    """Of two matters of which one is sure and one likely: the sure one, and what may be asked next."""
    if not _may_be_two(base, text, whole):
        return None
    for joint in _JOINT.finditer(text):
        left, right = text[: joint.start()], text[joint.end() :]
        if _PLAIN.fullmatch(joint.group()) or not topic_words(left) or not topic_words(right):
            continue
        if _only_after(joint.group(), right, "xong", "roi", "con"):
            continue
        told, half, then = _sure_record(base, left), left, None
        if told is not None:
            then = _likely(base, right)
        elif (then := _likely(base, left)) is not None:
            told, half = _sure_record(base, right), right
        other = right if half is left else left
        if told is None or then is None or is_called(base, told, topic_words(other)):
            continue
        if told.code != then.code:
            return Half(told, half, tuple(Facet(cue) for cue in facet_cues(half)) or facets), then
    return None


def _only_after(joint: str, right: str, *words: str) -> bool:
    """ "Cưới xong nhập khẩu cần gì" asks about the latter; with "luôn" about both."""
    return fold(joint).strip(" ,;.").startswith(words) and not _BOTH.search(fold(right))


def _sure_record(base: KnowledgeBase, half: str) -> Procedure | None:
    decision = decide_on(base, without_cues(half))
    if decision.verdict is not Verdict.ANSWER:
        return None
    known = decision.best.exact or decision.best.coverage >= _HALF_KNOWN
    return base.procedure(decision.best.code) if known else None


def _likely(base: KnowledgeBase, half: str) -> Procedure | None:
    """The record that half a sentence most likely means, if it is called by each of its words."""
    decision = decide_on(base, without_cues(half))
    found = base.procedure(decision.best.code) if decision.verdict is not Verdict.UNKNOWN else None
    return found if found is not None and is_called(base, found, topic_words(half)) else None


def pair_in(
    base: KnowledgeBase, text: str, facets: tuple[Facet, ...], whole: Decision
) -> tuple[Half, Half] | None:
    """The two procedures a sentence asks about; none for nearly every sentence."""
    if not _may_be_two(base, text, whole):
        return None
    for joint in _JOINT.finditer(text):
        plain = bool(_PLAIN.fullmatch(joint.group()))
        left, right = text[: joint.start()], text[joint.end() :]
        if not topic_words(left) or not topic_words(right) or _only_after(joint.group(), right, "xong"):
            continue
        cues = [tuple(Facet(one) for one in facet_cues(half)) for half in (left, right)]
        if plain and not all(cues):  # a comma joins a story as well
            continue
        halves = []
        for half, own in zip((left, right), cues, strict=True):
            if (procedure := _sure_record(base, half)) is None:
                break
            halves.append(Half(procedure, half, (own if all(cues) else ()) or facets))
        codes = {half.procedure.code for half in halves}
        if (
            whole.verdict is Verdict.ANSWER
            and whole.best.code in codes
            and whole.best.coverage >= _ONE_KNOWS_ALL
        ):
            return None
        if len(halves) == 2 and len(codes) == 2:
            return halves[0], halves[1]
    return None
