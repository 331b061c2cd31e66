"""Words that several procedures answer to, and what must be asked first.

``content/lexicon/questions-back.yaml``, written by people: "làm lại sổ đỏ" may mean a lost, an old or a
wrong one, and no likeness of words can tell.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from core.yaml_shape import parse_shape
from knowledge.search.tokens import topic


class QuestionBack(BaseModel):
    """``says``: the whole of what was said, asking words aside; ``options``: codes, the most usual first."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    says: tuple[str, ...] = Field(min_length=1)
    options: tuple[str, ...] = Field(min_length=2, max_length=3)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    questions: tuple[QuestionBack, ...]


def parse_questions_back(text: str, source: str) -> tuple[QuestionBack, ...]:
    return parse_shape(_File, text, source).questions


def options_by_saying(questions: Iterable[QuestionBack]) -> dict[str, tuple[str, ...]]:
    """Option codes by the folded topic that calls for them."""
    return {topic(saying): question.options for question in questions for saying in question.says}
