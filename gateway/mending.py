"""Mending what could not be answered: a name of a procedure, a golden question, a word of the lexicon.

A mend is a new text of one document. Before it is kept as a draft, the citizens' own questions are asked
again with it and without it, so that whoever approves sees whether it helps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from core.content import Document
from core.text.fold import fold
from gateway.content_desk import read_document, write_document
from gateway.content_kinds import why_not
from knowledge.base import GENERAL_PREFIX, KnowledgeBase
from knowledge.dialogue.deciding import decide_on
from knowledge.published import read_content
from knowledge.schemas import Procedure
from knowledge.search.decide import Verdict

PHRASES_HEARD = "lexicon/phrases-cau-hoi-thuc-te.yaml"
"""Names of procedures that no curated file holds, as citizens said them."""
SYNONYMS = "lexicon/synonyms.yaml"
_ASKED_AGAIN = 20
_OFFERED = 3


class MendKind(StrEnum):
    ALIAS = "alias"
    GOLDEN = "golden"
    LEXICON = "lexicon"
    GENERAL = "general"


class MendError(ValueError):
    """A mend that cannot be made, in words for the editor."""


@dataclass(frozen=True)
class Mend:
    """``code``: the record that the questions shall find; none for a word of the lexicon."""

    kind: MendKind
    key: str
    text: str
    code: str | None


class Found(StrEnum):
    ANSWERED = "answered"
    OFFERED = "offered"
    OTHER = "other"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Proof:
    """One question asked with the live content and with the draft."""

    question: str
    before: Found
    after: Found

    def as_json(self) -> dict[str, str]:
        return asdict(self)

    @property
    def helps(self) -> bool:
        return self.after in (Found.ANSWERED, Found.OFFERED)


def key_of_procedure(documents: Sequence[Document], code: str) -> str | None:
    """The curated file of a procedure."""
    return next(
        (one.key for one in documents if one.kind == "procedures" and one.key.endswith(f"/{code}.yaml")), None
    )


def document_for(documents: Sequence[Document], kind: MendKind, code: str) -> str:
    """The key of the document that such a mend changes."""
    if kind is MendKind.LEXICON:
        return SYNONYMS
    if code.startswith(GENERAL_PREFIX):
        return f"general/{code.removeprefix(GENERAL_PREFIX)}.md"
    key = key_of_procedure(documents, code)
    if key is None and kind is MendKind.GOLDEN:
        raise MendError(
            "Thủ tục này lấy nguyên từ dữ liệu quốc gia nên chưa có chỗ ghi câu hỏi mẫu: chọn thêm cách gọi."
        )
    return key or PHRASES_HEARD


def with_name(key: str, text: str | None, code: str, said: str, kind: MendKind) -> str:
    """``text`` with one more way of calling (or of asking for) ``code``."""
    said = " ".join(said.split())
    if len(said) < 2:
        raise MendError("Cách gọi còn trống: ghi lời người dân dùng.")
    if key == PHRASES_HEARD:
        rows = [dict(one) for one in read_document(key, text or "").get("phrases") or []]
        of_code = next((one for one in rows if one["procedure"] == code), None)
        if of_code is None:
            rows.append(of_code := {"procedure": code, "says": []})
        of_code["says"] = _one_more(list(of_code["says"]), said)
        return write_document(key, {"phrases": rows})
    data = read_document(key, text or "")
    name = "golden" if kind is MendKind.GOLDEN else "aliases"
    data[name] = _one_more(list(data.get(name) or []), said)
    return write_document(key, data)


def with_word(text: str, said: str, concept: str) -> str:
    """The synonyms with a phrase of citizens beside the words of the law."""
    said, concept = " ".join(said.split()), " ".join(concept.split())
    if len(said) < 2 or len(concept) < 2:
        raise MendError("Ghi đủ cả chữ người dân dùng và chữ trong văn bản.")
    data = read_document(SYNONYMS, text)
    concepts: list[dict[str, Any]] = [dict(one) for one in data.get("concepts") or []]
    for one in concepts:
        if fold(str(one["concept"])) == fold(concept):
            one["says"] = _one_more(list(one["says"]), said)
            break
    else:
        concepts.append({"concept": concept, "says": [said]})
    return write_document(SYNONYMS, {**data, "concepts": concepts})


def prove(
    documents: Sequence[Document],
    catalogue: Mapping[str, Procedure],
    mend: Mend,
    questions: Sequence[str],
    live: KnowledgeBase,
) -> list[Proof]:
    """Ask the questions before and after. Takes seconds: run it off the event loop. Raises MendError."""
    if problem := why_not(mend.key, mend.text):
        raise MendError(problem)
    changed = [one for one in documents if one.key != mend.key]
    changed.append(Document(mend.key.split("/", 1)[0], mend.key, mend.text, 0))
    draft = KnowledgeBase(read_content(changed, catalogue), before=live)
    asked = list(dict.fromkeys(questions))[:_ASKED_AGAIN]
    return [Proof(one, _found(live, one, mend.code), _found(draft, one, mend.code)) for one in asked]


def _found(base: KnowledgeBase, question: str, code: str | None) -> Found:
    """``code``: the record that is wanted; without one, any record that is answered counts."""
    if not base.content.procedures and not base.content.general:
        return Found.NOTHING
    decision = decide_on(base, question)
    if not decision.hits:
        return Found.NOTHING
    if decision.verdict is Verdict.ANSWER and code in (None, decision.best.code):
        return Found.ANSWERED
    if decision.verdict is Verdict.ANSWER:
        return Found.OTHER
    offered = [hit.code for hit in decision.hits[:_OFFERED]]
    if decision.verdict is Verdict.ASK and (code is None or code in offered):
        return Found.OFFERED
    return Found.NOTHING


def _one_more(listed: list[Any], said: str) -> list[Any]:
    """Compared without marks, as search does; what is there already is not there twice."""
    known = {fold(str(one.get("text", "") if isinstance(one, dict) else one)) for one in listed}
    if fold(said) in known:
        raise MendError(f"“{said}” đã có sẵn ở mục này. Chọn lời khác, hoặc sửa mục đó.")
    return [*listed, said]
