"""Golden questions: what every content file says it must be found by, and what must not lead to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict

from knowledge.base import GENERAL_PREFIX, MATTER_PREFIX, KnowledgeBase
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


class Record(BaseModel):
    """What can be answered, as people call it; ``key``: its document, where it has one with a form."""

    model_config = ConfigDict(frozen=True)

    name: str
    key: str | None = None


class WrongAnswer(BaseModel):
    """A question that does not find what it should, for whoever has to mend it and cannot program.

    ``of``: in whose file the question stands; ``found``: what is answered, or offered when asking back.
    """

    model_config = ConfigDict(frozen=True)

    question: str
    of: Record
    expected: Record
    verdict: Verdict
    found: tuple[Record, ...] = ()

    @property
    def near_miss(self) -> bool:
        return self.of != self.expected

    @property
    def remedy(self) -> str:
        if self.near_miss:
            return (
                f"Mở “{self.of.name}”: bỏ cách gọi khiến câu này bị nhận nhầm; "
                "câu này nay thuộc mục ấy thì xóa nó khỏi Câu dễ nhầm."
            )
        return (
            f"Mở “{self.of.name}”: thêm cách gọi của người dân; "
            "câu này không còn thuộc mục ấy thì sửa hoặc xóa ở Câu hỏi mẫu."
        )

    def __str__(self) -> str:
        names = ", ".join(f"“{one.name}”" for one in self.found)
        where = f" ({self.of.key})" if self.of.key else ""
        return (
            f"Câu “{self.question}”: phải tìm ra “{self.expected.name}”, nay {NOW[self.verdict]}"
            f"{' ' if names else ''}{names}. {self.remedy}{where}"
        )


NOW: Mapping[Verdict, str] = {
    Verdict.ANSWER: "trả lời bằng",
    Verdict.ASK: "hỏi lại người dân chọn trong",
    Verdict.UNKNOWN: "nói là chưa hiểu",
}
"""What the assistant does; the names of the records follow."""


@dataclass(frozen=True)
class Golden:
    """A question that was asked, and what is wrong with what it found."""

    code: str
    question: str
    wrong: WrongAnswer | None
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


def keys_by_code(keys: Iterable[str]) -> dict[str, str]:
    """In which document each record is edited, by the code under which a question finds it."""
    found = {}
    for key in keys:
        stem = PurePosixPath(key).stem
        if key.startswith("procedures/"):
            found[stem] = key
        elif key.startswith("general/") and key.endswith(".md"):
            found[f"{GENERAL_PREFIX}{stem}"] = key
    return found


def why_wrong(base: KnowledgeBase, one: GoldenQuestion, keys: Mapping[str, str]) -> WrongAnswer | None:
    """Ask it; none when what it finds is right. ``keys``: of ``keys_by_code``."""
    decision = decide_on(base, one.text)
    if one.instead is not None:
        right = decision.verdict is not Verdict.ANSWER or decision.best.code != one.code
    else:
        right = one.code in [hit.code for hit in decision.hits if base.procedure(hit.code)][:_OFFERED]
    if right:
        return None
    told = {Verdict.ANSWER: 1, Verdict.ASK: _OFFERED, Verdict.UNKNOWN: 0}[decision.verdict]
    return WrongAnswer(
        question=one.text,
        of=_record(base, one.code, keys),
        expected=_record(base, one.instead or one.code, keys),
        verdict=decision.verdict,
        found=tuple(_record(base, hit.code, keys) for hit in decision.hits[:told]),
    )


def run_golden(base: KnowledgeBase, keys: Mapping[str, str]) -> list[Golden]:
    return [
        Golden(one.code, one.text, why_wrong(base, one, keys), one.pending) for one in golden_questions(base)
    ]


def _record(base: KnowledgeBase, code: str, keys: Mapping[str, str]) -> Record:
    key = keys.get(code)
    if code.startswith(GENERAL_PREFIX) and (entry := base.general(code)):
        return Record(name=entry.title, key=key)
    if code.startswith(MATTER_PREFIX) and (matter := base.matter(code)):
        return Record(name=matter.name, key=key)
    procedure = base.procedure(code)
    return Record(name=procedure.spoken_name if procedure else code, key=key)
