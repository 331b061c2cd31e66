"""Golden questions: what every content file says it must be found by, and what must not lead to it."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.base import KnowledgeBase
from knowledge.dialogue.deciding import decide_on
from knowledge.search.decide import Verdict

# A golden question is found when its record is answered or offered among the options.
_OFFERED = 3


@dataclass(frozen=True)
class Golden:
    """``pending``: the file says that it is not found yet; its problem is told and refuses nothing."""

    code: str
    question: str
    problem: str | None
    pending: bool = False


def run_golden(base: KnowledgeBase) -> list[Golden]:
    """Ask every golden question of the curated procedures, and every near miss whose record is here."""
    results = []
    for code, curated in base.content.curated.items():
        for question in curated.golden:
            hits = decide_on(base, question.text).hits
            found = [hit.code for hit in hits if base.procedure(hit.code)][:_OFFERED]
            missed = None if code in found else f"tìm ra {', '.join(found) or 'không gì'}"
            results.append(_golden(code, question.text, missed, pending=question.pending is not None))
        for near in curated.near_misses:
            if base.procedure(near.code) is None:
                continue  # the record it belongs to comes with the national catalogue
            decision = decide_on(base, near.text)
            wrong = decision.verdict is Verdict.ANSWER and decision.best.code == code
            problem = f"được trả lời bằng thủ tục này, lẽ ra là {near.code}" if wrong else None
            results.append(_golden(code, near.text, problem))
    return results


def _golden(code: str, question: str, problem: str | None, *, pending: bool = False) -> Golden:
    told = f"{code}: câu '{question}' {problem}; thêm cách gọi (aliases) hoặc sửa câu" if problem else None
    return Golden(code, question, told, pending)
