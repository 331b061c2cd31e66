"""Zalo: the webhook that only stores, and what each of its events leads to."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from fastapi import APIRouter, Request, Response

from core.channel_settings import ZaloSettings
from core.database import utc_now
from core.message import Button
from gateway.channels.conversing import Answer, Conversing, welcome
from gateway.channels.inbox import Inbox, TryLater
from gateway.receipts import Receipts
from wire.provider import Confidence
from wire.receipt import Fate, Statement
from wire.zalo import consultation
from wire.zalo.client import Rating, ZaloClient, ZaloRefused
from wire.zalo.consultation import Choice
from wire.zalo.errors import Verdict
from wire.zalo.events import EventKind, NotAnEvent, ZaloEvent, read_event
from wire.zalo.http import ZaloUnclear, ZaloUnreached
from wire.zalo.provider import CONVERSATION, TEMPLATES
from wire.zalo.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_genuine
from wire.zalo.tokens import NoToken
from wire.zalo.window import Window, WindowRules, Windows

log = structlog.get_logger()

CHANNEL = "zalo"
MOST_BYTES = 256 * 1024
_ACTION = re.compile(r"^#([a-z_]+:[\w.:-]{0,60})$")
Rated = Callable[[Rating], Awaitable[None]]


def zalo_router(settings: ZaloSettings, inbox: Inbox) -> APIRouter:
    """``POST /webhooks/zalo``: believed by its signature, stored, answered; everything else comes later."""
    router = APIRouter()

    @router.post("/webhooks/zalo", include_in_schema=False)
    async def zalo_webhook(request: Request) -> Response:
        raw = await _limited(request)
        if raw is None:
            return Response(status_code=413)
        if not is_genuine(
            raw,
            app_id=settings.app_id or "",
            secrets=[
                one.get_secret_value()
                for one in (settings.webhook_secret, settings.webhook_secret_before)
                if one is not None
            ],
            header=request.headers.get(SIGNATURE_HEADER),
            timestamp=request.headers.get(TIMESTAMP_HEADER),
        ):
            log.warning("webhook_refused", channel=CHANNEL, reason="signature", size=len(raw))
            return Response(status_code=403)
        try:
            event = read_event(raw)
        except NotAnEvent:
            return Response(status_code=200)  # signed, so it is Zalo's: repeating it would not help
        await inbox.store(
            CHANNEL, event.identity, raw.decode("utf-8", "replace"), account=event.user_id or None
        )
        return Response(status_code=200)

    return router


async def _limited(request: Request) -> bytes | None:
    """The body, or None for one so large that it cannot be a delivery."""
    found = bytearray()
    async for part in request.stream():
        found += part
        if len(found) > MOST_BYTES:
            return None
    return bytes(found)


class ZaloChannel:
    def __init__(
        self,
        client: ZaloClient,
        conversing: Conversing,
        receipts: Receipts,
        *,
        rated: Rated,
        windows: Windows,
    ) -> None:
        self._client, self._conversing = client, conversing
        self._receipts, self._rated, self._windows = receipts, rated, windows

    async def handle(self, body: str, attempt: int) -> None:
        """One stored delivery."""
        event = read_event(body)
        match event.kind:
            case EventKind.SAID | EventKind.SENT_OTHER:
                await self._said(event, attempt)
            case EventKind.FOLLOWED:
                await self._conversing.heard(event.user_id, following=True)
                await self.send(event.user_id, welcome())
            case EventKind.UNFOLLOWED:
                await self._conversing.left(event.user_id)
            case EventKind.SUBMITTED_INFO:
                await self._submitted(event)
            case EventKind.CHAT_RECEIVED:
                await self._received(CONVERSATION, event, Fate.DELIVERED, event.message_id)
            case EventKind.TEMPLATE_RECEIVED:
                await self._received(TEMPLATES, event, Fate.DELIVERED, event.message_id)
            case EventKind.SEEN:
                for message_id in event.seen:
                    await self._received(CONVERSATION, event, Fate.READ, message_id)
            case EventKind.RATED:
                if event.rating is not None:
                    await self._rated(event.rating)
            case EventKind.OTHER:
                log.info("zalo_event_left_aside", event_name=event.name)

    async def send(self, user_id: str, answer: Answer) -> bool:
        """One answer as one message, counted against the citizen's free ones; False when Zalo never takes it.

        Raises when it certainly did not leave, so that the delivery is tried again. An officer's words go in
        the paid part of the window too: somebody was promised an answer. An invitation does not.
        """
        settings = self._client.settings
        if not answer or (answer.asks_opinion and not await self._free(user_id)):
            return True
        if answer.asks_phone:
            title, _, subtitle = answer.text.partition("\n")
            body = consultation.request_user_info(
                user_id, title=title, subtitle=subtitle, image_url=settings.card_image_url
            )
        else:
            body = consultation.answer(
                user_id,
                answer.text,
                [
                    *(_choice(one) for one in answer.buttons),
                    *(_choice(one, numbered=False) for one in answer.own),
                ],
                settings,
                rates=[_choice(one, numbered=False) for one in answer.rates],
            )
        try:
            await self._client.send(body)
        except ZaloUnclear as error:
            log.warning("zalo_answer_unclear", code=error.code)  # it may have arrived: not again
            await self._conversing.sent(user_id)
            return True
        except (ZaloUnreached, NoToken) as error:
            raise TryLater(type(error).__name__) from None
        except ZaloRefused as error:
            if error.error.verdict in (Verdict.RETRY, Verdict.TOKEN):
                raise TryLater(str(error.error.code)) from None
            log.error("zalo_answer_refused", code=error.error.code, meaning=error.error.meaning)
            return False
        await self._conversing.sent(user_id)
        return True

    async def _free(self, user_id: str) -> bool:
        window = WindowRules.of(self._client.settings).window
        return window(await self._windows.citizen(user_id), utc_now()) is Window.FREE

    async def _said(self, event: ZaloEvent, attempt: int) -> None:
        pressed = _ACTION.match(event.text)
        answer = await self._conversing.said(
            event.user_id,
            identity=event.identity,
            text="" if pressed else event.text,
            action=pressed.group(1) if pressed else None,
            attempt=attempt,
        )
        await self.send(event.user_id, answer)

    async def _submitted(self, event: ZaloEvent) -> None:
        if event.submitted is None:
            await self._conversing.heard(event.user_id)
            return
        if self._client.settings.submitted_phone == "code":
            answer = Answer(
                "Đã nhận số điện thoại. Để chắc chắn là máy của anh/chị, nhắn mã hồ sơ trên giấy hẹn; "
                "một mã xác nhận sáu số sẽ gửi tới số ghi trên giấy hẹn."
            )
        else:
            answer = await self._conversing.shared_phone(event.user_id, event.submitted.phone)
        await self.send(event.user_id, answer)

    async def _received(self, provider: str, event: ZaloEvent, fate: Fate, message_id: str) -> None:
        await self._receipts.store(
            Statement(
                provider=provider,
                identity=f"{message_id}:{fate}",
                fate=fate,
                confidence=Confidence.HANDSET,
                at=event.at or datetime.now(UTC),
                reference=event.tracking_id or None,
                provider_message_id=message_id or None,
            )
        )


def _choice(button: Button, *, numbered: bool = True) -> Choice:
    if button.url and button.url.startswith("tel:"):
        return Choice(button.title, phone=button.url.removeprefix("tel:"))
    if button.url:
        return Choice(button.title, url=button.url)
    return Choice(button.title, payload=f"#{button.action}", numbered=numbered)
