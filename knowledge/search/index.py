"""Search over the whole catalogue: two lexical opinions and one of meaning, fused, with a mild prior.

Everything is in memory and rebuilt in the background when content changes; a search reads one immutable
index and takes no lock. The opinion of meaning joins when its passages are there; without it the same search
works on words alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge.schemas import Procedure
from knowledge.search.called import Called, Lexicon, NoLexicon, Written, prior
from knowledge.search.cases import Cases
from knowledge.search.characters import CharacterIndex, pieces
from knowledge.search.lexical import RowIndex
from knowledge.search.meaning import Meaning, standing
from knowledge.search.passages import Passages
from knowledge.search.rows import Owners, Scores, Terms
from knowledge.search.slips import Slips
from knowledge.search.tokens import spoken, terms, unwrapped, words
from knowledge.search.tones import Tones

__all__ = ["Hit", "Kept", "Lexicon", "NoLexicon", "SearchIndex", "Weights"]


@dataclass(frozen=True)
class Weights:
    """How the opinions are mixed, the words' own share being 1.

    Fitted (listwise) on the content's golden questions and on phrases held out of their records, never on
    exam questions; see docs/accuracy.md.
    """

    characters: float = 0.85
    concepts: float = 0.55
    meaning: float = 1.8
    pair: float = 0.85
    coverage: float = 1.2
    prior: float = 0.25
    unmentioned: float = 0.25


@dataclass(frozen=True)
class Hit:
    """A record and how well it fits; the parts are what the decision to answer or to ask is made of.

    ``meaning`` is a cosine, and 0 where the search worked on words alone.
    """

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
    meaning: float = 0.0


@dataclass
class Kept:
    """What an index hands to the next one, so that an edit costs only what it changed."""

    words: Terms = field(default_factory=lambda: Terms(lambda text: terms(words(text))))
    pieces: Terms = field(default_factory=lambda: Terms(pieces))
    written: Written = field(default_factory=Written)


class SearchIndex:
    def __init__(
        self,
        procedures: Sequence[Procedure],
        phrases: Mapping[str, Sequence[str]] | None = None,
        lexicon: Lexicon | None = None,
        weights: Weights | None = None,
        kept: Kept | None = None,
    ) -> None:
        """``kept``: of the index that this one replaces."""
        self.weights = weights or Weights()
        self.kept = kept or Kept()
        self._lexicon = lexicon or NoLexicon()
        self._procedures = list(procedures)
        self._numbers = {procedure.code: n for n, procedure in enumerate(self._procedures)}
        phrases = phrases or {}
        self._called = [Called.of(one, phrases.get(one.code, ())) for one in self._procedures]
        written = self.kept.written.by(self._lexicon)
        rows = [
            (text, number, weight)
            for number, called in enumerate(self._called)
            for text, weight in called.rows(written)
        ]
        texts, owners, row_weights = [list(column) for column in zip(*rows, strict=True)] or [[], [], []]
        self._said: dict[str, set[int]] = {}
        for text, owner in zip(texts, owners, strict=True):
            self._said.setdefault(" ".join(words(text)), set()).add(owner)
        self._rows = RowIndex(texts, Owners(owners), row_weights, self.kept.words)
        self._characters = CharacterIndex(texts, self.kept.pieces) if texts else None
        self._slips = Slips(self._rows.frequencies())
        self._priors = np.array([prior(p, p.code in phrases) for p in self._procedures], dtype=np.float32)
        self._cases = Cases([written.out(one.spoken_name) for one in self._procedures])
        self._meaning: Meaning | None = None

    def __len__(self) -> int:
        return len(self._procedures)

    @property
    def knows_meaning(self) -> bool:
        return self._meaning is not None

    def passages(self) -> list[str]:
        """The texts that are to be encoded, those of one record together."""
        return [text for called in self._called for text in called.passages]

    def attach(self, passages: Passages) -> bool:
        """Take in the vectors that are there; false while too few are there to be used."""
        owners = [number for number, called in enumerate(self._called) for _ in called.passages]
        if not owners:
            return False
        meaning = Meaning(self.passages(), Owners(owners), passages, Tones(self.passages()))
        self._meaning = meaning if meaning.ready else None
        return meaning.ready

    def search(self, text: str, k: int = 10, *, whole: str | None = None) -> list[Hit]:
        """The ``k`` best records for a citizen's sentence, best first. Empty for a sentence without words.

        ``whole``: the sentence of which ``text`` is the subject; its meaning is weighed, once for several
        readings.
        """
        if not self._procedures or self._characters is None:
            return []
        asked = self._written_out(text)
        if not asked:
            return []
        folded = " ".join(asked)
        weights = self.weights
        query = self._query(asked)
        lexical = self._rows.best_rows(self._rows.row_scores(query))
        if concepts := self._lexicon.concepts(folded):
            named = [self._rows.best_rows(self._rows.row_scores(self._query(words(c)))) for c in concepts]
            lexical = lexical + weights.concepts * np.maximum.reduce(named)
        characters = self._rows.best_rows(self._characters.row_scores(folded))
        fused = _share(lexical) + weights.characters * _share(characters) + weights.prior * self._priors
        fused = fused - weights.unmentioned * self._cases.unmentioned(folded)
        cosines = self._cosines(whole or text)
        if cosines is not None:
            fused = fused + weights.meaning * standing(cosines, otherwise=_share(lexical))
        shortlist = np.argpartition(-fused, min(max(4 * k, 40), len(fused) - 1))[: max(4 * k, 40)].tolist()
        # What one record alone is called by needs no weighing.
        named_by = self._said.get(folded, set())
        exact = next(iter(named_by)) if len(named_by) == 1 else None
        if exact is not None:
            fused[exact] += _EXACT
            shortlist = [exact, *(record for record in shortlist if record != exact)]
        coverage = self._rows.covered(set(asked), shortlist)
        # What a row that said just this would score: the yardstick for how well a record explains it.
        ideal = sum(self._rows.rarity(term) * weight for term, weight in query.items()) or 1.0
        ranked = sorted(
            (
                (float(fused[record]) + weights.coverage * covered, record, covered)
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
                meaning=_cosine(cosines, record),
            )
            for score, record, covered in ranked[:k]
        ]

    def named(self, text: str) -> str | None:
        """The code of the one record that is called just this; none when there is no such or several."""
        named = self._said.get(" ".join(self._written_out(text)), set())
        return self._procedures[next(iter(named))].code if len(named) == 1 else None

    def coverage(self, asked: Sequence[str], code: str) -> float:
        """The share of some words' rarity that stands in the rows of a record (0..1)."""
        record = self._numbers.get(code)
        return self._rows.covered(set(asked), [record])[0] if record is not None and asked else 0.0

    def _written_out(self, text: str, *, wrapping: bool = False) -> list[str]:
        """The folded words of a sentence as they were meant; ``wrapping`` keeps those of every question."""
        folded = self._lexicon.expand(" ".join(self._slips.repaired(spoken(text))))
        return words(folded if wrapping else unwrapped(folded))

    def _cosines(self, text: str) -> Scores | None:
        meaning = self._meaning
        return meaning.cosines(self._written_out(text, wrapping=True), text) if meaning else None

    def _query(self, asked: Sequence[str]) -> dict[str, float]:
        return {term: self.weights.pair if "_" in term else 1.0 for term in terms(list(asked))}


# More than all opinions together.
_EXACT = 10.0


def _share(scores: Scores) -> Scores:
    best = float(scores.max())
    return scores / best if best > 0 else scores


def _cosine(cosines: Scores | None, record: int) -> float:
    return 0.0 if cosines is None or np.isnan(cosines[record]) else float(cosines[record])
