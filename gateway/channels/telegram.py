"""Telegram through aiogram: a webhook with a secret (or polling, for development) and its updates.

Off unless a token is set: personal data leaves the country with every message, and carriers in Vietnam were
told to block it. See ``docs/adr`` on foreign channels.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from typing import Any

import structlog
from aiogram import Bot, Dispatcher, F, Router
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.filters import CommandStart
from aiogram.filters.command import CommandObject
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message
from aiogram.utils.deep_linking import create_deep_link
from aiogram.utils.serialization import deserialize_telegram_object_to_python
from fastapi import APIRouter, Request, Response

from core.channel_settings import TelegramSettings
from core.json_text import read_json
from core.message import Button
from dossiers.lookup import WatchRole
from gateway.channels.conversing import Answer, Conversing, welcome
from gateway.channels.inbox import Inbox, TryLater
from wire.provider import Ambiguous, Rejected
from wire.telegram import ALLOWED_UPDATES, Choice, TelegramNotices, ask_for_contact, make_bot

log = structlog.get_logger()

CHANNEL = "telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105
MOST_BYTES = 512 * 1024
POLL_SECONDS = 20
POLL_PAUSE = 3.0
_SHARE = "Chia sẻ số điện thoại của tôi"


def telegram_router(settings: TelegramSettings, inbox: Inbox) -> APIRouter:
    """``POST /webhooks/telegram/{bot}``. Raises ``ValueError`` without a secret: nobody would be kept out."""
    if settings.webhook_secret is None:
        raise ValueError("Telegram's webhook needs a secret: set MOTCUA_TELEGRAM__WEBHOOK_SECRET")
    secret = settings.webhook_secret.get_secret_value().encode()
    router = APIRouter()

    @router.post("/webhooks/telegram/{bot}", include_in_schema=False)
    async def telegram_webhook(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, secret):
            log.warning("webhook_refused", channel=CHANNEL, reason="secret")
            return Response(status_code=403)
        raw = await request.body()
        if len(raw) > MOST_BYTES:
            return Response(status_code=413)
        known = read_update(raw)
        if known is not None:
            identity, account = known
            await inbox.store(CHANNEL, identity, raw.decode("utf-8", "replace"), account=account)
        return Response(status_code=200)

    return router


class TelegramChannel:
    def __init__(
        self, settings: TelegramSettings, conversing: Conversing, notices: TelegramNotices, bot: Bot
    ) -> None:
        self._settings, self._conversing = settings, conversing
        self._notices, self.bot = notices, bot
        self.dispatcher = Dispatcher()
        self.dispatcher.include_router(self._routes())
        self._attempt = 1

    async def handle(self, body: str, attempt: int) -> None:
        """One stored update."""
        await self.dispatcher.feed_raw_update(self.bot, read_json(body), attempt=attempt)

    async def connect(self, public_url: str) -> None:
        """Tell Telegram where to deliver; tried again until it is reached."""
        secret = self._settings.webhook_secret
        while True:
            try:
                await self.bot.set_webhook(
                    f"{public_url}/webhooks/telegram/{self._settings.username or 'bot'}",
                    secret_token=secret.get_secret_value() if secret else None,
                    allowed_updates=ALLOWED_UPDATES,
                    drop_pending_updates=False,
                )
                return
            except TelegramAPIError as error:
                log.warning("telegram_webhook_not_set", reason=type(error).__name__)
                await asyncio.sleep(30)

    async def poll(self, inbox: Inbox) -> None:
        """For development: no public address is needed. Until it is cancelled.

        Updates go into the same inbox as those of a webhook, and are forgotten by Telegram only when they are
        there: asking with the next number says so.
        """
        offset: int | None = None
        ready = False
        while True:
            try:
                if not ready:  # while a webhook is set, Telegram refuses to be asked
                    ready = await self.bot.delete_webhook(drop_pending_updates=False)
                updates = await self.bot.get_updates(
                    offset=offset,
                    timeout=POLL_SECONDS,
                    allowed_updates=ALLOWED_UPDATES,
                    request_timeout=POLL_SECONDS + 10,
                )
            except (TelegramAPIError, ClientDecodeError) as error:
                log.warning("telegram_not_polled", reason=type(error).__name__)
                ready = False
                await asyncio.sleep(POLL_PAUSE)
                continue
            for update in updates:
                body = json.dumps(deserialize_telegram_object_to_python(update), ensure_ascii=False)
                await inbox.store(CHANNEL, str(update.update_id), body, account=_whose(read_json(body)))
                offset = update.update_id + 1

    async def link(self, conversation_id: str, role: WatchRole) -> str | None:
        """A link that works once and opens the bot with the dossiers of a conversation."""
        word = await self._conversing.invite(conversation_id, role=role, minutes=self._settings.link_minutes)
        if word is None or not self._settings.username:
            return None
        return create_deep_link(self._settings.username, "start", word)

    async def send(self, chat_id: int, answer: Answer) -> bool:
        """False when Telegram never takes it. Raises when it did not leave and may on another try."""
        if not answer:
            return True
        if answer.asks_phone:
            outcome = await self._notices.say(chat_id, answer.text, markup=ask_for_contact(_SHARE))
        else:
            outcome = await self._notices.say(
                chat_id,
                _text(answer),
                [_choice(one) for one in (*answer.buttons, *answer.own)],
                side_by_side=[_choice(one) for one in answer.rates],
            )
        if isinstance(outcome, Ambiguous):
            log.warning("telegram_answer_unclear", code=outcome.code)  # it may have arrived: not again
        if isinstance(outcome, Rejected):
            if not outcome.permanent:
                raise TryLater(outcome.code)
            log.warning("telegram_answer_refused", code=outcome.code)
            if outcome.code in ("blocked", "chat_not_found"):
                await self._conversing.left(str(chat_id))
            return False
        return True

    def _routes(self) -> Router:
        router = Router()

        @router.message(CommandStart(deep_link=True))
        async def by_link(message: Message, command: CommandObject) -> None:
            await self.send(
                message.chat.id, await self._conversing.join(_account(message), command.args or "")
            )

        @router.message(CommandStart())
        async def start(message: Message) -> None:
            await self._conversing.heard(_account(message), following=True)
            await self.send(message.chat.id, welcome())

        @router.message(F.contact)
        async def contact(message: Message) -> None:
            await self.send(message.chat.id, await self._contact(message))

        @router.message()
        async def words(message: Message, attempt: int = 1) -> None:
            if message.chat.type != "private":
                return
            answer = await self._conversing.said(
                _account(message),
                # Unique within the chat, which stands for it: its number is personal and is not written here.
                identity=f"message:{message.message_id}",
                text=message.text or message.caption or "",
                attempt=attempt,
            )
            await self.send(message.chat.id, answer)

        @router.callback_query()
        async def pressed(query: CallbackQuery, attempt: int = 1) -> None:
            await self._acknowledge(query)
            chat = query.message.chat.id if query.message else query.from_user.id
            answer = await self._conversing.said(
                str(chat), identity=f"press:{query.id}", text="", action=query.data, attempt=attempt
            )
            await self.send(chat, answer)

        @router.my_chat_member()
        async def membership(change: ChatMemberUpdated) -> None:
            if change.new_chat_member.status in ("kicked", "left"):
                await self._conversing.left(str(change.chat.id))

        return router

    async def _contact(self, message: Message) -> Answer:
        """Only one's own card proves anything: anybody can send the card of somebody else."""
        contact, sender = message.contact, message.from_user
        if contact is None or sender is None or contact.user_id != sender.id:
            return Answer(
                "Đây là danh thiếp của người khác nên không dùng để liên kết được. "
                "Bấm nút chia sẻ số điện thoại của chính anh/chị.",
                asks_phone=True,
            )
        phone = contact.phone_number
        return await self._conversing.shared_phone(
            _account(message), phone if phone.startswith("+") else f"+{phone.lstrip('0')}"
        )

    async def _acknowledge(self, query: CallbackQuery) -> None:
        """Stops the waiting sign on the button; too late for it is no failure."""
        try:
            await self.bot.answer_callback_query(query.id)
        except TelegramAPIError as error:
            log.info("telegram_press_not_acknowledged", reason=type(error).__name__)


