"""Text messages through Twilio's own library.

Vietnam: no replies (so nobody can stop messages by answering), no landlines, and a registered alphanumeric
sender whose name stands in every registered text (twilio.com/en/guidelines/vn/sms). Twilio has no key against
a second copy and cannot be asked by our reference; our reference travels in the address of the callback
instead, so even a message whose acceptance was lost on the way is found by its receipt.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import HMAC_SHA256, RequestValidator, get_signature_algorithm
from twilio.rest import Client

from core.channel_settings import TwilioSettings
from core.phones import PhoneFlaw, read_phone
from core.text.fold import fold
from core.text.sms import measure
from wire.alarms import Refusals, Trouble, Unreachable, Watcher
from wire.provider import About, Accepted, Ambiguous, Confidence, Lookup, Outcome, OutgoingNotice, Rejected
from wire.receipt import Fate, Statement
from wire.twilio_errors import ERRORS, Kind

NAME = "twilio"
SIGNATURE_HEADER = "X-Twilio-Signature"
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"
REFERENCE = "ref"
"""The part of the callback's address that names our message."""

FATES = {
    "sent": (Fate.SENT, Confidence.NETWORK),
    "delivered": (Fate.DELIVERED, Confidence.HANDSET),
    "read": (Fate.READ, Confidence.HANDSET),
    "undelivered": (Fate.FAILED, Confidence.NETWORK),
    "failed": (Fate.FAILED, Confidence.NETWORK),
    "canceled": (Fate.FAILED, Confidence.ACCEPTED),
}
"""accepted, scheduled, queued, sending and the inbound states say nothing that would move a message."""

FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "read"})


_TROUBLE = {
    Kind.CONFIGURATION: Trouble.CONFIGURATION,
    Kind.ROUTE: Trouble.CONFIGURATION,
    Kind.ACCOUNT: Trouble.ACCOUNT,
    Kind.CONTENT: Trouble.CONTENT,
    Kind.UNKNOWN: Trouble.UNKNOWN,
}
ABOUT = {
    Kind.BAD_NUMBER: About.PERSON,
    Kind.OPTED_OUT: About.PERSON,
    Kind.CONFIGURATION: About.ACCOUNT,
    Kind.ACCOUNT: About.ACCOUNT,
    Kind.ROUTE: About.ROUTE,
    Kind.CONTENT: About.ROUTE,
}


