"""What an index knows of each record by itself, and what of it the next index can take over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.text.fold import fold
from knowledge.schemas import Procedure
from knowledge.search.called import Called, Lexicon, prior
from knowledge.search.cases import told
from knowledge.search.runs import Run, runs_of
from knowledge.search.tokens import words


@dataclass(frozen=True)
class Entry:
    """Everything about a record that the search reads; two alike are found alike.

    ``rows``: folded, each with its weight; ``names``: how the record is called, as words; ``passages``: texts
    for the encoder.
    """

    rows: tuple[tuple[str, float], ...]
    names: frozenset[str]
    passages: tuple[str, ...]
    prior: float
    cases: tuple[bool, ...]

    @classmethod
    def of(cls, procedure: Procedure, phrases: Sequence[str], lexicon: Lexicon) -> Entry:
        called = Called.of(procedure, phrases)
        rows = called.rows(lexicon)
        return cls(
            rows=tuple(rows.items()),
            names=frozenset(" ".join(words(row)) for row in rows),
            passages=called.passages,
            prior=prior(procedure, bool(phrases)),
            cases=told(lexicon.expand(fold(procedure.spoken_name))),
        )


@dataclass(frozen=True)
class _Made:
    """An entry, and what it was made of."""

    procedure: Procedure
    phrases: tuple[str, ...]
    entry: Entry


class Entries:
    """The entries of the records of one index, in their order."""

    def __init__(
        self,
        procedures: Sequence[Procedure],
        phrases: Mapping[str, Sequence[str]],
        lexicon: Lexicon,
        before: Entries | None,
    ) -> None:
        """``before``: of the index that this one replaces."""
        self._lexicon = lexicon
        self.numbers = {procedure.code: number for number, procedure in enumerate(procedures)}
        self._made = [self._make(one, tuple(phrases.get(one.code, ())), before) for one in procedures]
        self.all = [made.entry for made in self._made]

    def _make(self, procedure: Procedure, phrases: tuple[str, ...], before: Entries | None) -> _Made:
        number = before.numbers.get(procedure.code) if before is not None else None
        if before is None or number is None:
            return _Made(procedure, phrases, Entry.of(procedure, phrases, self._lexicon))
        known = before._made[number]
        same = known.procedure is procedure or known.procedure == procedure
        if same and known.phrases == phrases and before._lexicon is self._lexicon:
            return known
        entry = Entry.of(procedure, phrases, self._lexicon)
        return _Made(procedure, phrases, known.entry if entry == known.entry else entry)

    def __len__(self) -> int:
        return len(self.all)

    def passages(self) -> list[str]:
        """Those of a record together."""
        return [text for entry in self.all for text in entry.passages]


@dataclass(frozen=True)
class Changes:
    """How the entries of an index came from those before: which are taken over, in which order."""

    fresh: Mapping[str, Entry]
    gone: Mapping[str, Entry]
    runs: Sequence[Run]

    @classmethod
    def between(cls, before: Entries | None, after: Entries) -> Changes:
        fresh: dict[str, Entry] = {}
        gone = {code: before.all[number] for code, number in before.numbers.items()} if before else {}
        sources: list[tuple[bool, int]] = []
        for (code, number), entry in zip(after.numbers.items(), after.all, strict=True):
            if before is not None and gone.get(code) is entry:
                del gone[code]
                sources.append((False, before.numbers[code]))
            else:
                sources.append((True, len(fresh)))
                fresh[code] = after.all[number]
        return cls(fresh, gone, runs_of(sources))
