"""The channels of this deployment: which are on, their routes, and what runs beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import APIRouter

from conversations.desk import Desk
from core.database import Database, utc_now
from core.settings import Settings
from feedback.occasions import token_in_chat
from gateway.channels.conversing import Answer, Conversing
from gateway.channels.inbox import Inbox
from gateway.channels.push import SURVEY_PATH, Push
from gateway.channels.sms import SmsChannel, receipt_routes, sms_router
from gateway.channels.zalo import ZaloChannel, zalo_router
from gateway.provider_ports import CountedWindows
from gateway.providers import Providers, make_providers, public_address
from gateway.ratings import TemplateRatings
from gateway.receipts import Receipts
from notifications.schemas import Channel
from wire.zalo.client import Rating

if TYPE_CHECKING:
    from gateway.channels.telegram import TelegramChannel

log = structlog.get_logger()


class Channels:
    """``router`` is there at once; ``start`` needs a running event loop, ``stop`` ends what it began."""

    def __init__(self, settings: Settings, database: Database, desk: Desk) -> None:
        self._settings, self._database, self._desk = settings, database, desk
        self.inbox = Inbox(database)
        self.receipts = Receipts(database)
        self.push = Push(database, address=self._address)
        self.providers: Providers | None = None
        self.telegram: TelegramChannel | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.router = APIRouter()
        self.short_ways = receipt_routes(settings, self.receipts, public_url=public_address(settings))
        self.router.routes.extend(self.short_ways)
        self.router.include_router(sms_router(settings.sms_in, self.inbox))
        if not settings.zalo.missing:
            self.router.include_router(zalo_router(settings.zalo, self.inbox))
        if self._telegram_on and settings.telegram.mode == "webhook":
            from gateway.channels.telegram import telegram_router

            self.router.include_router(telegram_router(settings.telegram, self.inbox))
        self._tell_off()

    @property
    def _telegram_on(self) -> bool:
        return not self._settings.telegram.missing and find_spec("aiogram") is not None

    def _tell_off(self) -> None:
        """A token without a secret is a mistake that must not pass in silence."""
        telegram = self._settings.telegram
        if telegram.token is not None and telegram.missing:
            log.error("telegram_refuses_to_start", missing=telegram.missing)

    async def start(self) -> None:
        providers = self.providers = make_providers(self._settings, self._database)
        push = self.push
        if providers.zalo is not None:
            zalo = ZaloChannel(
                providers.zalo,
                self._conversing("zalo"),
                self.receipts,
                rated=self._rated,
                windows=CountedWindows(self._database),
            )
            self.inbox.handlers["zalo"] = zalo.handle
            push.senders["zalo"] = zalo.send
        if self._telegram_on:
            await self._start_telegram(push)
        texts = providers.on(Channel.SMS)
        chosen = self._settings.sms_in.provider or (texts[0] if texts else "outbox-file")
        if chosen in providers.by_name:
            sms = SmsChannel(
                self._settings.sms_in,
                self._database,
                providers.by_name[chosen],
                self._conversing("sms"),
            )
            self.inbox.handlers["sms"] = sms.handle
            push.senders["sms"] = sms.push
        self._begin(self.inbox.run(), "inbox")
        self._begin(push.run(), "push")

    def _conversing(self, channel: str) -> Conversing:
        return Conversing(self._database, self._desk, channel, public_url=public_address(self._settings))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.telegram is not None:
            await self.telegram.bot.session.close()
        if self.providers is not None:
            await self.providers.close()

    async def _start_telegram(self, push: Push) -> None:
        from gateway.channels.telegram import make_channel

        assert self.providers is not None  # noqa: S101 - start made them
        settings = self._settings.telegram
        channel = self.telegram = make_channel(
            settings, self._conversing("telegram"), self.providers.telegram
        )
        self.inbox.handlers["telegram"] = channel.handle

        async def send(account: str, answer: Answer) -> bool:
            return await channel.send(int(account), answer)

        push.senders["telegram"] = send
        if settings.mode == "polling":
            self._begin(channel.poll(self.inbox), "telegram")
        else:
            self._begin(channel.connect(public_address(self._settings)), "telegram")

    async def _address(self, conversation_id: str, path: str) -> str | None:
        """A page of ours, whole; the way to a survey is made for whoever holds the conversation."""
        if path == SURVEY_PATH:
            async with self._database.reading() as session:
                token = await token_in_chat(session, conversation_id, utc_now())
            if token is None:
                return None
            path = f"/k/{token}"
        return public_address(self._settings) + path

    async def _rated(self, rating: Rating) -> None:
        await TemplateRatings(self._database).keep(rating)

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(_report)
        self._tasks.append(task)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("channel_task_ended", task=task.get_name(), exc_info=error)
