"""Questions that people wrote for the papers of one procedure (``content/checklists/<code>.yaml``).

Most questions are made from the record itself. Where several cases exclude each other, one question with
choices is kinder than four with yes and no.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.text.fold import fold
from core.yaml_shape import ContentShapeError, parse_shape


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class DefinedChoice(_Shape):
    """``cases``: the cases of the record's papers (``when``), word for word, that this choice makes true."""

    label: str = Field(min_length=1, max_length=70)
    cases: tuple[str, ...] = ()


class DefinedQuestion(_Shape):
    ask: str = Field(min_length=1, max_length=120)
    choices: tuple[DefinedChoice, ...] = Field(min_length=2, max_length=9)
    several: bool = False

    @property
    def cases(self) -> tuple[str, ...]:
        return tuple(case for choice in self.choices for case in choice.cases)


class DefinedChecklist(_Shape):
    code: str = Field(min_length=1)
    questions: tuple[DefinedQuestion, ...] = Field(min_length=1, max_length=3)

    @model_validator(mode="after")
    def _each_case_once(self) -> DefinedChecklist:
        cases = [fold(case) for question in self.questions for case in question.cases]
        if len(cases) != len(set(cases)):
            raise ValueError("một trường hợp hỏi hai lần: chỉ để ở một câu hỏi")
        return self


def parse_checklist(text: str, source: str) -> DefinedChecklist:
    """``content/checklists/<code>.yaml``; the file's name must be the code."""
    found = parse_shape(DefinedChecklist, text, source)
    if source.rsplit("/", 1)[-1].removesuffix(".yaml").removesuffix(".yml") != found.code:
        raise ContentShapeError.one(
            source, "code", f"mã {found.code} khác tên tệp", "sửa code hoặc đổi tên tệp"
        )
    return found
