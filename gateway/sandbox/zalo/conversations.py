"""Zalo's conversations: a window that each message of the citizen opens, consultation messages, uploads."""

from __future__ import annotations

import json
import secrets
from typing import Any

from aiohttp import web

from gateway.sandbox.accounts import Accounts
from gateway.sandbox.state import Arrival, Button, Person
from gateway.sandbox.wire import Handler, Wire
from gateway.sandbox.zalo.answers import done, refused
from gateway.sandbox.zalo.events import ZaloEvents
from gateway.sandbox.zalo.tokens import ZaloTokens

_FREE, _FREE_SECONDS, _PAID_SECONDS = 8, 48 * 3600, 7 * 24 * 3600


class ZaloConversations:
    """``last_in``: when a citizen last wrote, in seconds, by user id; ``uploads``: file names by token."""

    def __init__(self, wire: Wire, accounts: Accounts, tokens: ZaloTokens, events: ZaloEvents) -> None:
        self._wire, self._state, self._accounts = wire, wire.state, accounts
        self._tokens, self._events = tokens, events
        self.last_in: dict[str, float] = {}
        self._used: dict[str, int] = {}
        self.uploads: dict[str, str] = {}

    def routes(self) -> list[web.RouteDef]:
        def handle(handler: Handler) -> Any:
            guarded = self._tokens.guards(handler, code=-216, words="Access token is expired")
            return self._wire.handle("zalo-oa", guarded, error=refused)

        base = "/zalo-openapi"
        return [
            web.post(f"{base}/v3.0/oa/message/cs", handle(self._send)),
            web.post(f"{base}/v2.0/oa/upload/image", handle(self._upload)),
            web.post(f"{base}/v2.0/oa/upload/file", handle(self._upload)),
            web.post(f"{base}/v3.0/oa/quota/message", handle(self._quota)),
            web.get(f"{base}/v3.0/oa/user/detail", handle(self._user)),
            web.get(f"{base}/v2.0/oa/getoa", handle(self._account)),
        ]

    def opened_by(self, person: Person) -> None:
        """The citizen did something: a fresh allowance."""
        self.last_in[person.zalo_id] = self._state.clock()
        self._used[person.zalo_id] = 0

    async def _send(self, request: web.Request, raw: bytes) -> web.Response:
        try:
            body = json.loads(raw)
            user_id, message = body["recipient"]["user_id"], body["message"]
        except (ValueError, KeyError, TypeError):
            return refused(-201, "Invalid parameter")
        person = self._state.people.by_zalo(str(user_id))
        if person is None:
            return refused(-207, "User id is invalid")
        age = self._state.clock() - self.last_in.get(user_id, 0.0)
        if age >= _PAID_SECONDS:
            return refused(-230, "User has not interacted with the OA in the past 7 days")
        drawn = self._draw(message)
        if isinstance(drawn, str):
            return refused(-204, drawn)
        arrival = self._state.new(person.phone, "zalo", "OA Một cửa (thử)", **drawn)
        used = self._used.get(user_id, 0) + 1
        self._used[user_id] = used
        free = age < _FREE_SECONDS and used <= _FREE
        self._receipt(person, arrival)
        quota = {
            "quota_type": "reply" if free else "purchase_quota",
            "remain": str(max(_FREE - used, 0)),
            "total": str(_FREE),
            "owner_type": "OA",
            "owner_id": self._accounts.zalo_oa_id,
        }
        data = {
            "message_id": arrival.id,
            "user_id": user_id,
            "sent_time": self._state.millis(),
            "quota": quota,
        }
        return done(data)

    def _draw(self, message: dict[str, Any]) -> dict[str, Any] | str:
        """A message as a phone shows it; a text says what is wrong with it."""
        attachment = message.get("attachment")
        if attachment is None:
            text = message.get("text", "")
            if not text or len(text) > 2000:
                return "Text is empty or too long"
            return {"text": text}
        payload = attachment.get("payload", {})
        if attachment.get("type") == "file":
            name = self.uploads.get(payload.get("token", ""))
            return {"text": "", "attachments": [name]} if name else "Unknown file token"
        kind, elements = payload.get("template_type"), payload.get("elements") or []
        if kind == "media":
            picture = elements[0].get("url") or self.uploads.get(elements[0].get("attachment_id", ""), "")
            return {"text": message.get("text", ""), "attachments": [picture]}
        if kind == "request_user_info":
            first = elements[0]
            share = Button("Chia sẻ thông tin", payload="#share-info")
            return {"title": first["title"], "text": first.get("subtitle", ""), "buttons": [share]}
        if kind != "list" or not 1 <= len(elements) <= 5:
            return "Unknown template type"
        if any(len(one.get("title", "")) > 100 or len(one.get("subtitle", "")) > 500 for one in elements):
            return "Title or subtitle too long"
        if not elements[0].get("subtitle"):
            return "Subtitle is required"
        drawn = [_drawn_button(one) for one in payload.get("buttons") or []]
        drawn += [_drawn_button({**one["default_action"], "title": one["title"]}) for one in elements[1:]]
        return {"title": elements[0]["title"], "text": elements[0]["subtitle"], "buttons": drawn}

    def _receipt(self, person: Person, arrival: Arrival) -> None:
        event = {
            **self._events.from_oa("user_received_message", person.zalo_id),
            "message": {"msg_id": arrival.id},
        }
        self._wire.receipt("zalo-oa", self._events.signed(event), who=person.phone)

    async def _upload(self, request: web.Request, _raw: bytes) -> web.Response:
        part = (await request.post()).get("file")
        if not isinstance(part, web.FileField):
            return refused(-201, "file is required")
        name = secrets.token_hex(8)
        self.uploads[name] = part.filename
        key = "token" if request.path.endswith("file") else "attachment_id"
        return done({key: name})

    async def _quota(self, request: web.Request, _raw: bytes) -> web.Response:
        rows = [{"quota_type": "sub_quota", "product_type": "cs", "total": 2000, "remain": 1988}]
        return done(rows)

    async def _user(self, request: web.Request, _raw: bytes) -> web.Response:
        user_id = json.loads(request.query.get("data", "{}")).get("user_id", "")
        person = self._state.people.by_zalo(user_id)
        if person is None:
            return refused(-207, "User id is invalid")
        data = {"user_id": user_id, "display_name": person.name, "user_is_follower": True}
        return done(data)

    async def _account(self, request: web.Request, _raw: bytes) -> web.Response:
        data = {"oa_id": self._accounts.zalo_oa_id, "name": "Một cửa (thử)", "is_verified": True}
        return done(data)


def _drawn_button(one: dict[str, Any]) -> Button:
    payload = one.get("payload")
    url = one.get("url") or (payload.get("url") if isinstance(payload, dict) else None)
    if isinstance(payload, dict) and "phone_code" in payload:
        url = f"tel:{payload['phone_code']}"
    return Button(one["title"], payload=payload if isinstance(payload, str) else None, url=url)
