"""General answers that belong to no procedure: hours, places, how to complain (``content/general/*.md``).

Staff write them as Markdown with a front matter; the body is sent as it stands, so it keeps the rules of the
voice: at most 700 characters, no guesses, written to "anh/chị" (``core.text.address_terms.speak_to``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.calendar import WorkingCalendar
from core.message import Task
from core.text.spell import spell_time
from core.yaml_shape import ContentProblem, parse_front_matter, read_shape

LONGEST = 700
MOST_BULLETS = 5
_BULLET = re.compile(r"^(?:-|\d\.)\s", re.MULTILINE)
_HOUR = re.compile(r"\d{1,2} giờ(?: \d{2})?")
# Rule 6 of the voice: what is not known is not guessed.
_GUESSES = re.compile(r"\b(?:khoảng|thường là|có lẽ|chắc là)\b", re.IGNORECASE)


class GeneralEntry(BaseModel):
    """One general answer. ``hours``: the text names office hours, which must be those of the calendar."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    title: str = Field(min_length=1)
    aliases: tuple[str, ...] = Field(min_length=5)
    golden: tuple[str, ...] = Field(min_length=3)
    text: str = Field(min_length=1)
    task: Task = Task.OFFICE_INFO
    updated: date
    basis: str | None = None
    related: tuple[str, ...] = ()
    hours: bool = False

    @model_validator(mode="after")
    def _keeps_the_voice(self) -> GeneralEntry:
        if len(self.text) > LONGEST:
            raise ValueError(f"câu trả lời dài {len(self.text)} ký tự: rút còn nhiều nhất {LONGEST}")
        if len(_BULLET.findall(self.text)) > MOST_BULLETS:
            raise ValueError(f"quá nhiều gạch đầu dòng: để nhiều nhất {MOST_BULLETS}")
        if self.text.count("?") > 1:
            raise ValueError("hỏi lại nhiều hơn một câu: chỉ để một câu hỏi ở cuối")
        if found := _GUESSES.search(self.text):
            raise ValueError(f"có chữ '{found.group()}': không biết thì nói không biết và chỉ nơi hỏi")
        return self


def parse_general(text: str, source: str) -> GeneralEntry:
    """``content/general/<id>.md``: front matter and the answer below it."""
    data, body = parse_front_matter(text, source)
    return read_shape(GeneralEntry, {**data, "text": body}, source)


def check_hours(
    entries: Iterable[GeneralEntry], calendar: WorkingCalendar, today: date
) -> list[ContentProblem]:
    """Entries that still name hours which the calendar has changed."""
    periods = calendar.office_hours(today)
    right = {spell_time(moment) for period in periods for moment in (period.opens, period.closes)}
    return [
        ContentProblem(
            f"general/{entry.id}.md",
            "text",
            f"giờ làm việc khác với lịch ({calendar.spell_office_hours(today)})",
            "sửa giờ trong câu trả lời cho khớp tệp lịch của năm",
        )
        for entry in entries
        if entry.hours and set(_HOUR.findall(entry.text)) != right
    ]
