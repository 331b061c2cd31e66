"""The frame of every action: hear, reply, hand the reply back to Rasa as custom JSON."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.heard import Heard
from bot.actions.services import Services
from core.message import Reply
from core.text.address_terms import address_from

Events = list[dict[str, Any]]


class MotcuaAction(Action):  # type: ignore[misc]
    """An action of this product; ``action_name`` is its name in the domain."""

    action_name: str = ""

    def __init__(self, services: Services) -> None:
        self.services = services

    def name(self) -> str:
        return self.action_name

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        heard = Heard.of(tracker)
        address = address_from(heard.text, heard.topic.address, year=self.services.clock().year)
        if address != heard.topic.address:
            heard = _addressed(heard, address)
        reply = await self.reply(heard)
        reply.context.setdefault("address", address)
        dispatcher.utter_message(json_message={"reply": reply.model_dump(mode="json")})
        return self.events(heard)

    @abstractmethod
    async def reply(self, heard: Heard) -> Reply:
        """What to say; nothing is sent from here."""

    def events(self, heard: Heard) -> Events:
        return []


def _addressed(heard: Heard, address: str | None) -> Heard:
    return replace(heard, topic=heard.topic.model_copy(update={"address": address}))