class TwilioSms:
    """``callback_url``: the public address of the status route, without a query."""

    name = NAME

    def __init__(
        self,
        settings: TwilioSettings,
        *,
        callback_url: str | None,
        refusals: Refusals,
        watcher: Watcher,
    ) -> None:
        self._settings, self._callback_url = settings, callback_url
        self._refusals, self._watcher = refusals, watcher
        self._client: Client | None = None
        self._http: AsyncTwilioHttpClient | None = None

    async def send(self, notice: OutgoingNotice) -> Outcome:
        problem = self._problem(notice)
        if problem is not None:
            return problem
        if await self._refusals.stands("sms", notice.to) is Unreachable.REFUSED:
            return Rejected(permanent=True, code=Unreachable.REFUSED.value, about=About.PERSON)
        service = self._settings.messaging_service_sid
        messages = self._messages()  # the first time loads much of the library: not against the clock
        try:
            # The library's asynchronous client forgets the timeout it was made with.
            async with asyncio.timeout(self._settings.timeout_seconds):
                message = await messages.create_async(
                    to=notice.to,
                    body=notice.text,
                    status_callback=self._callback(notice.reference),
                    validity_period=self._settings.validity_seconds,
                    **({"messaging_service_sid": service} if service else {"from_": self._settings.sender}),
                )
        except TwilioRestException as error:
            return await self._refused(error, notice)
        except aiohttp.ClientConnectorError as error:
            return Rejected(permanent=False, code=type(error).__name__)
        except (TimeoutError, aiohttp.ClientError, TwilioException, ValueError) as error:
            return Ambiguous(type(error).__name__)
        if not message.sid:
            return Ambiguous("no_sid")
        return Accepted(message.sid)

    async def lookup(self, reference: str) -> Lookup:
        return Lookup.CANNOT_TELL

    async def ask(self, provider_message_id: str) -> Statement | None:
        """The state of a message whose callback never came."""
        asked = self._messages().get(provider_message_id)
        async with asyncio.timeout(self._settings.timeout_seconds):
            message = await asked.fetch_async()
        code = str(message.error_code) if message.error_code else None
        return statement(provider_message_id, str(message.status), code=code, reference=None)

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = self._client = None

    def _problem(self, notice: OutgoingNotice) -> Rejected | None:
        if read_phone(notice.to).flaw in (PhoneFlaw.NOT_MOBILE, PhoneFlaw.UNREADABLE):
            return Rejected(permanent=True, code="not_mobile", about=About.PERSON)
        if measure(notice.text).segments > self._settings.most_segments:
            return Rejected(permanent=True, code="too_long", about=About.ROUTE)
        sender = self._settings.sender
        if sender and self._settings.sender_in_text and _plain(sender) not in _plain(notice.text):
            return Rejected(permanent=True, code="sender_not_in_text", about=About.ROUTE)
        return None

    async def _refused(self, error: TwilioRestException, notice: OutgoingNotice) -> Outcome:
        row = ERRORS.get(error.code or 0)
        if row is None and error.status >= 500:
            return Ambiguous(f"http_{error.status}")
        kind = row.kind if row else Kind.BUSY if error.status == 429 else Kind.UNKNOWN
        code = str(error.code or error.status)
        if error.status in (401, 403) and row is None:
            kind = Kind.CONFIGURATION
        if kind is Kind.OPTED_OUT:
            await self._refusals.note("sms", notice.to, Unreachable.REFUSED, None)
        elif kind in _TROUBLE:
            await self._watcher.alarm(self.name, _TROUBLE[kind], code)
        return Rejected(
            permanent=kind not in (Kind.BUSY, Kind.TEMPORARY),
            code=code,
            about=ABOUT.get(kind, About.UNKNOWN),
        )

    def _callback(self, reference: str) -> str | Any:
        if not self._callback_url:
            return None
        return f"{self._callback_url}?{urlencode({REFERENCE: reference})}"

    def _messages(self) -> Any:
        if self._client is None:
            self._http = AsyncTwilioHttpClient()
            token = self._settings.auth_token
            self._client = Client(
                self._settings.account_sid,
                token.get_secret_value() if token else "",
                http_client=self._http,
            )
            if self._settings.base_url:
                self._client.api.base_url = self._settings.base_url
        return self._client.messages


def _plain(text: str) -> str:
    """Letters and digits alone: a sender of eleven characters has no spaces and dots."""
    return "".join(char for char in fold(text) if char.isalnum())


def is_genuine(
    settings: TwilioSettings, *, url: str, fields: Mapping[str, str], headers: Mapping[str, str]
) -> bool:
    """Whether Twilio signed a callback: HMAC-SHA1 with the account's token, or SHA-256 with a shared key.

    ``url`` is the public address, query included, as Twilio called it in front of any proxy.
    """
    given = headers.get(SIGNATURE_HEADER)
    if not given or not given.isascii():
        return False
    algorithm = get_signature_algorithm(headers.get(SETTINGS_HEADER))
    key = settings.webhook_shared_key if algorithm.upper() == HMAC_SHA256 else settings.auth_token
    if key is None:
        return False
    validator = RequestValidator(key.get_secret_value())
    return bool(validator.validate(url, dict(fields), given, algorithm=algorithm))


def read_callback(url: str, fields: Mapping[str, str]) -> Statement | None:
    """A status callback; None for a state that moves nothing."""
    sid, status = fields.get("MessageSid"), fields.get("MessageStatus", "")
    if not sid:
        return None
    reference = dict(parse_qsl(urlsplit(url).query)).get(REFERENCE)
    return statement(sid, status, code=fields.get("ErrorCode") or None, reference=reference)


def statement(sid: str, status: str, *, code: str | None, reference: str | None) -> Statement | None:
    known = FATES.get(status)
    if known is None:
        return None
    fate, confidence = known
    return Statement(
        provider=NAME,
        identity=f"{sid}:{status}",
        fate=fate,
        confidence=confidence,
        reference=reference,
        provider_message_id=sid,
        code=code,
    )
