"""Text messages: what citizens send to the province's short code, and what providers say about ours.

A short code's gateway hands messages on by a plain request, so its address ends in a secret.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter, Request, Response
from starlette.routing import Route

from conversations.rating import is_rating
from core import metrics
from core.calendar import local_day
from core.channel_settings import InboundSmsSettings
from core.database import Database, utc_now
from core.json_text import read_json
from core.phones import read_phone
from core.settings import Settings
from core.text.choices import numbered
from core.text.dossier_code import find_dossier_codes
from core.text.fold import fold
from core.text.sms import measure, strip_marks
from dossiers import sms_answer
from dossiers.sms_answer import SmsPolicy
from gateway.channels.conversing import Answer, Conversing
from gateway.channels.inbox import Inbox, TryLater
from gateway.receipts import Receipts
from notifications.spending_repository import count_answer
from wire import esms
from wire.provider import Accepted, OutgoingNotice, Provider, Rejected
from wire.sms_gateways import read_vietguys_report

log = structlog.get_logger()

CHANNEL = "sms"
MOST_BYTES = 16 * 1024
_FROM = ("from", "phone", "sender", "userid", "msisdn")
_TEXT = ("text", "content", "message", "body", "mo")
_ID = ("id", "moid", "requestid", "messageid", "smsid")


def matches(text: str, keywords: tuple[str, ...]) -> bool:
    """Whether a text begins with one of the words of the short code (``HCC DN``), marks and case aside."""
    folded = fold(text).strip()
    return any(folded == word or folded.startswith(f"{word} ") for word in map(fold, keywords))


def strip_keyword(text: str, keywords: tuple[str, ...]) -> str:
    """The words behind the short code's own."""
    for word in sorted(keywords, key=len, reverse=True):
        if matches(text, (word,)):
            return " ".join(text.split()[len(word.split()) :])
    return text


def shorten(text: str, segments: int) -> str:
    """``text`` without marks in at most so many segments, cut at a word."""
    plain = strip_marks(text)
    while measure(plain).segments > segments:
        plain = plain[: len(plain) - 20].rsplit(None, 1)[0].rstrip(" ,;:") + "..."
    return plain


def sms_router(settings: InboundSmsSettings, inbox: Inbox) -> APIRouter:
    """``/webhooks/sms/{secret}`` by GET or POST; only where a secret is set."""
    router = APIRouter()

    async def take(secret: str, request: Request) -> Response:
        if settings.secret is None or not _same(secret, settings.secret.get_secret_value()):
            return Response(status_code=404)
        fields = await _fields(request)
        phone, text = _first(fields, _FROM), _first(fields, _TEXT)
        if not phone or not text:
            return Response("from and text are needed", status_code=422, media_type="text/plain")
        identity = _first(fields, _ID) or f"{phone}:{utc_now():%Y%m%d%H%M}:{text}"
        body = json.dumps({"id": identity, "phone": phone, "text": text[:1000]}, ensure_ascii=False)
        await inbox.store(CHANNEL, identity, body, account=phone)
        return Response("OK", media_type="text/plain")

    router.add_api_route("/webhooks/sms/{secret}", take, methods=["GET", "POST"], include_in_schema=False)
    return router


