"""Questions about procedures: facets, buttons under an answer, corrections."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions import hours, own_list, sums
from bot.actions.action import Events, MotcuaAction
from bot.actions.heard import Heard
from bot.actions.services import Services
from core.message import Outcome, Reply
from knowledge.base import KnowledgeBase
from knowledge.dialogue import wording
from knowledge.dialogue.matters import matter_reply
from knowledge.dialogue.respond import Question, not_understood, respond, tell
from knowledge.schemas import Facet

_FORMS = {"task:dossier_status": "dossier_form", "task:complaint": "complaint_form"}


async def considered(base: KnowledgeBase, question: Question) -> Reply:
    """``respond`` in a thread: the encoder takes tens of milliseconds, and other turns go on meanwhile."""
    return await asyncio.to_thread(respond, base, question)


class AnswerAction(MotcuaAction):
    """Any facet, or a subject named alone."""

    action_name = "action_answer"

    async def reply(self, heard: Heard) -> Reply:
        if plea := sums.plea_without_subject(self.services, heard):
            return plea
        question = self.question(heard)
        answered = await considered(self.services.base(), question)
        return sums.with_sums(self.services, heard, question, answered)

    def question(self, heard: Heard) -> Question:
        facets = heard.facets
        remarks, given = hours.remarks(self.services, heard, facets)
        return Question(
            text=heard.text,
            facets=facets,
            topic=heard.topic,
            remarks=tuple(remarks),
            given=tuple(given),
            outside=heard.out_of_scope,
        )


class CorrectAction(AnswerAction):
    """ "Không, ý tui là …": the topic at hand was wrong and is let go."""

    action_name = "action_correct"

    async def reply(self, heard: Heard) -> Reply:
        base = self.services.base()
        question = self.question(heard)
        fresh = await considered(
            base, Question(question.text, question.facets, heard.topic.model_copy(update={"code": None}))
        )
        return fresh if fresh.outcome is not Outcome.FALLBACK else await considered(base, question)


class FallbackAction(AnswerAction):
    """The classifier is unsure what is asked; the subject may still be clear."""

    action_name = "action_fallback"


class PressAction(AnswerAction):
    """A button under one of our own messages."""

    action_name = "action_press_button"

    async def reply(self, heard: Heard) -> Reply:
        base, topic = self.services.base(), heard.topic
        kind, _, value = (heard.pressed or "").partition(":")
        if kind == "procedure" and (procedure := base.procedure(value)) is not None:
            facets = tuple(Facet(f) for f in topic.facets if f in Facet) if topic.offered else ()
            return tell(base, Question("", facets, topic), procedure)
        if kind == "matter" and (matter := base.matter(value)) is not None:
            return matter_reply(base, matter, topic)
        if (asked := own_list.pressed(self.services, heard, kind, value)) is not None:
            return asked
        if kind == "facet" and value in Facet:
            current = base.procedure(topic.code)
            if current is not None:
                remarks, given = hours.remarks(self.services, heard, (Facet(value),))
                question = Question("", (Facet(value),), topic, tuple(remarks), tuple(given))
                return sums.with_sums(self.services, heard, question, tell(base, question, current))
            return Reply(
                outcome=Outcome.CLARIFY,
                facets=[value],
                messages=[wording.ask_for_a_word(who=topic.who)],
                context=topic.model_copy(update={"facets": [value]}).patch(),
            )
        if kind == "task" and value in self.tasks:
            return await self.tasks[value].reply(heard)
        return not_understood(Question("", (), topic))

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        form = _FORMS.get(Heard.of(tracker).pressed or "")
        if form is not None:  # the form itself asks, and is then open for the answer
            return [{"event": "followup", "name": form}]
        return await super().run(dispatcher, tracker, domain)

    def __init__(self, services: Services, tasks: Mapping[str, MotcuaAction]) -> None:
        super().__init__(services)
        self.tasks = tasks
