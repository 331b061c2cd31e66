"""Zalo as the sandbox plays it: tokens used once, conversations with a window, signed events."""

from __future__ import annotations

from aiohttp import web

from gateway.sandbox.accounts import Accounts
from gateway.sandbox.state import Arrival, Person
from gateway.sandbox.wire import Delivery, Wire
from gateway.sandbox.zalo.conversations import ZaloConversations
from gateway.sandbox.zalo.events import ZaloEvents
from gateway.sandbox.zalo.template_messages import ZaloTemplateMessages
from gateway.sandbox.zalo.tokens import ZaloTokens


class ZaloServer:
    """The parts of Zalo, and what a citizen does there."""

    def __init__(self, wire: Wire, accounts: Accounts) -> None:
        self._state, self._accounts = wire.state, accounts
        self.events = ZaloEvents(wire, accounts)
        self.tokens = ZaloTokens(wire, accounts)
        self.conversations = ZaloConversations(wire, accounts, self.tokens, self.events)
        self.template_messages = ZaloTemplateMessages(wire, accounts, self.tokens, self.events)

    def routes(self) -> list[web.RouteDef]:
        return [*self.tokens.routes(), *self.conversations.routes(), *self.template_messages.routes()]

    def says(self, person: Person, text: str) -> Delivery:
        """A citizen's words: the free window opens, the event goes out."""
        self.conversations.opened_by(person)
        self._state.new(person.phone, "zalo", "", text, outgoing=True)
        message = {"text": text, "msg_id": self._state.identity()}
        return self.events.from_citizen("user_send_text", person, message=message)

    def follows(self, person: Person, *, stops: bool = False) -> Delivery:
        self.conversations.opened_by(person)
        left = self.template_messages.left
        left.add(person.zalo_id) if stops else left.discard(person.zalo_id)
        name = "unfollow" if stops else "follow"
        event = {
            "app_id": self._accounts.zalo_app_id,
            "oa_id": self._accounts.zalo_oa_id,
            "user_id_by_app": f"5{person.zalo_id[1:]}",
            "event_name": name,
            "follower": {"id": person.zalo_id},
            "timestamp": self._state.millis(),
        }
        return self.events.send(event if stops else {**event, "source": "oa_profile"})

    def shares_info(self, person: Person, *, phone: str | None = None) -> Delivery:
        self.conversations.opened_by(person)
        info = {"name": person.name, "phone": (phone or person.phone).removeprefix("+")}
        return self.events.from_citizen("user_submit_info", person, info=info)

    def sees(self, person: Person, message_id: str) -> Delivery:
        return self.events.from_citizen("user_seen_message", person, message={"msg_ids": [message_id]})

    def rates(self, arrival: Arrival, rate: int, note: str = "", feedbacks: tuple[str, ...] = ()) -> Delivery:
        """Stars under a template message."""
        return self.template_messages.rates(arrival, rate, note, feedbacks)
