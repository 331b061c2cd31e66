"""Text messages through eSMS.vn (ViHAT): developers.esms.vn.

``RequestId`` is our reference: eSMS refuses the same one again for 24 hours (code 124), so an uncertain
message may be handed over again within that time. Its callback is an unsigned GET, the secret in its path.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import aiohttp
from ulid import ULID

from core.channel_settings import EsmsSettings
from core.database import utc_now
from core.json_text import read_json
from core.text.sms import SmsEncoding, measure
from wire.alarms import Trouble, Watcher
from wire.provider import About, Accepted, Ambiguous, Confidence, Lookup, Outcome, OutgoingNotice, Rejected
from wire.receipt import Fate, Statement

NAME = "esms"
_MOST_REMEMBERED = 10_000
_PATH = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"


class Kind(StrEnum):
    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    BAD_NUMBER = "bad_number"
    CONFIGURATION = "configuration"
    ACCOUNT = "account"
    NETWORK = "network"
    CONTENT = "content"
    BUSY = "busy"


@dataclass(frozen=True)
class EsmsCode:
    code: int
    kind: Kind
    meaning: str


CODES = {
    row.code: row
    for row in (
        EsmsCode(100, Kind.ACCEPTED, "taken, not delivered yet"),
        EsmsCode(99, Kind.BAD_NUMBER, "number blocked"),
        EsmsCode(101, Kind.CONFIGURATION, "key invalid"),
        EsmsCode(102, Kind.ACCOUNT, "no price agreed"),
        EsmsCode(103, Kind.ACCOUNT, "no balance"),
        EsmsCode(104, Kind.CONFIGURATION, "brandname does not exist"),
        EsmsCode(105, Kind.CONFIGURATION, "id not found"),
        EsmsCode(107, Kind.CONFIGURATION, "fewer than 30 numbers"),
        EsmsCode(108, Kind.BAD_NUMBER, "number invalid"),
        EsmsCode(110, Kind.CONTENT, "data invalid"),
        EsmsCode(115, Kind.BAD_NUMBER, "hashed number invalid"),
        EsmsCode(118, Kind.CONFIGURATION, "type of message invalid"),
        EsmsCode(120, Kind.BUSY, "over the limit"),
        EsmsCode(124, Kind.DUPLICATE, "this RequestId was taken before"),
        EsmsCode(140, Kind.CONFIGURATION, "address of this machine not allowed"),
        EsmsCode(146, Kind.CONTENT, "text does not match the registered template"),
        EsmsCode(177, Kind.NETWORK, "brandname not registered with this network"),
        EsmsCode(204, Kind.CONFIGURATION, "OAID invalid"),
    )
}

_TROUBLE = {
    Kind.CONFIGURATION: Trouble.CONFIGURATION,
    Kind.ACCOUNT: Trouble.ACCOUNT,
    Kind.NETWORK: Trouble.CONFIGURATION,
    Kind.CONTENT: Trouble.CONTENT,
}
ABOUT = {
    Kind.BAD_NUMBER: About.PERSON,
    Kind.CONFIGURATION: About.ACCOUNT,
    Kind.ACCOUNT: About.ACCOUNT,
    Kind.NETWORK: About.ROUTE,
    Kind.CONTENT: About.ROUTE,
    Kind.BUSY: About.UNKNOWN,
}


class Esms:
    """``callback_url``: the public address of the callback route, secret included."""

    name = NAME
    can_be_settled = True

    def __init__(
        self,
        settings: EsmsSettings,
        session: aiohttp.ClientSession,
        *,
        callback_url: str | None,
        watcher: Watcher,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings, self._session = settings, session
        self._callback_url, self._watcher, self._clock = callback_url, watcher, clock
        self._asked: dict[str, int] = {}

    async def send(self, notice: OutgoingNotice) -> Outcome:
        size = measure(notice.text)
        if size.segments > self._settings.most_segments:
            return Rejected(permanent=True, code="too_long", about=About.ROUTE)
        content = json.dumps(self.body(notice, unicode=size.encoding is SmsEncoding.UCS2), ensure_ascii=False)
        try:
            async with self._session.post(
                self._settings.base_url + _PATH,
                data=content.encode(),
                headers={"Content-Type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=self._settings.timeout_seconds),
            ) as response:
                raw, status = await response.read(), response.status
        except aiohttp.ClientConnectorError as error:
            return Rejected(permanent=False, code=type(error).__name__)
        except (TimeoutError, aiohttp.ClientError) as error:
            return Ambiguous(type(error).__name__)
        return await self._outcome(raw, status)

    def body(self, notice: OutgoingNotice, *, unicode: bool) -> dict[str, str]:
        settings = self._settings
        body = {
            "ApiKey": settings.api_key.get_secret_value() if settings.api_key else "",
            "SecretKey": settings.secret_key.get_secret_value() if settings.secret_key else "",
            "Phone": _national(notice.to),
            "Content": notice.text,
            "Brandname": settings.brandname or "",
            "SmsType": settings.sms_type,
            "IsUnicode": "1" if unicode else "0",
            "Sandbox": "1" if settings.test_only else "0",
            "RequestId": notice.reference[:50],
            "campaignid": settings.campaign,
        }
        if self._callback_url:
            body["CallbackUrl"] = self._callback_url
        return body

    async def lookup(self, reference: str) -> Lookup:
        """ "Not taken" means: hand it over again, a second copy is refused.

        That holds for 24 hours from the first try, which cannot be older than the reference itself.
        """
        made = _made_at(reference)
        if made is None or self._clock() - made >= self._settings.refuses_duplicates_for:
            return Lookup.CANNOT_TELL
        # A gateway that hangs every time must not hold a message for ever: the next rung takes it.
        self._asked[reference] = asked = self._asked.get(reference, 0) + 1
        if len(self._asked) > _MOST_REMEMBERED:
            self._asked.pop(next(iter(self._asked)))
        return Lookup.NOT_TAKEN if asked <= self._settings.hand_over_again else Lookup.CANNOT_TELL

    async def _outcome(self, raw: bytes, status: int) -> Outcome:
        try:
            answer = read_json(raw)
            code = int(answer["CodeResult"])
        except (ValueError, KeyError, TypeError):
            return Ambiguous(f"http_{status}" if status >= 400 else "unreadable")
        row = CODES.get(code)
        sms_id = str(answer.get("SMSID") or "") or None
        if row is None:
            await self._watcher.alarm(self.name, Trouble.UNKNOWN, str(code))
            return Rejected(permanent=True, code=str(code))
        if row.kind in (Kind.ACCEPTED, Kind.DUPLICATE):
            return Accepted(sms_id)
        if row.kind in _TROUBLE:
            await self._watcher.alarm(self.name, _TROUBLE[row.kind], f"{code} {row.meaning}")
        return Rejected(permanent=row.kind is not Kind.BUSY, code=str(code), about=ABOUT[row.kind])


def read_callback(fields: Mapping[str, str]) -> Statement | None:
    """The query of a callback; None while nothing is decided.

    "Finished" (5) with no success and a failure means that the message failed, as in eSMS's own sample.
    """
    sms_id, request_id = fields.get("SMSID") or None, fields.get("RequestId") or None
    status = fields.get("SendStatus", "")
    if not sms_id and not request_id:
        return None
    succeeded, failed = _count(fields, "SendSuccess"), _count(fields, "SendFailed")
    if status == "4" or (status == "5" and failed > 0 and succeeded == 0):
        fate = Fate.FAILED
    elif status == "5" and succeeded > 0:
        fate = Fate.DELIVERED
    elif status == "7":
        fate = Fate.SENT
    else:
        return None
    return Statement(
        provider=NAME,
        identity=f"{sms_id or request_id}:{status}:{succeeded}:{failed}",
        fate=fate,
        confidence=Confidence.NETWORK,
        reference=request_id,
        provider_message_id=sms_id,
    )


def _count(fields: Mapping[str, str], name: str) -> int:
    value = fields.get(name, "")
    return int(value) if value.isdecimal() else 0


def _made_at(reference: str) -> datetime | None:
    """When a reference was made: it begins with one of our identifiers, and they carry their time."""
    try:
        return ULID.from_str(reference[:26]).datetime.astimezone(UTC)
    except ValueError:
        return None


def _national(e164: str) -> str:
    return "0" + e164.removeprefix("+84") if e164.startswith("+84") else e164.removeprefix("+")
