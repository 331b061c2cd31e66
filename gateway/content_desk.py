"""Editing content as staff do it: a document as fields, checked, tried and told in before/after sentences.

A document is YAML, or Markdown with a front matter; nobody at the counter sees either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import yaml
from pydantic import BaseModel, Field

from core.calendar_year import CalendarYear
from core.law_days import LawDays
from core.message import OutboundMessage
from core.yaml_shape import ContentShapeError, parse_front_matter, read_yaml
from feedback.targets import TargetFile
from gateway import decisions, message_words
from gateway.console.model_form import spoken_place
from gateway.console.spoken_changes import spoken_changes
from gateway.content_kinds import why_not
from gateway.skins import Skin, skins_of
from knowledge.answer.compose import answer
from knowledge.answer.figures import lower_first
from knowledge.curated import CuratedProcedure
from knowledge.dialogue import office_hours, whereabouts
from knowledge.general import GeneralEntry
from knowledge.legal import LegalFile
from knowledge.lexicon import SynonymFile
from knowledge.places import UNITS, Place, parse_place
from knowledge.published import PHRASES, parse_procedure
from knowledge.schemas import Facet, Procedure
from notifications.wording import WordingFile

# What a ward may change in a procedure; the rest is the province's (fee, time, papers, basis).
WARD_FIELDS = frozenset({"aliases", "golden", "near_misses", "option_label", "plain_name"})
FIGURES = frozenset(
    {"methods", "papers", "legal", "conditions", "exemptions", "who", "where", "steps", "results"}
)


@dataclass(frozen=True)
class Kind:
    """A kind of document with a form: its folder, its name for people, its shape."""

    folder: str
    title: str
    shape: type[BaseModel]


class PhrasesOf(BaseModel):
    """What citizens call one procedure."""

    procedure: str = Field(pattern=r"^\d\.\d{6}(\.[0-9A-Z.]+)?$")
    says: tuple[str, ...] = Field(min_length=1)


class PhrasesForm(BaseModel):
    """A file of phrases as rows; the file itself is a mapping of codes."""

    phrases: tuple[PhrasesOf, ...]


KINDS: Mapping[str, Kind] = {
    "procedures": Kind("procedures", "Thủ tục", CuratedProcedure),
    "general": Kind("general", "Câu hỏi chung", GeneralEntry),
    "places": Kind("places", "Nơi tiếp nhận", Place),
    "lexicon": Kind("lexicon", "Từ điển của người dân", SynonymFile),
    "calendar": Kind("calendar", "Lịch làm việc", CalendarYear),
    "targets": Kind("targets", "Chỉ tiêu", TargetFile),
    "law-days": Kind("law-days", "Thời hạn theo luật", LawDays),
    "legal": Kind("legal", "Văn bản căn cứ", LegalFile),
    "messages": Kind("messages", "Mẫu tin", WordingFile),
}
DECIDED = frozenset({"calendar", "targets", "messages", "law-days", "legal"})
"""Kinds that answer no question: there is none to try on them."""
_PHRASES_KIND = Kind("lexicon", KINDS["lexicon"].title, PhrasesForm)
_SYNONYMS = "lexicon/synonyms.yaml"


def kind_of(key: str) -> Kind | None:
    """The kind of a document that has a form; none for files that only people who run the system edit."""
    kind = KINDS.get(key.split("/", 1)[0])
    if key.startswith(PHRASES):
        return _PHRASES_KIND
    if kind is None or key.startswith(UNITS) or (kind.folder == "lexicon" and key != _SYNONYMS):
        return None
    if kind.folder == "general" and not key.endswith(".md"):
        return None
    return kind


def read_document(key: str, text: str) -> dict[str, Any]:
    """The fields of a document. Raises ContentShapeError."""
    if key.endswith(".md"):
        data, body = parse_front_matter(text, key)
        return {**data, "text": body}
    data = read_yaml(text, key)
    data = data if isinstance(data, dict) else {}
    if key.startswith(PHRASES):
        return {"phrases": [{"procedure": code, "says": said} for code, said in data.items()]}
    return data


def write_document(key: str, data: Mapping[str, Any]) -> str:
    """The file of these fields, in the order in which they stand."""
    plain = dict(data)
    if key.startswith(PHRASES):
        plain = {row["procedure"]: row["says"] for row in plain.get("phrases") or []}
    if key.startswith(decisions.TARGETS):
        plain = decisions.with_ids(key, plain)
    if key.startswith(message_words.MESSAGES):
        plain = message_words.with_variables(key, plain)
    body = str(plain.pop("text", "")) if key.endswith(".md") else None
    head = yaml.dump(
        plain, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000, default_flow_style=False
    )
    return head if body is None else f"---\n{head}---\n{body}\n"


class _Dumper(yaml.SafeDumper):
    """Scalars that could be taken for something else are quoted; lists are set in under their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_LEXICON_NAMES = {
    _SYNONYMS: "Chữ của người dân, chữ của văn bản",
    f"{PHRASES}cau-hoi-thuc-te.yaml": "Cách gọi lấy từ câu hỏi thực tế",
}


