"""Days that a law gives an office, as content: each with how it is counted and the article that says so.

A room asks for the terms it knows by their ids; which it wants, and how they are counted, it says itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from core.yaml_shape import ContentShapeError, parse_shape


class Counted(StrEnum):
    WORKING = "working_days"
    CALENDAR = "calendar_days"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class LawDay(_Shape):
    """``what`` in words for people; ``verified``: whether somebody has read it in the text of the law."""

    id: str = Field(pattern=r"^[a-z]+(-[a-z]+)*$")
    what: str = Field(min_length=1)
    days: int = Field(ge=1, le=365)
    counted: Counted
    document: str = Field(min_length=1)
    article: str | None = None
    verified: bool = False

    @property
    def basis(self) -> str:
        """``Điều 9 Nghị định 20/2008/NĐ-CP``."""
        return " ".join(part for part in (self.article, self.document) if part)


class LawDays(_Shape):
    """``content/law-days/<matter>.yaml``."""

    title: str = Field(min_length=1)
    terms: tuple[LawDay, ...] = Field(min_length=1)

    def days(self, wanted: Mapping[str, Counted], source: str) -> dict[str, int]:
        """Days by id. Raises ContentShapeError for a term that is missing, unknown or counted otherwise."""
        known = {one.id: one for one in self.terms}
        for name in sorted(set(known) ^ set(wanted)):
            told = "không có thời hạn này" if name in known else "còn thiếu thời hạn này"
            raise ContentShapeError.one(source, name, told, f"các thời hạn: {', '.join(wanted)}")
        for name, counted in wanted.items():
            if known[name].counted is not counted:
                raise ContentShapeError.one(
                    source, name, "tính sai loại ngày", f"thời hạn này tính bằng {counted}"
                )
        return {name: one.days for name, one in known.items()}


def parse_law_days(text: str, source: str) -> LawDays:
    return parse_shape(LawDays, text, source)
