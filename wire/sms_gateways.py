"""Other Vietnamese gateways for text messages behind one small port.

Their formats were read in public code that calls them, not in their own documentation: try a real account
before relying on one. None of them is known to refuse a second copy, so an answer that was lost is ambiguous.
VNPT and Viettel are missing here because nothing reliable about their formats could be read.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import aiohttp

from core.channel_settings import (
    SmsGatewaySettings,
    SpeedSmsSettings,
    StringeeSettings,
    VietGuysSettings,
)
from core.json_text import read_json
from core.text.sms import SmsEncoding, measure
from wire.alarms import Trouble, Watcher
from wire.provider import (
    About,
    Accepted,
    Ambiguous,
    Confidence,
    Lookup,
    Outcome,
    OutgoingNotice,
    Rejected,
)
from wire.receipt import Fate, Statement


@dataclass(frozen=True)
class Call:
    """One HTTP POST."""

    url: str
    headers: dict[str, str] = field(default_factory=dict)
    json: dict[str, Any] | None = None
    form: dict[str, str] | None = None


class SmsFormat(Protocol):
    """What one gateway speaks: a call from a notice, an outcome from its answer."""

    name: str

    def call(self, notice: OutgoingNotice) -> Call: ...

    def outcome(self, answer: dict[str, Any]) -> Outcome: ...


class SmsGateway:
    """Any of the formats below as a provider."""

    def __init__(
        self,
        how: SmsFormat,
        session: aiohttp.ClientSession,
        *,
        watcher: Watcher,
        timeout_seconds: float = 15.0,
    ) -> None:
        self.name = how.name
        self._format, self._session, self._watcher = how, session, watcher
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def send(self, notice: OutgoingNotice) -> Outcome:
        call = self._format.call(notice)
        content = json.dumps(call.json, ensure_ascii=False).encode() if call.json is not None else call.form
        headers = {"Content-Type": "application/json"} if call.json is not None else {}
        try:
            async with self._session.post(
                call.url, data=content, headers={**headers, **call.headers}, timeout=self._timeout
            ) as response:
                raw, status = await response.read(), response.status
        except aiohttp.ClientConnectorError as error:
            return Rejected(permanent=False, code=type(error).__name__)
        except (TimeoutError, aiohttp.ClientError) as error:
            return Ambiguous(type(error).__name__)
        try:
            answer = read_json(raw)
        except ValueError:
            answer = None
        if status >= 500 or not isinstance(answer, dict):
            return Ambiguous(f"http_{status}" if status >= 400 else "unreadable")
        outcome = self._format.outcome(answer)
        if isinstance(outcome, Rejected) and outcome.about is About.ACCOUNT:
            await self._watcher.alarm(self.name, Trouble.ACCOUNT, outcome.code)
        return outcome

    async def lookup(self, reference: str) -> Lookup:
        return Lookup.CANNOT_TELL


# Remembered, not read: address of ours refused, account blocked, no balance; sender; phone. Of the other
# gateways no code but success could be read.
_SPEEDSMS_CODES = {
    "007": About.ACCOUNT,
    "008": About.ACCOUNT,
    "300": About.ACCOUNT,
    "113": About.ROUTE,
    "105": About.PERSON,
}


class SpeedSms:
    """POST ``/sms/send`` with the access token as Basic user and ``x`` as password."""

    name = "speedsms"

    def __init__(self, settings: SpeedSmsSettings) -> None:
        self._settings = settings

    def call(self, notice: OutgoingNotice) -> Call:
        token = _secret(self._settings)
        basic = base64.b64encode(f"{token}:x".encode()).decode()
        return Call(
            (self._settings.base_url or "https://api.speedsms.vn/index.php") + "/sms/send",
            headers={"Authorization": f"Basic {basic}"},
            json={
                "to": [notice.to.removeprefix("+")],
                "content": notice.text,
                "sms_type": self._settings.sms_type,
                "sender": self._settings.sender,
            },
        )

    def outcome(self, answer: dict[str, Any]) -> Outcome:
        if answer.get("status") == "success":
            data = answer.get("data")
            data = data if isinstance(data, dict) else {}
            if data.get("invalidPhone"):
                return Rejected(permanent=True, code="105", about=About.PERSON)
            number = data.get("tranId")
            return Accepted(str(number) if number is not None else None)
        code = str(answer.get("code") or "unknown")
        if code == "500":  # an error of theirs
            return Ambiguous(code)
        return Rejected(permanent=True, code=code, about=_SPEEDSMS_CODES.get(code, About.UNKNOWN))


class VietGuys:
    """A form; ``bid`` is our own id of at most 50 characters."""

    name = "vietguys"

    def __init__(self, settings: VietGuysSettings) -> None:
        self._settings = settings

    def call(self, notice: OutgoingNotice) -> Call:
        unicode = measure(notice.text).encoding is SmsEncoding.UCS2
        return Call(
            self._settings.base_url or "https://cloudsms.vietguys.biz:4438/api/index.php",
            form={
                "u": self._settings.user or "",
                "pwd": _secret(self._settings),
                "from": self._settings.sender or "",
                "phone": notice.to.removeprefix("+"),
                "sms": notice.text,
                "bid": notice.reference[:50],
                "type": "8" if unicode else "0",
                "json": "1",
            },
        )

    def outcome(self, answer: dict[str, Any]) -> Outcome:
        if str(answer.get("error")) == "0":
            return Accepted(str(answer.get("msgid") or "") or None)
        return Rejected(permanent=True, code=str(answer.get("error", "unknown")))


def read_vietguys_report(body: dict[str, Any]) -> Statement | None:
    """A delivery report; it is unsigned, so its route needs a secret path."""
    data = body.get("data")
    if not isinstance(data, dict):
        return None
    fates = {"sent": Fate.SENT, "delivered": Fate.DELIVERED, "fail": Fate.FAILED}
    fate, message_id = fates.get(str(data.get("status"))), str(data.get("message_id") or "")
    if fate is None or not message_id:
        return None
    return Statement("vietguys", f"{message_id}:{fate}", fate, Confidence.NETWORK, None, None, message_id)


class Stringee:
    """A JWT of the account in a header; the answer holds one result a message."""

    name = "stringee"

    def __init__(self, settings: StringeeSettings, *, clock: Callable[[], float] = time.time) -> None:
        self._settings, self._clock = settings, clock

    def call(self, notice: OutgoingNotice) -> Call:
        message = {
            "from": self._settings.sender,
            "to": notice.to.removeprefix("+"),
            "text": notice.text,
        }
        return Call(
            (self._settings.base_url or "https://api.stringee.com") + "/v1/sms",
            headers={"X-STRINGEE-AUTH": self.token()},
            json={"sms": [message]},
        )

    def token(self) -> str:
        now, sid = int(self._clock()), self._settings.user or ""
        header = {"typ": "JWT", "alg": "HS256", "cty": "stringee-api;v=1"}
        claims = {"jti": f"{sid}-{now}", "iss": sid, "exp": now + 3600, "rest_api": True}
        signed = f"{_part(header)}.{_part(claims)}"
        mac = hmac.new(_secret(self._settings).encode(), signed.encode(), hashlib.sha256).digest()
        return f"{signed}.{_base64url(mac)}"

    def outcome(self, answer: dict[str, Any]) -> Outcome:
        results = answer.get("result")
        first = results[0] if isinstance(results, list) and results else None
        if not isinstance(first, dict):
            return Ambiguous("unreadable")
        code = first.get("r")
        if code == 0:
            return Accepted(str(first.get("smsid") or "") or None)
        return Rejected(permanent=True, code=str(code))


def _secret(settings: SmsGatewaySettings) -> str:
    return settings.secret.get_secret_value() if settings.secret else ""


def _part(value: dict[str, Any]) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
