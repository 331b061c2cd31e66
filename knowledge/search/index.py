"""Search over the whole catalogue: two lexical opinions and one of meaning, fused, with a mild prior.

Everything is in memory. When content changes, the next index is made in the background, of the one at hand
and of what changed; a search reads one index that nobody changes and takes no lock. The opinion of meaning
joins when its passages are there; without it the same search works on words alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.schemas import Procedure
from knowledge.search.called import Lexicon, NoLexicon
from knowledge.search.cases import Cases
from knowledge.search.characters import CharacterIndex, Pieces
from knowledge.search.entries import Changes, Entries, Entry
from knowledge.search.lexical import RowIndex
from knowledge.search.meaning import Meaning, standing
from knowledge.search.memo import Memo
from knowledge.search.passages import Passages
from knowledge.search.rows import CutRows, Numbers, Scores, Terms
from knowledge.search.slips import Near, Slips
from knowledge.search.tokens import spoken, terms, unwrapped, words
from knowledge.search.tones import Tones

__all__ = ["Hit", "Lexicon", "NoLexicon", "SearchIndex", "Weights"]


# A text, how many records are wanted, and the whole sentence.
_Asked = tuple[str, int, str | None]


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
    meant: float = 0.25


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


class _Shared:
    """What successive indexes share: numbers of terms, and what is near them. It only grows."""

    def __init__(self) -> None:
        self.words = Terms(lambda text: terms(words(text)))
        self.pieces = Pieces()
        self.near = Near()


class SearchIndex:
    """Immutable but for the vectors, which are attached as they come."""

    def __init__(
        self,
        procedures: Sequence[Procedure],
        phrases: Mapping[str, Sequence[str]] | None = None,
        lexicon: Lexicon | None = None,
        weights: Weights | None = None,
        before: SearchIndex | None = None,
    ) -> None:
        """``before``: the index that this one replaces. What did not change since is taken over from it, so
        that an edit costs what it changed, and answers are the same as if there had been none."""
        self.weights = weights or Weights()
        self._lexicon = lexicon or _NO_LEXICON
        self._shared: _Shared = before._shared if before else _Shared()
        self._procedures = list(procedures)
        former = before._entries if before else None
        self._entries: Entries = Entries(self._procedures, phrases or {}, self._lexicon, former)
        changes = Changes.between(former, self._entries)
        fresh = [[row for row, _ in entry.rows] for entry in changes.fresh.values()]
        self._word_cells = self._shared.words.cut(fresh)
        self._piece_cells = self._shared.pieces.cut(fresh)
        if before:
            self._word_cells = CutRows.joined(before._word_cells, self._word_cells, changes.runs)
            self._piece_cells = CutRows.joined(before._piece_cells, self._piece_cells, changes.runs)
        row_weights = [weight for entry in self._entries.all for _, weight in entry.rows]
        self._rows = RowIndex(self._word_cells, row_weights, self._shared.words)
        self._characters = CharacterIndex(self._piece_cells, self._shared.pieces)
        self._slips = Slips(self._rows, self._shared.words, self._shared.near)
        self._called: dict[str, tuple[str, ...]] = _called(before._called if before else {}, changes)
        self._priors = np.array([entry.prior for entry in self._entries.all], dtype=np.float32)
        self._cases = Cases([entry.cases for entry in self._entries.all])
        self._meaning: Meaning | None = None
        self._searched = self._memo()
        # Taken over only when vectors are attached, which drafts do without.
        self._inherited = (before._meaning, changes) if before and before._meaning else None

    def __len__(self) -> int:
        return len(self._procedures)

    @property
    def knows_meaning(self) -> bool:
        return self._meaning is not None and self._meaning.ready

    def alike(self, other: SearchIndex) -> bool:
        """Whether every sentence finds the same records in both, in the same order and as surely."""
        return (
            self.weights == other.weights
            and self._lexicon is other._lexicon
            and list(self._entries.numbers) == list(other._entries.numbers)
            and self._entries.all == other._entries.all
        )

    def passages(self) -> list[str]:
        """The texts that are to be encoded, those of one record together."""
        return self._entries.passages()

    def attach(self, passages: Passages) -> bool:
        """Take in the vectors that are there; false while too few are there to be used."""
        texts, meaning, inherited = self.passages(), self._meaning, self._inherited
        if meaning is None and inherited is not None and inherited[0].reads(passages):
            former, changes = inherited
            tones = former.tones.changed(_passages(changes.gone), _passages(changes.fresh))
            meaning = former.after(_passage_counts(changes.fresh.values()), changes.runs, tones)
        if meaning is None or not meaning.reads(passages):
            meaning = Meaning.empty(_passage_counts(self._entries.all), passages, Tones(texts))
        self._meaning, self._inherited = meaning.filled(texts), None
        self._searched = self._memo()
        return self._meaning.ready

    def _memo(self) -> Memo[_Asked, list[Hit]]:
        return Memo(lambda asked: self._search(*asked), size=_REMEMBERED)

    def search(self, text: str, k: int = 10, *, whole: str | None = None) -> list[Hit]:
        """The ``k`` best records for a citizen's sentence, best first. Empty for a sentence without words.

        ``whole``: the sentence of which ``text`` is the subject; its meaning is weighed, once for several
        readings. What was searched lately is not searched again: one turn asks the same several times.
        """
        return list(self._searched((text, k, whole)))

    def _search(self, text: str, k: int, whole: str | None) -> list[Hit]:
        if not self._procedures:
            return []
        asked = self._written_out(text)
        if not asked:
            return []
        folded = " ".join(asked)
        weights = self.weights
        query = self._query(asked)
        lexical = self._rows.best_rows(self._rows.row_scores(query))
        if concepts := self._lexicon.concepts(folded):
            others = [self._rows.best_rows(self._rows.row_scores(self._query(words(c)))) for c in concepts]
            lexical = lexical + weights.concepts * np.maximum.reduce(others)
        characters = self._rows.best_rows(self._characters.row_scores(folded))
        fused = _share(lexical) + weights.characters * _share(characters) + weights.prior * self._priors
        fused = fused - weights.unmentioned * self._cases.unmentioned(folded)
        fused = fused + weights.meant * self._cases.meant(folded)
        cosines = self._cosines(whole or text)
        if cosines is not None:
            fused = fused + weights.meaning * standing(cosines, otherwise=_share(lexical))
        shortlist = np.argpartition(-fused, min(max(4 * k, 40), len(fused) - 1))[: max(4 * k, 40)].tolist()
        # What one record alone is called by needs no weighing.
        named = self._named_just(folded)
        exact = self._entries.numbers[named] if named is not None else None
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
        return self._named_just(" ".join(self._written_out(text)))

    def _named_just(self, folded: str) -> str | None:
        named = self._called.get(folded, ())
        return named[0] if len(named) == 1 else None

    def coverage(self, asked: Sequence[str], code: str) -> float:
        """The share of some words' rarity that stands in the rows of a record (0..1)."""
        record = self._entries.numbers.get(code)
        return self._rows.covered(set(asked), [record])[0] if record is not None and asked else 0.0

    def _written_out(self, text: str, *, wrapping: bool = False) -> list[str]:
        """The folded words of a sentence as they were meant; ``wrapping`` keeps those of every question."""
        folded = self._lexicon.expand(" ".join(self._slips.repaired(spoken(text))))
        return words(folded if wrapping else unwrapped(folded))

    def _cosines(self, text: str) -> Scores | None:
        meaning = self._meaning
        if meaning is None or not meaning.ready:
            return None
        return meaning.cosines(self._written_out(text, wrapping=True), text)

    def _query(self, asked: Sequence[str]) -> dict[str, float]:
        return {term: self.weights.pair if "_" in term else 1.0 for term in terms(list(asked))}


# More than all opinions together.
_EXACT = 10.0
# Searches, of the turns that are under way and of those just before.
_REMEMBERED = 512
# One for all, so that an index without a lexicon knows that the one before had none either.
_NO_LEXICON = NoLexicon()


def _called(before: Mapping[str, tuple[str, ...]], changes: Changes) -> dict[str, tuple[str, ...]]:
    """Codes of the records that are called just this."""
    called = {**before}
    for code, entry in changes.gone.items():
        for name in entry.names:
            if left := tuple(one for one in called[name] if one != code):
                called[name] = left
            else:
                del called[name]
    for code, entry in changes.fresh.items():
        for name in entry.names:
            called[name] = (*called.get(name, ()), code)
    return called


def _passages(entries: Mapping[str, Entry]) -> list[str]:
    return [text for entry in entries.values() for text in entry.passages]


def _passage_counts(entries: Iterable[Entry]) -> Numbers:
    return np.array([len(entry.passages) for entry in entries], dtype=np.int32)


def _share(scores: Scores) -> Scores:
    best = float(scores.max())
    return scores / best if best > 0 else scores


def _cosine(cosines: Scores | None, record: int) -> float:
    return 0.0 if cosines is None or np.isnan(cosines[record]) else float(cosines[record])
