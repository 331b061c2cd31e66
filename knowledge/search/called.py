"""What a record is called: the rows by which the search finds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from core.text.fold import fold, fold_with_offsets
from knowledge.schemas import Level, Procedure

_NAME_WEIGHT = 1.0
_PHRASE_WEIGHT = 1.0
_DETAIL_WEIGHT = 0.45


class Lexicon(Protocol):
    """What the search wants to know of words."""

    def expand(self, folded: str) -> str:
        """Abbreviations and chat spellings written out, token by token."""

    def concepts(self, folded: str) -> Sequence[str]:
        """Names that the law gives to the daily words of the sentence."""


class NoLexicon:
    def expand(self, folded: str) -> str:
        return folded

    def concepts(self, folded: str) -> Sequence[str]:
        return ()


@dataclass(frozen=True)
class Called:
    """The name, its head, what citizens say, and the details that may stand in a question."""

    name: str
    head: str | None
    said: tuple[str, ...]
    detail: str

    @classmethod
    def of(cls, procedure: Procedure, phrases: Sequence[str]) -> Called:
        return cls(
            name=procedure.name,
            head=name_head(procedure.name),
            said=tuple(one for one in (procedure.plain_name, *procedure.aliases, *phrases) if one),
            detail=" ".join((procedure.field, *procedure.results[:2], procedure.summary or "")),
        )

    def rows(self, lexicon: Lexicon) -> dict[str, float]:
        """Rows of the lexical search, folded and written out, each once, with their weights."""
        name = lexicon.expand(fold(self.name))
        rows = {name: _NAME_WEIGHT}
        if self.head:
            rows.setdefault(lexicon.expand(fold(self.head)), _NAME_WEIGHT)
        for one in self.said:
            rows.setdefault(lexicon.expand(fold(one)), _PHRASE_WEIGHT)
        rows.setdefault(f"{name} {lexicon.expand(fold(self.detail))}", _DETAIL_WEIGHT)
        return rows

    @property
    def passages(self) -> tuple[str, ...]:
        """Texts for the encoder: of a long name only its head, which says the matter and costs half."""
        return tuple(dict.fromkeys((self.head or self.name, *self.said)))


# Where a legal name has said the matter and goes on to say for whom, by whom and in which case.
_AFTER_HEAD = re.compile(
    r"[,;(/]| (?:doi voi|trong truong hop|do (?:co quan|bi|uy ban)|thuoc tham quyen|theo) "
)
_LEAD = re.compile(r"^thu tuc ")
_SHORTEST_HEAD = 3


@lru_cache(maxsize=16384)
def name_head(name: str) -> str | None:
    """The part of a long legal name that says the matter; none when it is the whole name or too little."""
    folded, offsets = fold_with_offsets(name)
    lead = _LEAD.match(folded)
    start = lead.end() if lead else 0
    after = _AFTER_HEAD.search(folded, start)
    end = after.start() if after else len(folded)
    if (start == 0 and after is None) or len(folded[start:end].split()) < _SHORTEST_HEAD:
        return None
    return name[offsets[start] : offsets[end - 1] + 1].strip()


# Fields in which the one who asks is an importer, a shipper or another office rather than a citizen.
_SPECIALIST_FIELDS = ("hai quan", "hang hai", "kho bac", "quan ly chuong trinh muc tieu")


def prior(procedure: Procedure, has_phrases: bool) -> float:
    """0..1: what is settled at the ward and is asked for every day comes first when words do not decide."""
    prior = 0.0
    if Level.COMMUNE in procedure.levels:
        prior += 0.5
    if procedure.curated:
        prior += 0.3
    if has_phrases:
        prior += 0.1
    if set(procedure.levels) == {Level.MINISTRY}:
        prior -= 0.2
    if fold(procedure.field).startswith(_SPECIALIST_FIELDS):
        prior -= 0.4
    return max(0.0, min(1.0, prior + 0.1))
