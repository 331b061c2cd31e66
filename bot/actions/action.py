"""The frame of every action: hear, reply, hand the reply back to Rasa as custom JSON."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod
from dataclasses import replace
from functools import partial
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy.ext.asyncio import AsyncSession

from bot import open_form
from bot.actions.heard import Heard
from bot.actions.services import Services
from bot.actions.turning import FORMS, turned_elsewhere
from conversations.tries import Overtaken, once
from core.message import Reply
from core.text.address_terms import address_from
from knowledge.dialogue.remainder import topic_words

Events = list[dict[str, Any]]


class MotcuaAction(Action):  # type: ignore[misc]
    """An action of this product; ``action_name`` is its name in the domain.

    ``yields``: whether what was said before comes first, when it explains the message better than the
    classifier could. ``small_talk``: the classifier took the message for no question about a procedure.
    ``in_form``: it speaks within a form, which must not be started again from inside.
    """

    action_name: str = ""
    yields = True
    small_talk = True
    in_form = False

    def __init__(self, services: Services) -> None:
        self.services = services

    def name(self) -> str:
        return self.action_name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        started = time.perf_counter()
        heard = Heard.of(tracker)
        address = address_from(heard.said, heard.topic.address, year=self.services.clock().year)
        if address != heard.topic.address:
            heard = _addressed(heard, address)
        try:
            reply = await self.respond(heard)
        except Overtaken:  # another server answers this turn by now, and nobody listens here any more
            return []
        if isinstance(reply, str):  # a form takes over and asks by itself
            return [{"event": "followup", "name": reply}]
        events = self.events(heard)
        _remember(reply, heard)
        if any(event["event"] == "active_loop" for event in events):
            reply.context[open_form.KEY] = None
        if terms := topic_words(heard.text):  # what a question without an answer is grouped by
            candidates = reply.options or ([reply.code] if reply.code else [])
            reply.context["about"] = {"terms": terms, "candidates": candidates[:3]}
        reply.took_ms = round((time.perf_counter() - started) * 1000, 1)
        dispatcher.utter_message(json_message={"reply": reply.model_dump(mode="json")})
        return events

    async def respond(self, heard: Heard) -> Reply | str:
        """The reply to this message, or the form that takes it over."""
        other = await asyncio.to_thread(
            turned_elsewhere,
            self.services.base(),
            heard,
            yields=self.yields and not self.in_form,
            small_talk=self.small_talk,
            in_form=self.in_form,
        )
        if isinstance(other, Reply):
            return other
        if other in FORMS:
            return FORMS[other]
        action = self.services.actions.get(other) if other else None
        return await (action or self).reply(heard)

    @abstractmethod
    async def reply(self, heard: Heard) -> Reply:
        """What to say; nothing is sent from here."""

    def events(self, heard: Heard) -> Events:
        return []


class DoingAction(MotcuaAction):
    """An action that changes something: it does so once in a turn, however often the turn is put to Rasa."""

    async def reply(self, heard: Heard) -> Reply:
        async with self.services.database.writing() as session:
            if heard.asked is None:
                return await self.do(heard, session)
            return await once(session, heard.asked, partial(self._done, heard, session))

    async def _done(self, heard: Heard, session: AsyncSession) -> Reply:
        reply = await self.do(heard, session)
        _remember(reply, heard)  # it may be told without coming back through Rasa
        return reply

    @abstractmethod
    async def do(self, heard: Heard, session: AsyncSession) -> Reply:
        """What is done, and what is said about it. Nothing but the database may be awaited in here."""


def _remember(reply: Reply, heard: Heard) -> None:
    """What the next turn has to know, whichever server takes it."""
    reply.context.setdefault("address", heard.topic.address)
    reply.context[open_form.KEY] = heard.form


def _addressed(heard: Heard, address: str | None) -> Heard:
    return replace(heard, topic=heard.topic.model_copy(update={"address": address}))