class SmsChannel:
    """``provider`` carries the answers."""

    def __init__(
        self,
        settings: InboundSmsSettings,
        database: Database,
        provider: Provider,
        conversing: Conversing,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings, self._database, self._provider = settings, database, provider
        self._conversing = conversing
        self._clock = clock
        self._policy = SmsPolicy(office=settings.office, per_number_per_hour=settings.per_number_per_hour)

    async def handle(self, body: str, attempt: int) -> None:
        message = read_json(body)
        phone = read_phone(message["phone"])
        if phone.e164 is None:
            log.info("sms_from_unreadable_number")
            return
        codes = find_dossier_codes(message["text"]) if self._is_ours(message["text"]) else []
        if not codes and self._settings.conversations:
            text = await self._converse(phone.e164, message, attempt)
        else:
            text = await self._answer(phone.e164, codes[0].code if codes else None)
        if text is not None:
            await self._send(phone.e164, text, _reference(message["id"]))

    async def push(self, phone: str, answer: Answer) -> bool:
        """An officer's words. Nothing is asked in return: a press does not exist here and a text costs."""
        if answer.asks_opinion or any(is_rating(one.action) for one in answer.own):
            return True
        words = shorten(answer.text, self._settings.most_segments)
        return await self._send(phone, words, _reference(f"{phone}:{self._clock().isoformat()}"))

    async def _send(self, phone: str, text: str, reference: str) -> bool:
        """False when the provider never takes it."""
        outcome = await self._provider.send(
            OutgoingNotice(reference=reference, channel=CHANNEL, to=phone, text=text)
        )
        if isinstance(outcome, Accepted):
            await self._count(measure(text).segments)
        if isinstance(outcome, Rejected) and not outcome.permanent:
            raise TryLater(outcome.code)
        return not isinstance(outcome, Rejected)

    async def _count(self, segments: int) -> None:
        """Answers are billed like notices: the month's cost has them, the measurements too."""
        metrics.SEGMENTS.labels(self._provider.name).inc(segments)
        async with self._database.writing() as session:
            await count_answer(session, self._provider.name, day=local_day(self._clock()), segments=segments)

    async def _answer(self, phone: str, dossier_code: str | None) -> str | None:
        """Where a dossier of this very number stands, or how to ask."""
        async with self._database.writing() as session:
            text = await sms_answer.answer(
                session,
                phone=phone,
                dossier_code=dossier_code,
                now=self._clock(),
                policy=self._policy,
            )
        if text is None:
            log.info("sms_answers_used_up")
        return text

    async def _converse(self, phone: str, message: dict[str, str], attempt: int) -> str | None:
        """A turn of the assistant in as many segments as are paid for; without marks, choices numbered."""
        words = strip_keyword(message["text"], self._settings.keywords)
        answer = await self._conversing.said(phone, identity=message["id"], text=words, attempt=attempt)
        if answer.asks_phone:
            return sms_answer.how_to(self._policy)
        lines = [answer.text, *numbered(answer.text, [one.title for one in answer.buttons])]
        return shorten("\n".join(lines), self._settings.most_segments) if answer else None

    def _is_ours(self, text: str) -> bool:
        return matches(text, self._settings.keywords)


def receipt_routes(settings: Settings, receipts: Receipts, *, public_url: str) -> list[Route]:
    """Callbacks of Twilio (signed), eSMS and VietGuys (unsigned, on a secret path): plain routes, because
    they come in floods.
    """

    async def twilio_status(request: Request) -> Response:
        from wire import twilio_sms

        if settings.twilio.missing:
            return Response(status_code=404)
        query = f"?{request.url.query}" if request.url.query else ""
        url = f"{public_url}/webhooks/twilio/status{query}"
        fields = await _fields(request, query=False)
        if not twilio_sms.is_genuine(settings.twilio, url=url, fields=fields, headers=request.headers):
            log.warning("webhook_refused", channel="twilio", reason="signature")
            return Response(status_code=403)
        statement = twilio_sms.read_callback(url, fields)
        if statement is not None:
            await receipts.store(statement)
        return Response(status_code=204)

    async def esms_status(request: Request) -> Response:
        known = settings.esms.callback_secret
        if known is None or not _same(request.path_params["secret"], known.get_secret_value()):
            return Response(status_code=404)
        statement = esms.read_callback(request.query_params)
        if statement is not None:
            await receipts.store(statement)
        return Response("OK", media_type="text/plain")

    async def vietguys_status(request: Request) -> Response:
        known = settings.vietguys.secret
        if known is None or not _same(request.path_params["secret"], known.get_secret_value()):
            return Response(status_code=404)
        try:
            body = read_json(await request.body())
        except ValueError:
            return Response(status_code=422)
        statement = read_vietguys_report(body) if isinstance(body, dict) else None
        if statement is not None:
            await receipts.store(statement)
        return Response(status_code=200)

    return [
        Route("/webhooks/twilio/status", twilio_status, methods=["POST"], include_in_schema=False),
        Route("/webhooks/esms/{secret}", esms_status, methods=["GET"], include_in_schema=False),
        Route("/webhooks/vietguys/{secret}", vietguys_status, methods=["POST"], include_in_schema=False),
    ]


async def _fields(request: Request, *, query: bool = True) -> dict[str, str]:
    """The fields of a form or of JSON, with those of the address beneath them."""
    raw = (await request.body())[:MOST_BYTES]
    found = dict(request.query_params) if query else {}
    return found | read_fields(raw, request.headers.get("content-type", ""))


def read_fields(raw: bytes, content_type: str) -> dict[str, str]:
    """A form or an object of JSON; nothing where it is neither."""
    if content_type.startswith("application/json"):
        try:
            body = read_json(raw)
        except ValueError:
            body = {}
        return {key: str(value) for key, value in body.items()} if isinstance(body, dict) else {}
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


def _first(fields: Mapping[str, str], names: tuple[str, ...]) -> str:
    """Gateways call the same things by different names."""
    lowered = {key.lower(): value for key, value in fields.items()}
    return next((lowered[name].strip() for name in names if lowered.get(name)), "")


def _same(given: str, known: str) -> bool:
    return hmac.compare_digest(given.encode(), known.encode())


def _reference(identity: str) -> str:
    """The same for every try to answer one message, so that a provider can refuse a second copy."""
    return f"mo{hashlib.sha256(identity.encode()).hexdigest()[:30]}"
