"""Golden questions: what every content file says it must be found by, and what must not lead to it."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.base import KnowledgeBase
from knowledge.dialogue.remainder import without_cues

# A golden question is found when its record is answered or offered among the options.
_OFFERED = 3


@dataclass(frozen=True)
class Golden:
    code: str
    question: str
    problem: str | None


def run_golden(base: KnowledgeBase) -> list[Golden]:
    """Ask every golden question of the curated procedures, and every near miss."""
    results = []
    for code, curated in base.content.curated.items():
        for question in curated.golden:
            found = _found(base, question.text)
            missed = (
                None if code in found[:_OFFERED] else f"tìm ra {', '.join(found[:_OFFERED]) or 'không gì'}"
            )
            results.append(_golden(code, question.text, missed))
        for near in curated.near_misses:
            found = _found(base, near.text)
            wrong = found[:1] == [code]
            results.append(
                _golden(code, near.text, "lẽ ra không được dẫn tới thủ tục này" if wrong else None)
            )
    return results


def _found(base: KnowledgeBase, text: str) -> list[str]:
    return [hit.code for hit in base.search(without_cues(text))]


def _golden(code: str, question: str, problem: str | None) -> Golden:
    told = f"{code}: câu '{question}' {problem}; thêm cách gọi (aliases) hoặc sửa câu" if problem else None
    return Golden(code, question, told)
