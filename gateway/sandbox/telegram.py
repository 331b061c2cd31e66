"""Telegram's Bot API as the sandbox plays it: methods of ``/bot<token>/<method>``, updates out."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from typing import Any

from aiohttp import web

from gateway.sandbox.accounts import Accounts
from gateway.sandbox.state import Arrival, Button, Fault, Person
from gateway.sandbox.wire import Delivery, Wire, compact, url_for

_ERRORS = {
    400: "Bad Request: chat not found",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request",
    429: "Too Many Requests: retry after 3",
    500: "Internal Server Error",
}


class TelegramServer:
    def __init__(self, wire: Wire, accounts: Accounts) -> None:
        self._wire, self._state, self._accounts = wire, wire.state, accounts
        # Telegram's numbers only rise, and those of an earlier sandbox are known to the product as repeats.
        self._updates = itertools.count(int(self._state.clock()))
        self._messages = itertools.count(int(self._state.clock()))
        self._waiting: list[dict[str, Any]] = []
        self._webhook: str | None = None
        self._secret: str | None = None
        self._arrived = asyncio.Event()
        self.answered: list[str] = []

    def routes(self) -> list[web.RouteDef]:
        path = f"/telegram/bot{self._accounts.telegram_token}/{{method}}"
        handle = self._wire.handle("telegram", self._method, error=_error)
        return [web.post(path, self._by_method(handle)), web.get(path, handle)]

    def _by_method(self, handle: Any) -> Any:
        """Polling and setting up have no faults: a fault planned for a message must not hit them."""

        async def handled(request: web.Request) -> web.StreamResponse:
            if request.match_info["method"].startswith("send"):
                return await handle(request)  # type: ignore[no-any-return]
            return await self._method(request, await request.read())

        return handled

    async def _method(self, request: web.Request, _raw: bytes) -> web.Response:
        form = {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        name = request.match_info["method"]
        if name == "getUpdates":
            return await self._get_updates(form)
        handler = {
            "getMe": self._me,
            "setWebhook": self._set_webhook,
            "deleteWebhook": self._delete_webhook,
            "sendMessage": self._send_message,
            "answerCallbackQuery": self._answer,
        }.get(name)
        if handler is None:
            return _ok(True)
        return handler(form)

    def _me(self, _form: dict[str, str]) -> web.Response:
        me = {"id": 123456789, "is_bot": True, "first_name": "Một cửa (thử)", "username": "motcua_thu_bot"}
        return _ok(me)

    def _set_webhook(self, form: dict[str, str]) -> web.Response:
        self._webhook, self._secret = form.get("url") or None, form.get("secret_token")
        for update in self._waiting:
            self._push(update)
        self._waiting.clear()
        return _ok(True)

    def _delete_webhook(self, _form: dict[str, str]) -> web.Response:
        self._webhook = None
        return _ok(True)

    def _answer(self, form: dict[str, str]) -> web.Response:
        self.answered.append(form.get("callback_query_id", ""))
        return _ok(True)

    def _send_message(self, form: dict[str, str]) -> web.Response:
        person = self._state.people.by_chat(int(form.get("chat_id", "0")))
        if person is None:
            return _error(400)
        if not form.get("text") or len(form["text"]) > 4096:
            return web.json_response(
                {"ok": False, "error_code": 400, "description": "Bad Request: message is too long"},
                status=400,
            )
        markup = json.loads(form.get("reply_markup") or "{}")
        rows = markup.get("inline_keyboard") or markup.get("keyboard") or []
        buttons = [_button(one) for row in rows for one in row]
        if any(one.payload and len(one.payload.encode()) > 64 for one in buttons):
            return web.json_response(
                {"ok": False, "error_code": 400, "description": "Bad Request: BUTTON_DATA_INVALID"},
                status=400,
            )
        self._state.new(person.phone, "telegram", "Bot Một cửa (thử)", form["text"], buttons=buttons)
        sent = {"message_id": next(self._messages), "date": int(self._state.clock()), "chat": _chat(person)}
        return _ok({**sent, "text": form["text"]})

    async def _get_updates(self, form: dict[str, str]) -> web.Response:
        offset = int(form.get("offset") or 0)
        self._waiting = [one for one in self._waiting if one["update_id"] >= offset]
        if not self._waiting:
            self._arrived.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(
                    self._arrived.wait(), min(float(form.get("timeout") or 0), 20.0) or 0.05
                )
        return _ok(self._waiting)

    # What a citizen does

    def says(self, person: Person, text: str) -> Delivery | None:
        self._state.new(person.phone, "telegram", "", text, outgoing=True)
        entities = [{"type": "bot_command", "offset": 0, "length": 6}] if text.startswith("/start") else []
        return self._update(message={**self._from(person), "text": text, "entities": entities})

    def presses(self, person: Person, payload: str, arrival: Arrival | None = None) -> Delivery | None:
        query = {
            "id": self._state.identity(),
            "from": _user(person),
            "chat_instance": "1",
            "data": payload,
            "message": {**self._from(person), "text": arrival.text if arrival else "…"},
        }
        return self._update(callback_query=query)

    def shares_contact(self, person: Person, *, of: Person | None = None) -> Delivery | None:
        """Share one's own contact, or a card of somebody else."""
        card = of or person
        contact = {"phone_number": card.phone.removeprefix("+"), "first_name": card.name}
        self._state.new(person.phone, "telegram", "", f"[danh thiếp: {card.name}]", outgoing=True)
        return self._update(message={**self._from(person), "contact": {**contact, "user_id": card.chat_id}})

    def blocks(self, person: Person) -> Delivery | None:
        member = {"user": _user(person), "status": "kicked", "until_date": 0}
        before = {"user": {"id": 123456789, "is_bot": True, "first_name": "bot"}, "status": "member"}
        change = {
            "chat": _chat(person), "from": _user(person), "date": int(self._state.clock()),
            "old_chat_member": before, "new_chat_member": member,
        }  # fmt: skip
        return self._update(my_chat_member=change)

    def _from(self, person: Person) -> dict[str, Any]:
        return {
            "message_id": next(self._messages),
            "date": int(self._state.clock()),
            "chat": _chat(person),
            "from": _user(person),
        }

    def _update(self, **parts: Any) -> Delivery | None:
        update = {"update_id": next(self._updates), **parts}
        if self._webhook is None:
            self._waiting.append(update)
            self._arrived.set()
            return None
        return self._push(update)

    def _push(self, update: dict[str, Any]) -> Delivery:
        headers = {"Content-Type": "application/json"}
        if self._secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self._secret
        url = self._webhook or url_for(self._wire.caller, "/webhooks/telegram/motcua_thu_bot")
        delivery = Delivery("POST", url, headers, compact(update))
        fault = self._state.fault("telegram", receipt=True, about=str(update))
        self._wire.caller.deliver(delivery)
        if fault is not None and fault.kind is Fault.TWICE_RECEIPT:
            self._wire.caller.deliver(delivery, after=0.2)
        return delivery


def _button(one: dict[str, Any]) -> Button:
    payload = "#share-contact" if one.get("request_contact") else one.get("callback_data")
    return Button(one["text"], payload=payload, url=one.get("url"))


def _chat(person: Person) -> dict[str, Any]:
    return {"id": person.chat_id, "type": "private", "first_name": person.name}


def _user(person: Person) -> dict[str, Any]:
    return {"id": person.chat_id, "is_bot": False, "first_name": person.name}


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _error(code: int) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": code, "description": _ERRORS.get(code, "Error")}
    if code == 429:
        body["parameters"] = {"retry_after": 3}
    return web.json_response(body, status=code)
