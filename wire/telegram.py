"""Telegram through aiogram's own client: messages with buttons, and outcomes with a meaning.

A bot cannot write first and Telegram refuses no second copy, so a message whose answer was lost is ambiguous.
Telegram is a company abroad: notices carry a dossier's code and state, no procedure and no name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from core.channel_settings import TelegramSettings
from wire.alarms import Accounts, Refusals, Trouble, Unreachable, Watcher
from wire.provider import About, Accepted, Ambiguous, Lookup, Outcome, OutgoingNotice, Rejected

NAME = "telegram"
CHANNEL = "telegram"
TEXT_LIMIT = 4096
DATA_LIMIT = 64
"""Bytes of what a button brings back."""

ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member"]


@dataclass(frozen=True)
class Choice:
    """A button: ``data`` comes back when it is pressed, or ``url`` is opened."""

    title: str
    data: str | None = None
    url: str | None = None


def make_bot(settings: TelegramSettings) -> Bot:
    """aiogram's client, at another address where one is set. Raises when there is no token."""
    if settings.token is None:
        raise ValueError("Telegram has no token: set MOTCUA_TELEGRAM__TOKEN")
    api = TelegramAPIServer.from_base(settings.base_url) if settings.base_url else PRODUCTION
    session = AiohttpSession(api=api, timeout=settings.timeout_seconds)
    return Bot(settings.token.get_secret_value(), session=session)


def keyboard(choices: Sequence[Choice], side_by_side: Sequence[Choice] = ()) -> InlineKeyboardMarkup | None:
    """One button a line, so that long Vietnamese titles stay readable; ``side_by_side`` share the last line.

    What cannot be carried is left out.
    """
    rows = [[button] for one in choices if (button := _button(one))]
    if last := [button for one in side_by_side if (button := _button(one))]:
        rows.append(last)
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _button(one: Choice) -> InlineKeyboardButton | None:
    if one.url and one.url.startswith("https://"):
        return InlineKeyboardButton(text=one.title, url=one.url)
    if one.data and len(one.data.encode()) <= DATA_LIMIT:
        return InlineKeyboardButton(text=one.title, callback_data=one.data)
    return None


def ask_for_contact(title: str) -> ReplyKeyboardMarkup:
    """The one button with which a telephone can be proven."""
    button = KeyboardButton(text=title, request_contact=True)
    return ReplyKeyboardMarkup(keyboard=[[button]], resize_keyboard=True, one_time_keyboard=True)


def fit(words: str) -> str:
    return words if len(words) <= TEXT_LIMIT else words[: TEXT_LIMIT - 1].rstrip() + "…"


class TelegramNotices:
    """Notices to chats that are linked to a phone or that follow a dossier."""

    name = NAME

    def __init__(self, bot: Bot, *, accounts: Accounts, refusals: Refusals, watcher: Watcher) -> None:
        self._bot, self._accounts = bot, accounts
        self._refusals, self._watcher = refusals, watcher

    async def send(self, notice: OutgoingNotice) -> Outcome:
        chat = await self._accounts.account(CHANNEL, notice.to)
        if chat is None:
            return Rejected(permanent=True, code="not_linked", about=About.PERSON)
        if await self._refusals.stands(CHANNEL, notice.to) is not None:
            return Rejected(permanent=True, code=Unreachable.BLOCKED.value, about=About.PERSON)
        words = f"{notice.title}\n\n{notice.text}" if notice.title else notice.text
        outcome = await self.say(int(chat), words)
        if isinstance(outcome, Rejected) and outcome.code == Unreachable.BLOCKED.value:
            await self._refusals.note(CHANNEL, notice.to, Unreachable.BLOCKED, None)
        return outcome

    async def say(
        self,
        chat_id: int,
        words: str,
        choices: Sequence[Choice] = (),
        *,
        side_by_side: Sequence[Choice] = (),
        markup: ReplyKeyboardMarkup | ReplyKeyboardRemove | None = None,
    ) -> Outcome:
        """One message with its buttons."""
        try:
            sent = await self._bot.send_message(
                chat_id, fit(words), reply_markup=markup or keyboard(choices, side_by_side), parse_mode=None
            )
        except TelegramAPIError as error:
            return await self._refused(error)
        except ClientDecodeError:
            return Ambiguous("unreadable")
        # The number within the chat: the chat itself is personal, and nothing is ever asked by this name.
        return Accepted(str(sent.message_id))

    async def lookup(self, reference: str) -> Lookup:
        return Lookup.CANNOT_TELL

    async def close(self) -> None:
        await self._bot.session.close()

    async def _refused(self, error: TelegramAPIError) -> Outcome:
        outcome = outcome_of(error)
        if isinstance(error, TelegramUnauthorizedError | TelegramConflictError):
            await self._watcher.alarm(self.name, Trouble.CONFIGURATION, type(error).__name__)
        return outcome


def outcome_of(error: TelegramAPIError) -> Outcome:
    """aiogram's exceptions as outcomes."""
    match error:
        case TelegramRetryAfter():
            return Rejected(permanent=False, code="retry_after", after=error.retry_after)
        case TelegramForbiddenError():
            return Rejected(permanent=True, code=Unreachable.BLOCKED.value, about=About.PERSON)
        case TelegramNotFound() | TelegramBadRequest() if "chat not found" in str(error).casefold():
            return Rejected(permanent=True, code="chat_not_found", about=About.PERSON)
        case TelegramUnauthorizedError() | TelegramConflictError():
            return Rejected(permanent=True, code=type(error).__name__)
        case TelegramNetworkError():
            if _never_connected(error):
                return Rejected(permanent=False, code="unreached")
            return Ambiguous("network")
        case TelegramServerError():
            return Ambiguous("server_error")
        case _:
            return Rejected(permanent=True, code=type(error).__name__)


def _never_connected(error: BaseException) -> bool:
    cause: Any = error.__cause__
    return isinstance(cause, aiohttp.ClientConnectorError) and not isinstance(cause, asyncio.TimeoutError)
