"""Zalo's template messages (ZBS): to a phone or a user id, with status, quota, details and ratings."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from gateway.sandbox.accounts import Accounts
from gateway.sandbox.state import Arrival
from gateway.sandbox.wire import Delivery, Handler, Wire
from gateway.sandbox.zalo.answers import done, refused
from gateway.sandbox.zalo.approved import TEMPLATES, Template
from gateway.sandbox.zalo.events import ZaloEvents
from gateway.sandbox.zalo.tokens import ZaloTokens


class ZaloTemplateMessages:
    """``undelivered``: ids of messages that are sent and not on any phone yet; ``left``: user ids that
    stopped following."""

    def __init__(self, wire: Wire, accounts: Accounts, tokens: ZaloTokens, events: ZaloEvents) -> None:
        self._wire, self._state, self._accounts = wire, wire.state, accounts
        self._tokens, self._events = tokens, events
        self.templates: dict[str, Template] = dict(TEMPLATES)
        self._ratings: list[dict[str, Any]] = []
        self._statuses: dict[str, str] = {}
        self.undelivered: set[str] = set()
        self.left: set[str] = set()
        self._remaining = 500

    def routes(self) -> list[web.RouteDef]:
        def handle(handler: Handler, provider: str = "zalo-zbs") -> Any:
            guarded = self._tokens.guards(handler, code=-124, words="Access token invalid")
            return self._wire.handle(provider, guarded, error=refused)

        base = "/zalo-business"
        return [
            web.post(f"{base}/message/template", handle(self._send)),
            web.get(f"{base}/message/status", handle(self._status)),
            web.get(f"{base}/message/quota", handle(self._quota)),
            web.get(f"{base}/template/info/v2", handle(self._info, "zalo-info")),
            web.get(f"{base}/template/all", handle(self._all, "zalo-info")),
            web.get(f"{base}/rating/get", handle(self._rating_list)),
        ]

    async def _send(self, request: web.Request, raw: bytes) -> web.Response:
        body = json.loads(raw)
        template = self.templates.get(str(body.get("template_id")))
        if template is None:
            return refused(-109, "Template ID is invalid")
        phone, user_id = str(body.get("phone", "")), body.get("user_id")
        if not user_id and (len(phone) != 11 or not phone.startswith("84") or not phone.isdigit()):
            return refused(-108, "Phone number is invalid")
        people = self._state.people
        person = people.by_zalo(str(user_id)) if user_id else people.by_phone(phone)
        if person is None or not person.has_zalo:
            return refused(-118, "Zalo account not existed")
        if user_id in self.left:
            return refused(-213, "User has not followed OA")
        code = template.refusal(body.get("template_data") or {})
        if code:
            return refused(code, "Template data is invalid")
        self._remaining -= 1
        title, text, rows = template.draw(body["template_data"])
        arrival = self._state.new(person.phone, "zalo-zbs", "OA Một cửa (thử)", text, title=title, rows=rows)
        tracking = str(body.get("tracking_id", ""))
        self._statuses[arrival.id] = tracking
        self._receipt(arrival, tracking)
        data = {
            "msg_id": arrival.id,
            "sent_time": self._state.millis(),
            "sending_mode": body.get("sending_mode", "1"),
            "quota": {"dailyQuota": "500", "remainingQuota": str(self._remaining)},
        }
        return done(data)

    def _receipt(self, arrival: Arrival, tracking: str) -> None:
        message = {"msg_id": arrival.id, "tracking_id": tracking, "delivery_time": self._state.millis()}
        event = {
            **self._events.from_oa("user_received_message", "hash"),
            "message": message,
        }
        self._wire.receipt("zalo-zbs", self._events.signed(event), who=arrival.who)

    async def _status(self, request: web.Request, _raw: bytes) -> web.Response:
        if request.query.get("message_id") not in self._statuses:
            return refused(-107, "Message ID is invalid")
        if request.query["message_id"] in self.undelivered:
            data = {"delivery_time": "", "message": "Message is sent", "status": 0}
        else:
            data = {"delivery_time": self._state.millis(), "message": "Message is received", "status": 1}
        return done(data)

    async def _quota(self, request: web.Request, _raw: bytes) -> web.Response:
        data = {"dailyQuota": "500", "remainingQuota": str(self._remaining)}
        return done(data)

    async def _info(self, request: web.Request, _raw: bytes) -> web.Response:
        template = self.templates.get(request.query.get("template_id", ""))
        if template is None:
            return refused(-109, "Template ID is invalid")
        return done(template.detail())

    async def _all(self, request: web.Request, _raw: bytes) -> web.Response:
        rows = [
            {"templateId": t.id, "templateName": t.name, "status": t.status} for t in self.templates.values()
        ]
        return done(rows, metadata={"total": len(rows)})

    async def _rating_list(self, request: web.Request, _raw: bytes) -> web.Response:
        since, until = int(request.query["from_time"]), int(request.query["to_time"])
        rows = [row for row in self._ratings if since <= row["submitDate"] <= until]
        offset, limit = int(request.query["offset"]), int(request.query["limit"])
        data = {"total": len(rows), "data": rows[offset : offset + limit]}
        return done(data)

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
        return self._events.send(
            {
                "app_id": self._accounts.zalo_app_id,
                "oa_id": self._accounts.zalo_oa_id,
                "event_name": "user_feedback",
                "message": message,
                "timestamp": str(now),
            }
        )
