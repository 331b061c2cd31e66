"""Questions about procedures: facets, buttons under an answer, corrections."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from bot.actions import hours, own_list, sums
from bot.actions.action import MotcuaAction
from bot.actions.heard import Heard
from bot.actions.services import Services
from bot.actions.turning import FORMS, HANDOVER, question_of
from core.message import Outcome, Reply
from knowledge.base import KnowledgeBase
from knowledge.dialogue import wording
from knowledge.dialogue.asking import gives_up, none_of_these
from knowledge.dialogue.matters import matter_reply
from knowledge.dialogue.question import Question
from knowledge.dialogue.remainder import topic_words
from knowledge.dialogue.respond import respond
from knowledge.dialogue.telling import tell
from knowledge.schemas import Facet


async def considered(base: KnowledgeBase, question: Question) -> Reply:
    """``respond`` in a thread: the encoder takes tens of milliseconds, and other turns go on meanwhile."""
    return await asyncio.to_thread(respond, base, question)


class AnswerAction(MotcuaAction):
    """Any facet, or a subject named alone."""

    action_name = "action_answer"
    yields = False  # ``respond`` looks at what was said before by itself
    small_talk = False

    async def reply(self, heard: Heard) -> Reply:
        if plea := sums.plea_without_subject(self.services, heard):
            return plea
        question = self.question(heard)
        answered = await considered(self.services.base(), question)
        return await self.or_person(heard, sums.with_sums(self.services, heard, question, answered))

    async def or_person(self, heard: Heard, reply: Reply) -> Reply:
        """After two misses in a row a person takes over, or a receipt is given."""
        handover = self.services.actions.get(HANDOVER)
        if handover is None or not gives_up(reply):
            return reply
        given: Reply = await handover.reply(heard)
        sorry = f"Xin lỗi {heard.topic.who}, ở đây vẫn chưa hiểu đúng."
        given.messages[0].text = f"{sorry}\n{given.messages[0].text}"
        given.context = {**reply.context, "misses": 0}
        return given

    def question(self, heard: Heard) -> Question:
        remarks, given = hours.remarks(self.services, heard, heard.facets)
        return replace(question_of(heard), remarks=tuple(remarks), given=tuple(given))


class CorrectAction(AnswerAction):
    """ "Nhầm rồi", "không phải cái này": the topic at hand was wrong and is let go."""

    action_name = "action_correct"
    yields = True
    small_talk = True

    async def reply(self, heard: Heard) -> Reply:
        question = replace(self.question(heard), correction=True)
        if not topic_words(heard.text):
            return await self.or_person(heard, none_of_these(question))
        return await self.or_person(heard, await considered(self.services.base(), question))


class FallbackAction(AnswerAction):
    """The classifier is unsure what is asked; the subject may still be clear."""

    action_name = "action_fallback"
    yields = True
    small_talk = True


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
        return await self.or_person(heard, none_of_these(Question("", (), topic)))

    async def respond(self, heard: Heard) -> Reply | str:
        return FORMS.get(heard.pressed or "") or await super().respond(heard)

    def __init__(self, services: Services, tasks: Mapping[str, MotcuaAction]) -> None:
        super().__init__(services)
        self.tasks = tasks
