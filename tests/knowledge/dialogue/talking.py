"""Whole dialogues without Rasa: what is asked comes from plain cues, the rest from what was said before."""

from __future__ import annotations

from typing import Any

from core.message import Reply
from core.text.facets import facet_cues
from core.text.openings import open_up
from knowledge.base import KnowledgeBase
from knowledge.dialogue.context import Topic
from knowledge.dialogue.question import Question
from knowledge.dialogue.respond import respond
from knowledge.dialogue.settling import settle
from knowledge.schemas import Facet


class Talk:
    """One conversation; what is remembered goes from turn to turn as plain JSON."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.context: dict[str, Any] = {}

    def question(self, text: str) -> Question:
        opened = open_up(text)
        return Question(
            text=opened.rest,
            facets=tuple(Facet(cue) for cue in facet_cues(opened.rest)),
            topic=Topic.model_validate(self.context),
            correction=opened.correction,
            instead_of=opened.instead_of,
            fresh=opened.fresh,
        )

    def say(self, text: str, *, small_talk: bool = False) -> Reply:
        question = self.question(text)
        settled = settle(self.base, question, small_talk=small_talk)
        return self.keep(settled or respond(self.base, question))

    def keep(self, reply: Reply) -> Reply:
        self.context |= reply.context
        assert all(len(message.text) <= 700 for message in reply.messages)
        return reply
