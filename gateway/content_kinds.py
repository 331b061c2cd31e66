"""Which room reads which kind of content, from the published versions or from a folder.

A document is known by its path (``targets/long-khanh-112.yaml``); every reader takes texts by path, so the
same check serves the shipped files, the mirror and a draft.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache

from pydantic import ValidationError

from core.calendar import WorkingCalendar
from core.calendar_year import parse_calendar_year
from core.content import Document
from core.law_days import LawDays, parse_law_days
from core.settings import REPOSITORY
from core.yaml_shape import ContentShapeError, parse_shape
from dossiers import complaint_terms as complaint_law
from dossiers.complaint_terms import ComplaintTerms
from feedback.areas import Areas
from feedback.draw import InvitationPlan
from feedback.instruments import Instruments, parse_instruments
from feedback.targets import City, Targets, parse_targets
from knowledge.calculators.schemas import PERSONS, parse_calculator, parse_persons
from knowledge.checklist.schemas import parse_checklist
from knowledge.general import parse_general
from knowledge.known_without_data import parse_known_without_data
from knowledge.legal import parse_legal
from knowledge.lexicon import parse_lexicon_file
from knowledge.life_events.schemas import parse_life_event
from knowledge.phrases import parse_phrases
from knowledge.places import UNITS, Place, parse_place, parse_units
from knowledge.published import QUESTIONS_BACK, parse_procedure
from knowledge.questions_back import parse_questions_back
from notifications.informing import Informing, parse_informing
from notifications.wording import Wordings, compile_wording
from notifications.wording import from_documents as wordings_from
from people import person_requests as person_law
from people.person_requests import RequestTerms

PLAN = "surveys/plan/"


def texts(documents: Iterable[Document], kind: str) -> dict[str, str]:
    return {document.key: document.text for document in documents if document.kind == kind}


def calendar(documents: Iterable[Document]) -> WorkingCalendar:
    """The working days of the years, with the hours of the wards that keep their own."""
    documents = list(documents)
    years = [parse_calendar_year(text, key) for key, text in texts(documents, "calendar").items()]
    own = {
        name: place.office_hours
        for place in places(documents)
        if place.office_hours
        for name in (place.id, place.authority)
    }
    return WorkingCalendar(years, own)


def targets(documents: Iterable[Document]) -> Targets:
    return parse_targets(texts(documents, "targets"))


def instruments(documents: Iterable[Document]) -> Instruments:
    found = texts(documents, "surveys")
    return parse_instruments({key: text for key, text in found.items() if not key.startswith(PLAN)})


def invitation_plan(documents: Iterable[Document]) -> InvitationPlan:
    """The one plan of invitations; the cautious default when none is published."""
    for key, text in texts(documents, "surveys").items():
        if key.startswith(PLAN):
            return parse_shape(InvitationPlan, text, key)
    return InvitationPlan()


def places(documents: Iterable[Document]) -> list[Place]:
    """The wards of ours; the units of the whole provinces beside them are for reading names."""
    files = texts(documents, "places")
    return [parse_place(text, key) for key, text in files.items() if not key.startswith(UNITS)]


def areas(documents: Iterable[Document]) -> Areas:
    wards = places(documents)
    return Areas({place.name: City(place.city) for place in wards if place.city in City})


def wordings(documents: Iterable[Document]) -> Wordings:
    return wordings_from(texts(documents, "messages"))


def informing(documents: Iterable[Document]) -> Informing:
    return parse_informing(texts(documents, "informing"))


def complaint_terms(documents: Iterable[Document]) -> ComplaintTerms:
    """The days of the law as published; as shipped where none are."""
    text = texts(documents, "law-days").get(complaint_law.LAW_DAYS)
    if text is None:
        return shipped_complaint_terms()
    return complaint_law.terms_of(parse_law_days(text, complaint_law.LAW_DAYS))


@cache
def shipped_complaint_terms() -> ComplaintTerms:
    return complaint_law.terms_of(_shipped(complaint_law.LAW_DAYS))


def request_terms(documents: Iterable[Document]) -> RequestTerms:
    """The days for what citizens ask about their own data, as published; as shipped where none are."""
    text = texts(documents, "law-days").get(person_law.LAW_DAYS)
    if text is None:
        return shipped_request_terms()
    return person_law.terms_of(parse_law_days(text, person_law.LAW_DAYS))


@cache
def shipped_request_terms() -> RequestTerms:
    return person_law.terms_of(_shipped(person_law.LAW_DAYS))


def _shipped(key: str) -> LawDays:
    return parse_law_days((REPOSITORY / "content" / key).read_text(encoding="utf-8"), key)


def why_not(key: str, text: str, *, place: Callable[[str], str] | None = None) -> str | None:
    """Why a document may not be published, in words that name key and remedy; nothing when it may.

    ``place``: what a form calls the field at a path; without it the file and the path are named.
    """
    kind, _, rest = key.partition("/")
    reader = _READERS.get(kind)
    if reader is None:
        return f"thư mục '{kind}' không phải loại nội dung nào: xem tên các thư mục có sẵn"
    try:
        reader(rest, key, text)
    except ContentShapeError as error:
        if place is None:
            return "; ".join(str(problem) for problem in error.problems)
        return " ".join(
            f"{place(one.key)}: {one.problem}. Cách sửa: {one.remedy}."
            if one.key
            else f"{one.problem[:1].upper()}{one.problem[1:]}. Cách sửa: {one.remedy}."
            for one in error.problems
        )
    except ValidationError as error:
        first = error.errors()[0]
        return f"mục '{'.'.join(map(str, first['loc']))}': {first['msg']}"
    except ValueError as error:
        return str(error)
    return None


def _lexicon(rest: str, key: str, text: str) -> None:
    if rest.startswith("phrases-"):
        parse_phrases(text, key)
    elif key == QUESTIONS_BACK:
        parse_questions_back(text, key)
    else:
        parse_lexicon_file(text, key)


def _general(rest: str, key: str, text: str) -> None:
    if rest.endswith(".md"):
        parse_general(text, key)
    else:
        parse_known_without_data(text, key)


def _calculator(_rest: str, key: str, text: str) -> None:
    if key == PERSONS:
        parse_persons(text, key)
    else:
        parse_calculator(text, key)


def _law_days(_rest: str, key: str, text: str) -> None:
    found = parse_law_days(text, key)
    reader = _TERMS.get(key)
    if reader is None:
        raise ValueError(f"không có nhóm thời hạn nào tên {key}: giữ tên tệp có sẵn")
    reader(found, key)


_TERMS: Mapping[str, Callable[[LawDays, str], object]] = {
    complaint_law.LAW_DAYS: complaint_law.terms_of,
    person_law.LAW_DAYS: person_law.terms_of,
}


def _survey(rest: str, key: str, text: str) -> None:
    if rest.startswith("plan/"):
        parse_shape(InvitationPlan, text, key)
    else:
        parse_instruments({key: text})


_READERS: Mapping[str, Callable[[str, str, str], object]] = {
    "procedures": lambda rest, key, text: parse_procedure(text, key),
    "general": _general,
    "legal": lambda rest, key, text: parse_legal(text, key),
    "places": lambda rest, key, text: (parse_units if key.startswith(UNITS) else parse_place)(text, key),
    "calendar": lambda rest, key, text: parse_calendar_year(text, key),
    "lexicon": _lexicon,
    "law-days": _law_days,
    "informing": lambda rest, key, text: parse_informing({key: text}),
    "calculators": _calculator,
    "checklists": lambda rest, key, text: parse_checklist(text, key),
    "life-events": lambda rest, key, text: parse_life_event(text, key),
    "messages": lambda rest, key, text: compile_wording(key, text),
    "surveys": _survey,
    "targets": lambda rest, key, text: parse_targets({key: text}),
}