def name_of(key: str, text: str) -> str:
    """What a document is called in lists."""
    if key.startswith(message_words.MESSAGES):
        return message_words.name_of(key)
    try:
        data = read_document(key, text)
    except ContentShapeError:
        return key
    if key.startswith("lexicon/"):
        return _LEXICON_NAMES.get(key) or "Cách gọi: " + key.removeprefix(PHRASES).removesuffix(".yaml")
    if decided := decisions.name_of(key, data):
        return decided
    return str(data.get("plain_name") or data.get("title") or data.get("name") or key)


def changes(key: str, before: str | None, after: str) -> list[str]:
    """What changed, one sentence a field."""
    kind = kind_of(key)
    old = read_document(key, before) if before else {}
    return [] if kind is None else list(spoken_changes(kind.shape, old, read_document(key, after)))


def wrong(key: str, text: str) -> str | None:
    """Why a draft may not be published, with its fields as the form calls them."""
    kind = kind_of(key)
    return why_not(key, text, place=partial(spoken_place, kind.shape) if kind else None)


def touches_figures(key: str, before: str | None, after: str) -> bool:
    """Whether fee, time, papers or basis change, or what is decided for everybody: what a second person must
    approve. So do the words that leave for thousands of telephones."""
    if key.split("/", 1)[0] in DECIDED:
        return True
    if not key.startswith("procedures/"):
        return False
    old = read_document(key, before) if before else {}
    new = read_document(key, after)
    return any(old.get(name) != new.get(name) for name in FIGURES)


@dataclass(frozen=True)
class Preview:
    """One thing that citizens may ask, and the answer as each channel shows it."""

    title: str
    faces: Sequence[Skin]


def preview(key: str, text: str) -> list[Preview]:
    """What citizens would read, from the draft alone. Empty when it cannot be read yet."""
    try:
        if key.startswith("procedures/"):
            return _procedure_previews(parse_procedure(text, key).to_procedure())
        if key.startswith(message_words.MESSAGES):
            return (
                [Preview("Điền bằng ví dụ dài", filled)] if (filled := message_words.faces(key, text)) else []
            )
        if decided := decisions.faces(key, text):
            return [Preview(title, [Skin("Bản đọc", words)]) for title, words in decided]
        if key.startswith("places/"):
            return _place_previews(parse_place(text, key))
        data = read_document(key, text)
    except ContentShapeError:
        return []
    if "text" not in data:
        return []
    return [Preview("Câu trả lời", skins_of(OutboundMessage(text=str(data["text"]))))]


def _procedure_previews(procedure: Procedure) -> list[Preview]:
    return [
        Preview(title, skins_of(answer(procedure, [facet]).message))
        for facet, title in (
            (Facet.OVERVIEW, "Hỏi chung"),
            (Facet.DOCUMENTS, "Hỏi giấy tờ"),
            (Facet.FEE, "Hỏi lệ phí"),
            (Facet.DURATION, "Hỏi thời gian"),
        )
    ]


def _place_previews(place: Place) -> list[Preview]:
    told = [("Hỏi nộp ở đâu", f"Dạ, {lower_first(whereabouts.received_at(place))}")]
    if place.office_hours:
        told.append(("Hỏi giờ làm việc", office_hours.of_place(place)))
    return [Preview(title, skins_of(OutboundMessage(text=text))) for title, text in told]
