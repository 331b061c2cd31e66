"""Zalo as the sandbox plays it: tokens used once, conversations with a window, signed events."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from gateway.sandbox.accounts import Accounts
from gateway.sandbox.state import Arrival, Button, Person
from gateway.sandbox.wire import Delivery, Wire, compact, url_for
from gateway.sandbox.zalo_templates import TEMPLATES, Template
from wire.zalo.pair import challenge_of
from wire.zalo.signature import SIGNATURE_HEADER, signature

_FREE, _FREE_SECONDS, _PAID_SECONDS = 8, 48 * 3600, 7 * 24 * 3600
_EXPIRES = 90_000


class ZaloServer:
    def __init__(self, wire: Wire, accounts: Accounts) -> None:
        self._wire, self._state, self._accounts = wire, wire.state, accounts
        self._access: dict[str, float] = {}
        self._refresh: set[str] = set()
        self._spent: set[str] = set()
        self._codes: dict[str, str] = {}
        self._last_in: dict[str, float] = {}
        self._used: dict[str, int] = {}
        self.templates: dict[str, Template] = dict(TEMPLATES)
        self._ratings: list[dict[str, Any]] = []
        self._uploads: dict[str, str] = {}
        self._statuses: dict[str, str] = {}
        self.undelivered: set[str] = set()
        self._remaining = 500

    def routes(self) -> list[web.RouteDef]:
        handle = self._wire.handle
        oa, zbs = "zalo-oa", "zalo-zbs"
        openapi, business = "/zalo-openapi", "/zalo-business"
        return [
            web.get("/zalo-oauth/v4/oa/permission", self._consent),
            web.post("/zalo-oauth/v4/oa/access_token", handle("zalo-oauth", self._token, error=_refused)),
            web.post(f"{openapi}/v3.0/oa/message/cs", handle(oa, self._cs, error=_refused)),
            web.post(f"{openapi}/v2.0/oa/upload/image", handle(oa, self._upload, error=_refused)),
            web.post(f"{openapi}/v2.0/oa/upload/file", handle(oa, self._upload, error=_refused)),
            web.post(f"{openapi}/v3.0/oa/quota/message", handle(oa, self._quota, error=_refused)),
            web.get(f"{openapi}/v3.0/oa/user/detail", handle(oa, self._user, error=_refused)),
            web.get(f"{openapi}/v2.0/oa/getoa", handle(oa, self._account, error=_refused)),
            web.post(f"{business}/message/template", handle(zbs, self._template, error=_refused)),
            web.get(f"{business}/message/status", handle(zbs, self._status, error=_refused)),
            web.get(f"{business}/message/quota", handle(zbs, self._template_quota, error=_refused)),
            web.get(f"{business}/template/info/v2", handle("zalo-info", self._info, error=_refused)),
            web.get(f"{business}/template/all", handle("zalo-info", self._all, error=_refused)),
            web.get(f"{business}/rating/get", handle(zbs, self._rating_list, error=_refused)),
        ]

    # Tokens

    def first_pair(self) -> dict[str, str]:
        """A pair as if somebody had consented."""
        return self._pair()

    def expire_access(self) -> None:
        self._access.clear()

    def _pair(self) -> dict[str, str]:
        access, refresh = f"at-{secrets.token_hex(16)}", f"rt-{secrets.token_hex(16)}"
        self._access[access] = self._state.clock() + _EXPIRES
        self._refresh.add(refresh)
        return {"access_token": access, "refresh_token": refresh, "expires_in": str(_EXPIRES)}

    async def _token(self, request: web.Request, _raw: bytes) -> web.Response:
        form = await request.post()
        if request.headers.get("secret_key") != self._accounts.zalo_app_secret:
            return _oauth_error(-14004, "Invalid secret key")
        if form.get("app_id") != self._accounts.zalo_app_id:
            return _oauth_error(-14002, "Invalid app id")
        if form.get("grant_type") == "authorization_code":
            challenge = self._codes.pop(str(form.get("code")), None)
            if challenge is None or challenge != challenge_of(str(form.get("code_verifier"))):
                return _oauth_error(-14010, "Invalid authorization code")
            return web.json_response(self._pair())
        token = str(form.get("refresh_token"))
        if token in self._spent or token not in self._refresh:
            return _oauth_error(-14014, "Invalid refresh token")
        self._refresh.discard(token)
        self._spent.add(token)
        return web.json_response(self._pair())

    async def _consent(self, request: web.Request) -> web.StreamResponse:
        """The consent page says yes at once: there is nobody to ask."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = request.query.get("code_challenge", "")
        answer = {"code": code, "oa_id": self._accounts.zalo_oa_id, "state": request.query.get("state", "")}
        raise web.HTTPFound(f"{request.query.get('redirect_uri', '/')}?{urlencode(answer)}")

    def _authorised(self, request: web.Request) -> bool:
        return self._access.get(request.headers.get("access_token", ""), 0) > self._state.clock()

    # Conversations

    async def _cs(self, request: web.Request, raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _refused(-216, "Access token is expired")
        try:
            body = json.loads(raw)
            user_id, message = body["recipient"]["user_id"], body["message"]
        except (ValueError, KeyError, TypeError):
            return _refused(-201, "Invalid parameter")
        person = self._state.people.by_zalo(str(user_id))
        if person is None:
            return _refused(-207, "User id is invalid")
        age = self._state.clock() - self._last_in.get(user_id, 0.0)
        if age >= _PAID_SECONDS:
            return _refused(-230, "User has not interacted with the OA in the past 7 days")
        drawn = self._draw(message)
        if isinstance(drawn, str):
            return _refused(-204, drawn)
        arrival = self._state.new(person.phone, "zalo", "OA Một cửa (thử)", **drawn)
        used = self._used.get(user_id, 0) + 1
        self._used[user_id] = used
        free = age < _FREE_SECONDS and used <= _FREE
        self._chat_receipts(person, arrival)
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
        return web.json_response({"error": 0, "message": "Success", "data": data})

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
            name = self._uploads.get(payload.get("token", ""))
            return {"text": "", "attachments": [name]} if name else "Unknown file token"
        kind, elements = payload.get("template_type"), payload.get("elements") or []
        if kind == "media":
            picture = elements[0].get("url") or self._uploads.get(elements[0].get("attachment_id", ""), "")
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

    def _chat_receipts(self, person: Person, arrival: Arrival) -> None:
        event = {
            **self._envelope(
                "user_received_message", sender=self._accounts.zalo_oa_id, recipient=person.zalo_id
            ),
            "message": {"msg_id": arrival.id},
        }
        self._wire.receipt("zalo-oa", self.event(event))

    async def _upload(self, request: web.Request, _raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _refused(-216, "Access token is expired")
        part = (await request.post()).get("file")
        if not isinstance(part, web.FileField):
            return _refused(-201, "file is required")
        name = secrets.token_hex(8)
        self._uploads[name] = part.filename
        key = "token" if request.path.endswith("file") else "attachment_id"
        return web.json_response({"error": 0, "message": "Success", "data": {key: name}})

    async def _quota(self, request: web.Request, _raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _refused(-216, "Access token is expired")
        rows = [{"quota_type": "sub_quota", "product_type": "cs", "total": 2000, "remain": 1988}]
        return web.json_response({"error": 0, "message": "Success", "data": rows})

    async def _user(self, request: web.Request, _raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _refused(-216, "Access token is expired")
        user_id = json.loads(request.query.get("data", "{}")).get("user_id", "")
        person = self._state.people.by_zalo(user_id)
        if person is None:
            return _refused(-207, "User id is invalid")
        data = {"user_id": user_id, "display_name": person.name, "user_is_follower": True}
        return web.json_response({"error": 0, "message": "Success", "data": data})

    async def _account(self, request: web.Request, _raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _refused(-216, "Access token is expired")
        data = {"oa_id": self._accounts.zalo_oa_id, "name": "Một cửa (thử)", "is_verified": True}
        return web.json_response({"error": 0, "message": "Success", "data": data})

    # Template messages

    async def _template(self, request: web.Request, raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _refused(-124, "Access token invalid")
        body = json.loads(raw)
        template = self.templates.get(str(body.get("template_id")))
        if template is None:
            return _refused(-109, "Template ID is invalid")
        phone, user_id = str(body.get("phone", "")), body.get("user_id")
        if not user_id and (len(phone) != 11 or not phone.startswith("84") or not phone.isdigit()):
            return _refused(-108, "Phone number is invalid")
        people = self._state.people
        person = people.by_zalo(str(user_id)) if user_id else people.by_phone(phone)
        if person is None or not person.has_zalo:
            return _refused(-118, "Zalo account not existed")
        code = template.refusal(body.get("template_data") or {})
        if code:
            return _refused(code, "Template data is invalid")
        self._remaining -= 1
        title, text, rows = template.draw(body["template_data"])
        arrival = self._state.new(person.phone, "zalo-zbs", "OA Một cửa (thử)", text, title=title, rows=rows)
        tracking = str(body.get("tracking_id", ""))
        self._statuses[arrival.id] = tracking
        self._template_receipt(arrival, tracking)
        data = {
            "msg_id": arrival.id,
            "sent_time": self._state.millis(),
            "sending_mode": body.get("sending_mode", "1"),
            "quota": {"dailyQuota": "500", "remainingQuota": str(self._remaining)},
        }
        return web.json_response({"error": 0, "message": "Success", "data": data})

    def _template_receipt(self, arrival: Arrival, tracking: str) -> None:
        message = {"msg_id": arrival.id, "tracking_id": tracking, "delivery_time": self._state.millis()}
        event = {
            **self._from_oa("user_received_message", "hash"),
            "message": message,
        }
        self._wire.receipt("zalo-zbs", self.event(event))

    async def _status(self, request: web.Request, _raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _refused(-124, "Access token invalid")
        if request.query.get("message_id") not in self._statuses:
            return _refused(-107, "Message ID is invalid")
        if request.query["message_id"] in self.undelivered:
            data = {"delivery_time": "", "message": "Message is sent", "status": 0}
        else:
            data = {"delivery_time": self._state.millis(), "message": "Message is received", "status": 1}
        return web.json_response({"error": 0, "message": "Success", "data": data})

    async def _template_quota(self, request: web.Request, _raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _refused(-124, "Access token invalid")
        data = {"dailyQuota": "500", "remainingQuota": str(self._remaining)}
        return web.json_response({"error": 0, "message": "Success", "data": data})

    async def _info(self, request: web.Request, _raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _refused(-124, "Access token invalid")
        template = self.templates.get(request.query.get("template_id", ""))
        if template is None:
            return _refused(-109, "Template ID is invalid")
        return web.json_response({"error": 0, "message": "Success", "data": template.detail()})

    async def _all(self, request: web.Request, _raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _refused(-124, "Access token invalid")
        rows = [
            {"templateId": t.id, "templateName": t.name, "status": t.status} for t in self.templates.values()
        ]
        return web.json_response(
            {"error": 0, "message": "Success", "data": rows, "metadata": {"total": len(rows)}}
        )

    async def _rating_list(self, request: web.Request, _raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _refused(-124, "Access token invalid")
        since, until = int(request.query["from_time"]), int(request.query["to_time"])
        rows = [row for row in self._ratings if since <= row["submitDate"] <= until]
        offset, limit = int(request.query["offset"]), int(request.query["limit"])
        data = {"total": len(rows), "data": rows[offset : offset + limit]}
        return web.json_response({"error": 0, "message": "Success", "data": data})

    # What a citizen does

    def says(self, person: Person, text: str) -> Delivery:
        """A citizen's words: the free window opens, the event goes out."""
        self._interacted(person)
        self._state.new(person.phone, "zalo", "", text, outgoing=True)
        message = {"text": text, "msg_id": self._state.identity()}
        return self._from_citizen("user_send_text", person, message=message)

    def follows(self, person: Person, *, stops: bool = False) -> Delivery:
        self._interacted(person)
        name = "unfollow" if stops else "follow"
        event = {
            "app_id": self._accounts.zalo_app_id,
            "oa_id": self._accounts.zalo_oa_id,
            "user_id_by_app": f"5{person.zalo_id[1:]}",
            "event_name": name,
            "follower": {"id": person.zalo_id},
            "timestamp": self._state.millis(),
        }
        return self._send(event if stops else {**event, "source": "oa_profile"})

    def shares_info(self, person: Person, *, phone: str | None = None) -> Delivery:
        self._interacted(person)
        info = {"name": person.name, "phone": (phone or person.phone).removeprefix("+")}
        return self._from_citizen("user_submit_info", person, info=info)

    def sees(self, person: Person, message_id: str) -> Delivery:
        return self._from_citizen("user_seen_message", person, message={"msg_ids": [message_id]})

    def rates(self, arrival: Arrival, rate: int, note: str = "", feedbacks: tuple[str, ...] = ()) -> Delivery:
        tracking, now = self._statuses.get(arrival.id, ""), int(self._state.millis())
        self._ratings.append(
            {
                "trackingId": tracking, "msgId": arrival.id, "oaId": self._accounts.zalo_oa_id, "note": note,
                "rate": rate, "feedbacks": list(feedbacks), "submitDate": now,
            }
        )  # fmt: skip
        message = {
            "msg_id": arrival.id, "tracking_id": tracking, "rate": rate, "note": note,
            "feedbacks": list(feedbacks), "submit_time": str(now),
        }  # fmt: skip
        return self._send(
            {
                "app_id": self._accounts.zalo_app_id,
                "oa_id": self._accounts.zalo_oa_id,
                "event_name": "user_feedback",
                "message": message,
                "timestamp": str(now),
            }
        )

    def _interacted(self, person: Person) -> None:
        self._last_in[person.zalo_id] = self._state.clock()
        self._used[person.zalo_id] = 0

    def _from_citizen(self, name: str, person: Person, **parts: Any) -> Delivery:
        envelope = self._envelope(name, sender=person.zalo_id, recipient=self._accounts.zalo_oa_id)
        stamp = envelope.pop("timestamp")
        return self._send({**envelope, **parts, "timestamp": stamp})

    def _from_oa(self, name: str, recipient: str) -> dict[str, Any]:
        return self._envelope(name, sender=self._accounts.zalo_oa_id, recipient=recipient)

    def _envelope(self, name: str, *, sender: str, recipient: str) -> dict[str, Any]:
        return {
            "app_id": self._accounts.zalo_app_id,
            "user_id_by_app": f"5{sender[1:]}",
            "event_name": name,
            "sender": {"id": sender},
            "recipient": {"id": recipient},
            "timestamp": self._state.millis(),
        }

    def _send(self, event: dict[str, Any]) -> Delivery:
        delivery = self.event(event)
        self._wire.caller.deliver(delivery)
        return delivery

    def event(self, event: dict[str, Any], *, secret: str | None = None) -> Delivery:
        """A signed delivery of an event."""
        raw = compact(event)
        mac = signature(
            self._accounts.zalo_app_id,
            raw,
            str(event["timestamp"]),
            secret or self._accounts.zalo_webhook_secret,
        )
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: f"mac={mac}"}
        return Delivery("POST", url_for(self._wire.caller, "/webhooks/zalo"), headers, raw)


def _drawn_button(one: dict[str, Any]) -> Button:
    payload = one.get("payload")
    url = one.get("url") or (payload.get("url") if isinstance(payload, dict) else None)
    if isinstance(payload, dict) and "phone_code" in payload:
        url = f"tel:{payload['phone_code']}"
    return Button(one["title"], payload=payload if isinstance(payload, str) else None, url=url)


def _refused(code: int, words: str = "Error of the sandbox") -> web.Response:
    """HTTP 200 even for an error, as Zalo does."""
    return web.json_response({"error": code, "message": words})


def _oauth_error(code: int, words: str) -> web.Response:
    return web.json_response({"error": code, "error_name": "Error", "error_description": words})
