"""Everything the assistant knows, in memory: one immutable snapshot of the published content.

A snapshot is built in the background and swapped in whole, so a turn never sees half an edit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from knowledge.calculators.schemas import Calculator, PersonKind
from knowledge.checklist.schemas import DefinedChecklist
from knowledge.curated import CuratedProcedure
from knowledge.general import GeneralEntry
from knowledge.known_without_data import KnownWithoutData
from knowledge.legal import RegisteredDocument
from knowledge.life_events.recognise import find_life_event
from knowledge.life_events.schemas import LifeEvent
from knowledge.place_names import Named, PlaceNames
from knowledge.places import Place, ProvinceUnits
from knowledge.schemas import Level, Procedure
from knowledge.search.decide import Calibration, Decision, decide
from knowledge.search.index import Hit, Lexicon, SearchIndex
from knowledge.search.tokens import topic

GENERAL_PREFIX = "general:"
MATTER_PREFIX = "matter:"


@dataclass(frozen=True)
class Content:
    """What a snapshot is made of."""

    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    curated: Mapping[str, CuratedProcedure] = field(default_factory=dict)
    phrases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    general: Mapping[str, GeneralEntry] = field(default_factory=dict)
    matters: Mapping[str, KnownWithoutData] = field(default_factory=dict)
    places: Sequence[Place] = ()
    provinces: Sequence[ProvinceUnits] = ()
    legal: Sequence[RegisteredDocument] = ()
    asked_back: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    life_events: Mapping[str, LifeEvent] = field(default_factory=dict)
    calculators: Sequence[Calculator] = ()
    persons: Sequence[PersonKind] = ()
    checklists: Mapping[str, DefinedChecklist] = field(default_factory=dict)
    lexicon: Lexicon | None = None


# "Em muốn xin …", "thủ tục …": who speaks and that something is wanted, before what it is.
_WISHING = re.compile(
    r"^(?:(?:toi|em|minh|con|chau|bac|co|chu|a|da|xin|can|dinh|tinh|hoi|ve|viec|vu|chuyen|lam)\b ?)+"
)


# What is told of a place, and names none.
_UNNAMED: Mapping[str, object] = {"address": None, "phone": None, "office_hours": (), "note": None}


class KnowledgeBase:
    def __init__(
        self, content: Content, calibration: Calibration | None = None, before: KnowledgeBase | None = None
    ) -> None:
        """``before``: the former snapshot, of whose index what did not change is taken over."""
        self.content = content
        self._given_calibration = calibration
        self._before = before.newest_index if before is not None else None

    @cached_property
    def _calibration(self) -> Calibration:
        return self._given_calibration or Calibration.load()

    @cached_property
    def index(self) -> SearchIndex:
        """Built on first use: a process that only shows records never pays for it."""
        content = self.content
        entries = [
            *content.procedures.values(),
            *(_general_as_record(entry) for entry in content.general.values()),
            *(_matter_as_record(matter) for matter in content.matters.values()),
        ]
        index = SearchIndex(entries, content.phrases, content.lexicon, before=self._before)
        self._before = None  # it has done its part
        return index

    @property
    def newest_index(self) -> SearchIndex | None:
        """The index of this snapshot, or of the last one before it that was asked; none while none was."""
        found: SearchIndex | None = self.__dict__.get("index")
        return found or self._before

    def procedure(self, code: str | None) -> Procedure | None:
        return self.content.procedures.get(code) if code else None

    def general(self, code: str) -> GeneralEntry | None:
        return self.content.general.get(code.removeprefix(GENERAL_PREFIX))

    def matter(self, code: str) -> KnownWithoutData | None:
        return self.content.matters.get(code.removeprefix(MATTER_PREFIX))

    def search(self, text: str, k: int = 10, *, whole: str | None = None) -> list[Hit]:
        return self.index.search(text, k, whole=whole)

    def decide(self, text: str, *, outside: float = 0.0, whole: str | None = None) -> Decision:
        """``outside``: how far the classifier believes that this is no matter of the office (0..1).

        ``whole``: the sentence of which ``text`` is one reading; its meaning is weighed.
        """
        return decide(self.search(text, whole=whole), self._calibration, outside=outside)

    def finds_like(self, other: KnowledgeBase) -> bool:
        """Whether ``decide_on`` decides every sentence alike in both: all that finding reads is equal.

        It reads what the search reads, the names of places, and by what twins are told apart; no fee, paper,
        step or text of an answer.
        """
        ours, theirs = self.content, other.content
        return (
            [_names_of(one) for one in ours.places] == [_names_of(one) for one in theirs.places]
            and ours.provinces == theirs.provinces
            and self.index.alike(other.index)
            and all(
                _told_apart(one) == _told_apart(theirs.procedures[code])
                for code, one in ours.procedures.items()
            )
        )

    def asked_back(self, text: str) -> list[Procedure]:
        """What must be asked first when just this was said; mostly nothing."""
        said = topic(text)
        sayings = self.content.asked_back
        codes = sayings.get(said) or sayings.get(_WISHING.sub("", said), ())
        return [found for code in codes if (found := self.procedure(code)) is not None]

    def calculator(self, code: str) -> Calculator | None:
        """How the fee of a procedure is worked out, where somebody wrote it down."""
        return next((one for one in self.content.calculators if code in one.procedures), None)

    def life_event(self, text: str) -> LifeEvent | None:
        """The life event that a sentence tells of, unless just so some procedure is called."""
        event = find_life_event(text, self.content.life_events.values())
        if event is None or self.index.named(text) is not None:
            return None
        return event

    @cached_property
    def _place_names(self) -> PlaceNames:
        return PlaceNames(self.content.places, self.content.provinces)

    def places_in(self, text: str) -> Named:
        """The wards and communes a sentence names, by new and by old names."""
        return self._place_names.find(text)


def _names_of(place: Place) -> Place:
    return place.model_copy(update=_UNNAMED)


def _told_apart(procedure: Procedure) -> tuple[object, ...]:
    """What ``knowledge.dialogue.twins`` reads of a record."""
    return procedure.spoken_name, procedure.field, procedure.levels


def _general_as_record(entry: GeneralEntry) -> Procedure:
    return Procedure(
        code=f"{GENERAL_PREFIX}{entry.id}",
        name=entry.title,
        levels=(Level.COMMUNE,),
        field="general",
        aliases=tuple(entry.aliases),
        curated=True,
    )


def _matter_as_record(matter: KnownWithoutData) -> Procedure:
    return Procedure(
        code=f"{MATTER_PREFIX}{matter.id}",
        name=matter.name,
        levels=(Level.COMMUNE,),
        field="matter",
        aliases=tuple(matter.aliases),
        curated=True,
    )
