"""The numeric guard: nothing leaves that is not in the record.

Every number, amount, date and legal reference of a finished text must stand in the record it was made of,
in a calculation that is shown, or in the citizen's own words. The guard knows nothing of how texts are
composed, so a mistake there cannot hide from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date
from functools import lru_cache

from knowledge.schemas import Procedure

_REFERENCE = re.compile(r"\d+(?:/\d{4})?/[A-ZĐƯ][A-ZĐƯ0-9]*(?:-[A-ZĐƯ0-9]+)*", re.IGNORECASE)
_DATE = re.compile(r"\b(\d{1,2})/(\d{1,2})(?:/(\d{4}))?\b")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_CODE = re.compile(r"\b\d\.\d{6}\b")
_DOSSIER = re.compile(r"\b(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.\d{2}){0,3}-\d{6}-\d{4,7}\b")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?!\d)|\d+(?:,\d+)?")
_LIST_MARK = re.compile(r"^\s*\d{1,2}\.\s", re.MULTILINE)


@lru_cache(maxsize=8192)
def figures(text: str) -> frozenset[str]:
    """Every figure of a text in one spelling: ``15.000`` is ``15000``, and ``02`` is ``2``."""
    found: set[str] = set()
    for pattern, spell in (
        (_REFERENCE, lambda m: "ref:" + m.group().upper()),
        (_DOSSIER, lambda m: "dossier:" + m.group()),
        (_ISO_DATE, lambda m: _date(m.group(3), m.group(2), m.group(1))),
        (_DATE, lambda m: _date(m.group(1), m.group(2), m.group(3))),
        (_CODE, lambda m: "code:" + m.group()),
        (_NUMBER, lambda m: "number:" + _plain(m.group())),
    ):
        found.update(spell(match) for match in pattern.finditer(text))
        text = pattern.sub(" ", text)
    return frozenset(found)


def _date(day: str, month: str, year: str | None) -> str:
    return f"date:{int(day)}/{int(month)}" + (f"/{year}" if year else "")


def _plain(number: str) -> str:
    digits = number.replace(".", "").replace(",", ".")
    return digits.lstrip("0") or "0"


def figures_of(procedure: Procedure) -> set[str]:
    """What the record allows to be said, with the parts of its dates and references."""
    allowed: set[str] = set()
    for text in _texts(procedure.model_dump(mode="json")):
        allowed |= figures(text)
    if procedure.source_date:
        allowed.add(_spelled(procedure.source_date))
    if procedure.same_day_after_15h:  # the field says it without a digit
        allowed.add("number:15")
    return allowed


def _texts(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int | float):
        yield str(value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def _spelled(moment: date) -> str:
    return f"date:{moment.day}/{moment.month}/{moment.year}"


def invented(text: str, allowed: AbstractSet[str]) -> AbstractSet[str]:
    """The figures of a finished text that nobody gave; empty when it may leave."""
    return figures(_LIST_MARK.sub("", text)) - allowed


def of_record(text: str, record: Procedure | None) -> bool:
    """Whether every figure of a text stands in the record; without a record it may hold none."""
    return not invented(text, figures_of(record) if record else set())
