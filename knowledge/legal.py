"""Legal documents that content cites, and whether they are in force (``content/legal/*.yaml``).

A document that has ended puts the procedures that cite it into "needs check"; a number that is not in the
register says nothing either way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.text.fold import fold
from core.yaml_shape import ContentShapeError, parse_shape

_KIND = re.compile(
    r"^(?:nghi dinh|thong tu lien tich|thong tu|quyet dinh|nghi quyet|luat|bo luat|chi thi|cong van|van ban"
    r"|nd|tt|qd|nq)\s+(?:so\s+)?"
)


class Standing(StrEnum):
    IN_FORCE = "in_force"
    NOT_YET = "not_yet"
    ENDED = "ended"
    UNKNOWN = "unknown"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class RegisteredDocument(_Shape):
    """One legal document. ``title`` is a short name of our own; ``ends_on`` is the last day in force.

    ``verified`` says whether the text itself was read; otherwise check it before relying on it.
    """

    number: str = Field(pattern=r"^[0-9].*[A-ZĐ]")
    title: str = Field(min_length=1)
    signed: date | None = None
    in_force_from: date | None = None
    ends_on: date | None = None
    replaced_by: str | None = None
    replaces: tuple[str, ...] = ()
    amended_by: tuple[str, ...] = ()
    note: str | None = None
    verified: bool

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> RegisteredDocument:
        if self.in_force_from and self.ends_on and self.ends_on < self.in_force_from:
            raise ValueError("ngày hết hiệu lực trước ngày có hiệu lực: xem lại in_force_from và ends_on")
        if self.replaced_by and not self.ends_on:
            raise ValueError("đã bị thay thế mà chưa ghi ngày hết hiệu lực: thêm ends_on")
        return self

    def standing(self, on: date) -> Standing:
        if self.ends_on is not None and on > self.ends_on:
            return Standing.ENDED
        if self.in_force_from is not None and on < self.in_force_from:
            return Standing.NOT_YET
        return Standing.IN_FORCE


class LegalFile(_Shape):
    """``content/legal/<topic>.yaml``."""

    documents: tuple[RegisteredDocument, ...]


def parse_legal(text: str, source: str) -> tuple[RegisteredDocument, ...]:
    """The documents of one file, each number once."""
    found = parse_shape(LegalFile, text, source).documents
    seen: set[str] = set()
    for document in found:
        key = plain_number(document.number)
        if key in seen:
            raise ContentShapeError.one(
                source, "documents", f"số {document.number} viết hai lần", "gộp lại thành một mục"
            )
        seen.add(key)
    return found


@lru_cache(maxsize=20_000)
def plain_number(number: str) -> str:
    """A number to compare by: "Nghị định số 118/2025/NĐ-CP" and "118/2025/ND-CP" are one."""
    return re.sub(r"\s+", "", _KIND.sub("", fold(number)))


class LegalRegister:
    def __init__(self, documents: Iterable[RegisteredDocument]) -> None:
        self._documents = {plain_number(document.number): document for document in documents}

    def get(self, number: str) -> RegisteredDocument | None:
        return self._documents.get(plain_number(number))

    def standing(self, number: str, on: date) -> Standing:
        found = self.get(number)
        return found.standing(on) if found else Standing.UNKNOWN

    def ended(self, numbers: Iterable[str], on: date) -> list[RegisteredDocument]:
        """Those of ``numbers`` that are no longer in force on that day."""
        found = (self.get(number) for number in numbers)
        return [document for document in found if document and document.standing(on) is Standing.ENDED]
