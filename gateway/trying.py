"""Asking a draft before anybody else does, as of today or of a day to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.content import Document
from core.text.facets import find_facet_cues
from gateway.content_kinds import why_not
from gateway.skins import Skin, skins_of
from knowledge.base import KnowledgeBase
from knowledge.dialogue.asked import facets_asked
from knowledge.dialogue.context import Topic
from knowledge.dialogue.question import Question
from knowledge.dialogue.respond import respond
from knowledge.holds import without_held
from knowledge.published import read_content
from knowledge.schemas import Facet, Procedure
from knowledge.staleness import mark


@dataclass(frozen=True)
class Tried:
    """``name``: of the record that answered; ``of_draft``: whether that is the document being edited."""

    question: str
    on: date
    name: str | None
    of_draft: bool
    messages: Sequence[Sequence[Skin]]


def ask_draft(
    documents: Sequence[Document],
    catalogue: Mapping[str, Procedure],
    key: str,
    text: str,
    question: str,
    *,
    on: date,
    holds: Iterable[str],
    live: KnowledgeBase,
) -> Tried:
    """What citizens would get if the draft were live. Takes seconds: run it off the event loop.

    Which side is asked about is read from plain cues alone; the classifier is not asked. Raises ValueError
    with why the draft cannot be read.
    """
    if problem := why_not(key, text):
        raise ValueError(problem)
    changed = [one for one in documents if one.key != key]
    changed.append(Document(key.split("/", 1)[0], key, text, 0))
    held = frozenset(one for one in holds if one != key)
    content = without_held(mark(read_content(changed, catalogue), on), held)
    base = KnowledgeBase(content, before=live)
    cues = [Facet(cue.facet) for cue in find_facet_cues(question) if cue.facet in set(Facet)]
    reply = respond(base, Question(question, facets_asked(question, cues, (), sure=False), Topic()))
    found = base.procedure(reply.code)
    general = base.general(reply.code) if reply.code else None
    name = found.spoken_name if found else general.title if general else None
    code = (reply.code or "").rsplit(":", 1)[-1]
    stem = key.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return Tried(question, on, name, code == stem, [skins_of(message) for message in reply.messages])
