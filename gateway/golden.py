"""Golden questions: what every content file says it must be found by, and what must not lead to it."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.base import KnowledgeBase
from knowledge.dialogue.deciding import decide_on
from knowledge.search.decide import Verdict

# A golden question is found when its record is answered or offered among the options.
_OFFERED = 3


@dataclass(frozen=True)
class GoldenQuestion:
    """Of the file of ``code``. ``instead``: the record it belongs to, where it must not lead to this one.

    ``pending``: the file says that it is not found yet; its problem is told and refuses nothing.
    """

    code: str
    text: str
    instead: str | None = None
    pending: bool = False


@dataclass(frozen=True)
class Golden:
    """A question that was asked, and what is wrong with what it found."""

    code: str
    question: str
    problem: str | None
    pending: bool = False


def golden_questions(base: KnowledgeBase) -> list[GoldenQuestion]:
    """Those of the curated procedures, and every near miss whose record is here."""
    found = []
    for code, curated in base.content.curated.items():
        found += [GoldenQuestion(code, one.text, pending=one.pending is not None) for one in curated.golden]
        # The record of the others comes with the national catalogue.
        known = [near for near in curated.near_misses if base.procedure(near.code)]
        found += [GoldenQuestion(code, near.text, near.code) for near in known]
    return found


def why_wrong(base: KnowledgeBase, one: GoldenQuestion) -> str | None:
    """Ask it; none when what it finds is right."""
    decision = decide_on(base, one.text)
    if one.instead is not None:
        wrong = decision.verdict is Verdict.ANSWER and decision.best.code == one.code
        problem = f"được trả lời bằng thủ tục này, lẽ ra là {one.instead}" if wrong else None
    else:
        found = [hit.code for hit in decision.hits if base.procedure(hit.code)][:_OFFERED]
        problem = None if one.code in found else f"tìm ra {', '.join(found) or 'không gì'}"
    if problem is None:
        return None
    return f"{one.code}: câu '{one.text}' {problem}; thêm cách gọi (aliases) hoặc sửa câu"


def run_golden(base: KnowledgeBase) -> list[Golden]:
    return [Golden(one.code, one.text, why_wrong(base, one), one.pending) for one in golden_questions(base)]
