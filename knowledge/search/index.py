"""Search over the whole catalogue: two lexical opinions, fused, with a mild prior.

Everything is in memory and rebuilt in the background when content changes; a search reads one immutable
index and takes no lock.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.text.fold import fold
from knowledge.schemas import Level, Procedure
from knowledge.search.characters import CharacterIndex
from knowledge.search.lexical import RowIndex, Scores
from knowledge.search.slips import Slips
from knowledge.search.tokens import terms, topic, words


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
class Weights:
    """How the opinions are mixed. Measured on development questions; see docs/accuracy.md."""

    characters: float = 0.7
    concepts: float = 0.35
    pair: float = 0.85
    coverage: float = 0.6
    name_row: float = 1.0
    phrase_row: float = 1.0
    detail_row: float = 0.45
    prior: float = 0.15


@dataclass(frozen=True)
class Hit:
    """A record and how well it fits; the parts are what the decision to answer or to ask is made of."""

    code: str
    name: str
    score: float
    lexical: float
    characters: float
    coverage: float
    prior: float
    fit: float = 0.0
    length: int = 0
    exact: bool = False


class SearchIndex:
    def __init__(
        self,
        procedures: Sequence[Procedure],
        phrases: Mapping[str, Sequence[str]] | None = None,
        lexicon: Lexicon | None = None,
        weights: Weights | None = None,
    ) -> None:
        self.weights = weights or Weights()
        self._lexicon = lexicon or NoLexicon()
        self._procedures = list(procedures)
        self._numbers = {procedure.code: n for n, procedure in enumerate(self._procedures)}
        phrases = phrases or {}
        texts: list[str] = []
        owners: list[int] = []
        row_weights: list[float] = []
        for number, procedure in enumerate(self._procedures):
            for text, weight in self._rows_of(procedure, phrases.get(procedure.code, ())):
                texts.append(text)
                owners.append(number)
                row_weights.append(weight)
        self._said: dict[str, set[int]] = {}
        for text, owner in zip(texts, owners, strict=True):
            self._said.setdefault(" ".join(words(text)), set()).add(owner)
        self._rows = RowIndex([terms(words(text)) for text in texts], owners, row_weights)
        self._characters = CharacterIndex(texts) if texts else None
        self._slips = Slips(self._rows.frequencies())
        self._priors = np.array([_prior(p, p.code in phrases) for p in self._procedures], dtype=np.float32)

    def __len__(self) -> int:
        return len(self._procedures)

    def _rows_of(self, procedure: Procedure, phrases: Sequence[str]) -> list[tuple[str, float]]:
        name = self._lexicon.expand(fold(procedure.name))
        said = {name: self.weights.name_row}
        if head := name_head(name):
            said[head] = self.weights.name_row
        for phrase in (procedure.plain_name, *procedure.aliases, *phrases):
            if phrase:
                said.setdefault(self._lexicon.expand(fold(phrase)), self.weights.phrase_row)
        detail = fold(" ".join((procedure.field, *procedure.results[:2], procedure.summary or "")))
        said.setdefault(f"{name} {detail}", self.weights.detail_row)
        return list(said.items())

    def search(self, text: str, k: int = 10) -> list[Hit]:
        """The ``k`` best records for a citizen's sentence, best first. Empty for a sentence without words."""
        if not self._procedures or self._characters is None:
            return []
        folded = self._lexicon.expand(topic(text))
        typed = words(folded)
        if not typed:
            return []
        asked = self._slips.repaired(typed)
        lexical = self._rows.best_rows(self._rows.row_scores(self._query(asked)))
        concepts = self._lexicon.concepts(folded)
        if concepts:
            named = [self._rows.best_rows(self._rows.row_scores(self._query(words(c)))) for c in concepts]
            lexical = lexical + self.weights.concepts * np.maximum.reduce(named)
        characters = self._rows.best_rows(self._characters.row_scores(" ".join(asked)))
        fused = (
            _share(lexical) + self.weights.characters * _share(characters) + self.weights.prior * self._priors
        )
        shortlist = np.argpartition(-fused, min(max(3 * k, 30), len(fused) - 1))[: max(3 * k, 30)].tolist()
        # What one record alone is called by needs no weighing.
        named_by = self._said.get(" ".join(asked), set())
        exact = next(iter(named_by)) if len(named_by) == 1 else None
        if exact is not None:
            fused[exact] += _EXACT
            shortlist = [exact, *(record for record in shortlist if record != exact)]
        coverage = self._rows.covered(set(asked), shortlist)
        # What a row that said just this would score: the yardstick for how well a record explains it.
        ideal = sum(self._rows.rarity(term) * weight for term, weight in self._query(asked).items()) or 1.0
        ranked = sorted(
            (
                (float(fused[record]) + self.weights.coverage * covered, record, covered)
                for record, covered in zip(shortlist, coverage, strict=True)
            ),
            reverse=True,
        )
        return [
            Hit(
                code=self._procedures[record].code,
                name=self._procedures[record].spoken_name,
                score=score,
                lexical=float(lexical[record]),
                characters=float(characters[record]),
                coverage=covered,
                prior=float(self._priors[record]),
                fit=min(float(lexical[record]) / ideal, 3.0),
                length=len(asked),
                exact=record == exact,
            )
            for score, record, covered in ranked[:k]
        ]

    def coverage(self, asked: Sequence[str], code: str) -> float:
        """The share of some words' rarity that stands in the rows of a record (0..1)."""
        record = self._numbers.get(code)
        return self._rows.covered(set(asked), [record])[0] if record is not None and asked else 0.0

    def _query(self, asked: Sequence[str]) -> dict[str, float]:
        return {term: self.weights.pair if "_" in term else 1.0 for term in terms(list(asked))}


def _share(scores: Scores) -> Scores:
    """Scores as a share of the best one (0..1)."""
    best = float(scores.max()) if len(scores) else 0.0
    return scores / best if best > 0 else scores


# More than everything else can add up to.
_EXACT = 10.0

# Where a legal name has said the matter and goes on to say for whom, by whom and in which case.
_AFTER_HEAD = re.compile(
    r"[,;(/]| (?:doi voi|trong truong hop|do (?:co quan|bi|uy ban)|thuoc tham quyen|theo) "
)
_LEAD = re.compile(r"^thu tuc ")


def name_head(folded: str) -> str | None:
    """The part of a long legal name that says the matter; none when it is the whole name or too little."""
    plain = _LEAD.sub("", folded)
    head = _AFTER_HEAD.split(plain, maxsplit=1)[0].strip()
    return head if head != plain and len(head.split()) >= 3 else None


# Fields in which the one who asks is an importer, a shipper or another office rather than a citizen.
_SPECIALIST_FIELDS = ("hai quan", "hang hai", "kho bac", "quan ly chuong trinh muc tieu")


def _prior(procedure: Procedure, has_phrases: bool) -> float:
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
