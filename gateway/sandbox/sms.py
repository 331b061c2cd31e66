"""Text message providers as the sandbox plays them: Twilio with signed callbacks, eSMS, the small ones."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from gateway.sandbox.accounts import Accounts
from gateway.sandbox.state import Arrival
from gateway.sandbox.wire import Delivery, Wire, url_for

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class TwilioServer:
    """``/2010-04-01/Accounts/{sid}/Messages.json`` with Basic authentication."""

    def __init__(self, wire: Wire, accounts: Accounts) -> None:
        self._wire, self._state, self._accounts = wire, wire.state, accounts
        self._messages: dict[str, dict[str, Any]] = {}

    def routes(self) -> list[web.RouteDef]:
        base = f"/twilio/2010-04-01/Accounts/{self._accounts.twilio_sid}/Messages"
        handle = self._wire.handle
        return [
            web.post(f"{base}.json", handle("twilio", self._create, error=_twilio_error)),
            web.get(f"{base}/{{sid}}.json", handle("twilio-status", self._fetch, error=_twilio_error)),
        ]

    def _authorised(self, request: web.Request) -> bool:
        pair = f"{self._accounts.twilio_sid}:{self._accounts.twilio_token}"
        return request.headers.get("Authorization") == "Basic " + base64.b64encode(pair.encode()).decode()

    async def _create(self, request: web.Request, raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _twilio_error(20003, 401)
        form = dict(parse_qsl(raw.decode(), keep_blank_values=True))
        if not form.get("To", "").startswith("+84"):
            return _twilio_error(21211)
        if len(form.get("Body", "")) > 1600:
            return _twilio_error(21617)
        person = self._state.people.by_phone(form["To"])
        arrival = self._state.new(person.phone, "sms", form.get("From", ""), form["Body"])
        sid = "SM" + hashlib.md5(arrival.id.encode(), usedforsecurity=False).hexdigest()
        message = _twilio_message(sid, self._accounts.twilio_sid, form)
        self._messages[sid] = {**message, "status": "delivered"}
        callback = form.get("StatusCallback")
        if callback:
            self._callback(sid, callback, "sent", form)
            self._callback(sid, callback, "delivered", form)
        return web.json_response(message, status=201)

    def _callback(self, sid: str, url: str, status: str, form: dict[str, str]) -> None:
        fields = {
            "MessageSid": sid,
            "MessageStatus": status,
            "To": form["To"],
            "From": form.get("From", ""),
            "AccountSid": self._accounts.twilio_sid,
        }
        self._wire.receipt("twilio", self.signed(url, fields), who=form["To"])

    def signed(self, url: str, fields: dict[str, str], *, token: str | None = None) -> Delivery:
        """A callback with Twilio's signature, made by Twilio's own library."""
        from twilio.request_validator import RequestValidator

        mac = RequestValidator(token or self._accounts.twilio_token).compute_signature(url, fields)
        return Delivery("POST", url, {**_FORM, "X-Twilio-Signature": mac}, urlencode(fields).encode())

    async def _fetch(self, request: web.Request, _raw: bytes) -> web.Response:
        if not self._authorised(request):
            return _twilio_error(20003, 401)
        found = self._messages.get(request.match_info["sid"])
        return web.json_response(found) if found else _twilio_error(20404, 404)


def _twilio_message(sid: str, account: str, form: dict[str, str]) -> dict[str, Any]:
    return {
        "sid": sid, "account_sid": account, "to": form["To"], "from": form.get("From"), "body": form["Body"],
        "status": "queued", "num_segments": "1", "num_media": "0", "direction": "outbound-api",
        "api_version": "2010-04-01", "price": None, "price_unit": "USD", "error_code": None,
        "error_message": None, "messaging_service_sid": form.get("MessagingServiceSid"),
        "uri": f"/2010-04-01/Accounts/{account}/Messages/{sid}.json", "date_created": None,
        "date_updated": None, "date_sent": None, "subresource_uris": {},
    }  # fmt: skip


def _twilio_error(code: int, status: int = 400) -> web.Response:
    body = {"code": code, "message": "Error of the sandbox", "status": status, "more_info": ""}
    return web.json_response(body, status=429 if code in (20429, 14107) else status)


class EsmsServer:
    """eSMS refuses the same RequestId within a day, and calls back with a plain GET."""

    def __init__(self, wire: Wire, accounts: Accounts) -> None:
        self._wire, self._state, self._accounts = wire, wire.state, accounts
        self._seen: dict[str, str] = {}

    def routes(self) -> list[web.RouteDef]:
        path = "/esms/MainService.svc/json/SendMultipleMessage_V4_post_json/"
        return [web.post(path, self._wire.handle("esms", self._send, error=_esms))]

    async def _send(self, _request: web.Request, raw: bytes) -> web.Response:
        body = json.loads(raw)
        if (body.get("ApiKey"), body.get("SecretKey")) != (
            self._accounts.esms_key,
            self._accounts.esms_secret,
        ):
            return _esms(101)
        if body.get("Brandname") != self._accounts.brandname:
            return _esms(104)
        phone = str(body.get("Phone", ""))
        if len(phone) != 10 or not phone.startswith("0"):
            return _esms(108)
        request_id = str(body.get("RequestId", ""))
        if request_id in self._seen:
            return _esms(124)
        person = self._state.people.by_phone(phone)
        arrival = self._state.new(person.phone, "sms", self._accounts.brandname, body["Content"])
        self._seen[request_id] = arrival.id
        if body.get("CallbackUrl"):
            delivery = self.callback(body["CallbackUrl"], arrival, request_id)
            self._wire.receipt("esms", delivery, who=person.phone)
        return web.json_response({"CodeResult": "100", "CountRegenerate": 0, "SMSID": arrival.id})

    def callback(self, url: str, arrival: Arrival, request_id: str, *, failed: bool = False) -> Delivery:
        query = {
            "SMSID": arrival.id, "SendFailed": str(int(failed)), "SendStatus": "5",
            "SendSuccess": str(int(not failed)), "TotalPrice": "350", "TotalReceiver": "1", "TotalSent": "1",
            "RequestId": request_id, "TypeId": "2", "telcoid": "1",
            "phonenumber": arrival.who.removeprefix("+"),
        }  # fmt: skip
        return Delivery("GET", f"{url}?{urlencode(query)}")


def _esms(code: int) -> web.Response:
    return web.json_response({"CodeResult": str(code), "CountRegenerate": 0, "ErrorMessage": "sandbox"})


class SmallGateways:
    """SpeedSMS, VietGuys and Stringee: enough to see that a message is formed as they want it."""

    def __init__(self, wire: Wire) -> None:
        self._wire, self._state = wire, wire.state

    def routes(self) -> list[web.RouteDef]:
        handle = self._wire.handle
        return [
            web.post("/speedsms/sms/send", handle("speedsms", self._speed, error=_speed_error)),
            web.post("/vietguys/api/index.php", handle("vietguys", self._vietguys, error=_vietguys_error)),
            web.post("/stringee/v1/sms", handle("stringee", self._stringee, error=_stringee_error)),
        ]

    async def _speed(self, _request: web.Request, raw: bytes) -> web.Response:
        body = json.loads(raw)
        self._state.new(f"+{body['to'][0]}", "sms", body["sender"], body["content"])
        data = {"tranId": 123, "totalSMS": 1, "totalPrice": 0, "invalidPhone": []}
        return web.json_response({"status": "success", "code": "00", "data": data})

    async def _vietguys(self, request: web.Request, _raw: bytes) -> web.Response:
        form = await request.post()
        arrival = self._state.new("+" + str(form["phone"]), "sms", str(form["from"]), str(form["sms"]))
        return web.json_response({"error": 0, "msgid": arrival.id, "log": "ok"})

    async def _stringee(self, _request: web.Request, raw: bytes) -> web.Response:
        message = json.loads(raw)["sms"][0]
        self._state.new(f"+{message['to']}", "sms", message["from"], message["text"])
        return web.json_response({"smsSent": 1, "result": [{"r": 0, "msg": "Success"}]})


def _speed_error(code: int) -> web.Response:
    return web.json_response({"status": "error", "code": f"{code:03}", "message": "sandbox"})


def _vietguys_error(code: int) -> web.Response:
    return web.json_response({"error": code, "msgid": "", "log": "sandbox"})


def _stringee_error(code: int) -> web.Response:
    return web.json_response({"smsSent": 0, "result": [{"r": code, "msg": "sandbox"}]})


def short_code_message(wire: Wire, accounts: Accounts, phone: str, text: str) -> Delivery:
    """A citizen's text message to the province's short code, as an aggregator hands it on."""
    wire.state.new(wire.state.people.by_phone(phone).phone, "sms", "", text, outgoing=True)
    fields = {"from": phone, "text": text, "id": wire.state.identity()}
    url = url_for(wire.caller, f"/webhooks/sms/{accounts.sms_in_secret}")
    delivery = Delivery("POST", url, dict(_FORM), urlencode(fields).encode())
    wire.caller.deliver(delivery)
    return delivery
