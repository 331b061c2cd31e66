"""Matters known by name alone (``content/general/known-without-data.yaml``).

Eight ministries are missing from the national export, and much that citizens ask is settled by a court, a
hospital or a school. For these the honest answer is who knows, and what the ward can give beside it. No
amounts and no lengths of time stand here.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.text.fold import fold
from core.yaml_shape import parse_shape


class KnownKind(StrEnum):
    """Whether the ward has to do with it, or somebody else settles it alone."""

    KNOWN_WITHOUT_DATA = "known_without_data"
    OTHER_BODY = "other_body"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class KnownWithoutData(_Shape):
    """One matter. ``office``: whom to ask; ``related``: codes of procedures the ward does that go with it."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str = Field(min_length=1)
    kind: KnownKind
    office: str = Field(min_length=1)
    aliases: tuple[str, ...] = Field(min_length=5)
    related: tuple[str, ...] = ()
    sad: bool = False

    @model_validator(mode="after")
    def _no_figures(self) -> KnownWithoutData:
        if any(char.isdigit() for char in self.name.replace("lớp 1", "")):
            raise ValueError("tên việc có con số: bỏ con số, ở đây không có số liệu chính thức")
        return self


class _File(_Shape):
    matters: tuple[KnownWithoutData, ...]

    @model_validator(mode="after")
    def _each_once(self) -> _File:
        seen: dict[str, str] = {}
        for matter in self.matters:
            for word in (matter.id, *map(fold, matter.aliases)):
                if word in seen:
                    raise ValueError(f"'{word}' có ở cả '{seen[word]}' và '{matter.id}': chỉ để ở một việc")
                seen[word] = matter.id
        return self


def parse_known_without_data(text: str, source: str) -> tuple[KnownWithoutData, ...]:
    """``content/general/known-without-data.yaml``."""
    return parse_shape(_File, text, source).matters
