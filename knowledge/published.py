"""From published documents to what the assistant knows; curated records lie over the national ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import structlog

from core.content import Document
from core.yaml_shape import ContentShapeError, parse_shape
from knowledge.base import Content
from knowledge.calculators.schemas import PERSONS, Calculator, PersonKind, parse_calculator, parse_persons
from knowledge.checklist.schemas import DefinedChecklist, parse_checklist
from knowledge.curated import CuratedProcedure
from knowledge.district import IMPORTED_MENTION
from knowledge.general import GeneralEntry, parse_general
from knowledge.known_without_data import KnownWithoutData, parse_known_without_data
from knowledge.legal import RegisteredDocument, parse_legal
from knowledge.lexicon import Lexicon, parse_lexicon
from knowledge.life_events.schemas import LifeEvent, parse_life_event
from knowledge.phrases import parse_phrases
from knowledge.places import UNITS, Place, ProvinceUnits, parse_place, parse_units
from knowledge.questions_back import options_by_saying, parse_questions_back
from knowledge.schemas import Procedure

log = structlog.get_logger()

PHRASES = "lexicon/phrases-"
QUESTIONS_BACK = "lexicon/questions-back.yaml"


def parse_procedure(text: str, source: str) -> CuratedProcedure:
    """``content/procedures/<field>/<code>.yaml``; the file's name must be the code."""
    found = parse_shape(CuratedProcedure, text, source)
    name = source.rsplit("/", 1)[-1].removesuffix(".yaml").removesuffix(".yml")
    if name != found.code:
        raise ContentShapeError.one(
            source, "code", f"mã {found.code} nằm trong tệp {name}", "sửa code hoặc đổi tên tệp"
        )
    return found


# Readers whose results are remembered by the text of the file; nobody changes what they return.
@lru_cache(maxsize=8192)
def _procedure(text: str, source: str) -> tuple[CuratedProcedure, Procedure]:
    """A curated procedure, and the record that the assistant answers from."""
    found = parse_procedure(text, source)
    return found, found.to_procedure()


_phrases = lru_cache(maxsize=512)(parse_phrases)
_questions_back = lru_cache(maxsize=8)(parse_questions_back)
_general = lru_cache(maxsize=1024)(parse_general)
_known_without_data = lru_cache(maxsize=64)(parse_known_without_data)
_life_event = lru_cache(maxsize=256)(parse_life_event)
_place = lru_cache(maxsize=1024)(parse_place)
_units = lru_cache(maxsize=64)(parse_units)
_legal = lru_cache(maxsize=256)(parse_legal)
_persons = lru_cache(maxsize=8)(parse_persons)
_calculator = lru_cache(maxsize=1024)(parse_calculator)
_checklist = lru_cache(maxsize=1024)(parse_checklist)


@lru_cache(maxsize=4)
def _lexicon_of(files: tuple[tuple[str, str], ...]) -> Lexicon:
    return parse_lexicon(dict(files))


def read_content(documents: Iterable[Document], catalogue: Mapping[str, Procedure]) -> Content:
    """Everything for one snapshot. A document that cannot be read is left out and reported by its key.

    What was read before is not read again: an edit costs the file that was edited.
    """
    curated: dict[str, CuratedProcedure] = {}
    records: dict[str, Procedure] = {}
    phrases: dict[str, tuple[str, ...]] = {}
    general: dict[str, GeneralEntry] = {}
    matters: dict[str, KnownWithoutData] = {}
    places: list[Place] = []
    provinces: list[ProvinceUnits] = []
    legal: list[RegisteredDocument] = []
    lexicon: dict[str, str] = {}
    asked_back: dict[str, tuple[str, ...]] = {}
    life_events: dict[str, LifeEvent] = {}
    calculators: list[Calculator] = []
    persons: tuple[PersonKind, ...] = ()
    checklists: dict[str, DefinedChecklist] = {}
    for document in documents:
        try:
            if document.kind == "procedures":
                procedure, record = _procedure(document.text, document.key)
                curated[procedure.code], records[procedure.code] = procedure, record
            elif document.key.startswith(PHRASES):
                for code, said in _phrases(document.text, document.key).items():
                    phrases[code] = (*phrases.get(code, ()), *said)
            elif document.key == QUESTIONS_BACK:
                asked_back |= options_by_saying(_questions_back(document.text, document.key))
            elif document.kind == "lexicon":
                lexicon[document.key] = document.text
            elif document.kind == "general" and document.key.endswith(".md"):
                entry = _general(document.text, document.key)
                general[entry.id] = entry
            elif document.kind == "general":
                matters |= {matter.id: matter for matter in _known_without_data(document.text, document.key)}
            elif document.kind == "life-events":
                event = _life_event(document.text, document.key)
                life_events[event.id] = event
            elif document.kind == "legal":
                legal += _legal(document.text, document.key)
            elif document.key.startswith(UNITS):
                provinces.append(_units(document.text, document.key))
            elif document.key == PERSONS:
                persons = _persons(document.text, document.key)
            elif document.kind == "calculators":
                calculators.append(_calculator(document.text, document.key))
            elif document.kind == "checklists":
                checklist = _checklist(document.text, document.key)
                checklists[checklist.code] = checklist
            elif document.kind == "places":
                places.append(_place(document.text, document.key))
        except ContentShapeError:
            log.error("content_unreadable", key=document.key)
    return Content(
        procedures={
            **catalogue,
            **{code: _over(catalogue.get(code), record) for code, record in records.items()},
        },
        curated=curated,
        phrases=phrases,
        general=general,
        matters=matters,
        places=places,
        provinces=provinces,
        legal=legal,
        asked_back=asked_back,
        life_events=life_events,
        calculators=calculators,
        persons=persons,
        checklists=checklists,
        lexicon=_lexicon(lexicon),
    )


def _over(record: Procedure | None, curated: Procedure) -> Procedure:
    """The curated record, with the doubt of a national one that still names abolished offices."""
    doubts = tuple(one for one in record.needs_check if IMPORTED_MENTION in one) if record else ()
    return curated.model_copy(update={"needs_check": doubts}) if doubts else curated


def _lexicon(files: Mapping[str, str]) -> Lexicon | None:
    try:
        return _lexicon_of(tuple(sorted(files.items()))) if files else None
    except ContentShapeError as error:
        log.error("content_unreadable", key=error.problems[0].source)
        return None