def make_channel(
    settings: TelegramSettings, conversing: Conversing, notices: TelegramNotices
) -> TelegramChannel:
    return TelegramChannel(settings, conversing, notices, make_bot(settings))


def read_update(raw: bytes) -> tuple[str, str | None] | None:
    """Its number, the same for every repeat, and whose it is; None for what is no update."""
    try:
        update = read_json(raw)
        return str(int(update["update_id"])), _whose(update)
    except (ValueError, KeyError, TypeError):
        return None


def _whose(update: dict[str, Any]) -> str | None:
    """The account behind any kind of update, before it is read whole."""
    for one in update.values():
        sender = one.get("from") if isinstance(one, dict) else None
        if isinstance(sender, dict) and "id" in sender:
            return str(sender["id"])
    return None


def _account(message: Message) -> str:
    return str(message.chat.id)


def _text(answer: Answer) -> str:
    """Buttons that Telegram cannot carry (a number to dial, a page without https) become lines."""
    lines = [
        f"{one.title}: {one.url.removeprefix('tel:')}"
        for one in (*answer.buttons, *answer.own)
        if one.url and not one.url.startswith("https://")
    ]
    return "\n".join([answer.text, *lines])


def _choice(button: Button) -> Choice:
    return Choice(button.title, data=button.action, url=button.url)
