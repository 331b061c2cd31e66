"""Questionnaires: what is asked, in which words, and which answers are valid.

One file of ``content/surveys`` is one questionnaire. Its wording is frozen once it has been used: a change
takes a new version, because answers to other words are another measurement.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.yaml_shape import ContentShapeError, parse_shape
from feedback.targets import Measure

SHORT_SURVEY = "after-pickup"
"""The questionnaire that the satisfaction index is counted from."""
LONG_SURVEY = "sipas-long"
COMPLAINT_SURVEY = "complaint-answered"
CHAT_SURVEY = "after-chat"
WAITING_SURVEY = "waiting-time"
UNITS_RATING = "nine-indicators"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Wording(_Shape):
    """The same words in Vietnamese and English."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)


LEVEL_WORDS: Mapping[int, Wording] = {
    1: Wording(vi="Rất không hài lòng", en="Very dissatisfied"),
    2: Wording(vi="Không hài lòng", en="Dissatisfied"),
    3: Wording(vi="Bình thường", en="Neutral"),
    4: Wording(vi="Hài lòng", en="Satisfied"),
    5: Wording(vi="Rất hài lòng", en="Very satisfied"),
}
"""The five words of SIPAS; levels 4 and 5 count as satisfied."""


class Factor(StrEnum):
    """The five service factors of SIPAS, and the question about everything together."""

    OVERALL = "overall"
    ACCESS = "access"
    PROCEDURES = "procedures"
    STAFF = "staff"
    RESULTS = "results"
    REFLECTIONS = "reflections"


SERVICE_FACTORS = tuple(factor for factor in Factor if factor is not Factor.OVERALL)


class Respondent(StrEnum):
    """Who fills a questionnaire in. Staff never fill in one that is meant for citizens."""

    CITIZEN = "citizen"
    UNIT = "unit"


class _Question(_Shape):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    text: Wording
    required: bool = False


class LevelQuestion(_Question):
    """Answered with one of the five words, stored as 1 to 5."""

    kind: Literal["level"]
    factor: Factor | None = None

    def accepts(self, answer: object) -> bool:
        return _is_int(answer) and answer in LEVEL_WORDS


class Option(_Shape):
    value: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$")
    text: Wording


class ChoiceQuestion(_Question):
    """Answered with the value of one option."""

    kind: Literal["choice"]
    options: tuple[Option, ...] = Field(min_length=2)

    def accepts(self, answer: object) -> bool:
        return any(answer == option.value for option in self.options)


class NumberQuestion(_Question):
    """Answered with a whole number of ``unit`` between the bounds, both included."""

    kind: Literal["number"]
    unit: Literal["minutes"]
    least: int = 0
    most: int

    def accepts(self, answer: object) -> bool:
        return _is_int(answer) and isinstance(answer, int) and self.least <= answer <= self.most


class PointsQuestion(_Question):
    """Answered with 0, 1 or 2 points, each with its own words, in that order."""

    kind: Literal["points"]
    options: tuple[Wording, Wording, Wording]

    def accepts(self, answer: object) -> bool:
        return _is_int(answer) and answer in (0, 1, 2)


Question = Annotated[
    LevelQuestion | ChoiceQuestion | NumberQuestion | PointsQuestion, Field(discriminator="kind")
]


class Comment(_Shape):
    """The one open field; ``limit`` in characters."""

    text: Wording
    limit: int = Field(default=1000, ge=100, le=4000)


class AnswerError(ValueError):
    """An answer does not fit its question; the message names the question."""


class Instrument(_Shape):
    """A questionnaire. ``headline`` is the question its measure is counted from."""

    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    version: int = Field(ge=1)
    respondent: Respondent = Respondent.CITIZEN
    measure: Measure | None = None
    headline: str | None = None
    title: Wording
    intro: Wording
    closing: Wording
    questions: tuple[Question, ...] = Field(min_length=1)
    comment: Comment | None = None

    @model_validator(mode="after")
    def _questions_fit_together(self) -> Instrument:
        twice = [name for name, times in Counter(q.id for q in self.questions).items() if times > 1]
        if twice:
            raise ValueError(f"câu '{twice[0]}' hỏi hai lần: đặt id khác trong 'questions'")
        if self.headline is not None and self.headline not in {q.id for q in self.questions}:
            raise ValueError(f"không có câu '{self.headline}': sửa 'headline'")
        if self.measure is not None and self.headline is None:
            raise ValueError("thước đo chưa có câu hỏi để tính: thêm 'headline'")
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of everything a respondent reads and of what may be answered (64 hex characters)."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    def factors_of(self, given: Mapping[str, int | str]) -> str:
        """The level of each of the five service factors in the order of SIPAS, "-" where there is none."""
        levels = {
            question.factor: str(given[question.id])
            for question in self.questions
            if isinstance(question, LevelQuestion) and question.factor and question.id in given
        }
        return "".join(levels.get(factor, "-") for factor in SERVICE_FACTORS)

    def check(
        self, answers: Mapping[str, Any], before: Mapping[str, int | str] | None = None
    ) -> dict[str, int | str]:
        """The answers that were given, if all are valid; ``AnswerError`` otherwise.

        A question left out, or answered with nothing, keeps the answer it had ``before``, or has none; a web
        form's digits are numbers.
        """
        before = before or {}
        unknown = set(answers) - {question.id for question in self.questions}
        if unknown:
            raise AnswerError(f"{min(unknown)}: there is no such question")
        given: dict[str, int | str] = {}
        for question in self.questions:
            answer = answers.get(question.id)
            if not isinstance(question, ChoiceQuestion) and isinstance(answer, str) and _is_digits(answer):
                answer = int(answer)
            if answer is None or answer == "":
                if question.id in before:
                    given[question.id] = before[question.id]
                elif question.required:
                    raise AnswerError(f"{question.id}: must be answered")
            elif question.accepts(answer):
                given[question.id] = answer
            else:
                raise AnswerError(f"{question.id}: not a possible answer")
        return given


def _is_int(answer: object) -> bool:
    return isinstance(answer, int) and not isinstance(answer, bool)


def _is_digits(answer: str) -> bool:
    return answer.isascii() and answer.isdecimal() and len(answer) <= 6


class Instruments:
    """The questionnaires in use, by id."""

    def __init__(self, found: Mapping[str, Instrument]) -> None:
        self._found = dict(found)

    def __iter__(self) -> Iterator[Instrument]:
        return iter(self._found.values())

    def __getitem__(self, identifier: str) -> Instrument:
        return self._found[identifier]

    def get(self, identifier: str) -> Instrument | None:
        return self._found.get(identifier)


def load_instruments(folder: Path) -> Instruments:
    """Read every ``*.yaml`` of a folder; ``ContentShapeError`` names file, key and mistake."""
    files = {
        f"surveys/{path.name}": path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yaml"))
    }
    return parse_instruments(files)


def parse_instruments(files: Mapping[str, str]) -> Instruments:
    """Read the texts of questionnaire files by name; the form in which published content comes."""
    found: dict[str, Instrument] = {}
    for file, text in files.items():
        instrument = parse_shape(Instrument, text, file)
        if instrument.id in found:
            raise ContentShapeError.one(file, "id", f"id '{instrument.id}' đã dùng rồi", "đặt một id khác")
        found[instrument.id] = instrument
    return Instruments(found)
