"""An officer's words between turns, carried to the citizen on channels that do not fetch them.

What a channel refuses for good is told in the conversation, where the officer reads it. What may go later is
tried again after a growing pause, and nobody else waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from conversations import notices, repository
from conversations.models import Turn
from core.database import Database, new_id, utc_now
from core.message import Button, OutboundMessage, Speaker
from gateway.channels.conversing import Answer, spoken
from gateway.channels.inbox import TryLater
from people import chat_accounts
from people.chat_accounts import ChatAccount

log = structlog.get_logger()

Send = Callable[[str, Answer], Awaitable[bool]]
"""Whether it left, or may have; False when the channel will never take it."""
Address = Callable[[str, str], Awaitable[str | None]]
"""The whole address of a page of ours for one conversation; None when it leads nowhere any more."""

NOT_TAKEN = (
    "Lời trên chưa tới được người dân: {channel} không nhận (quá hạn trả lời, hoặc người dân đã chặn). "
    "Gọi điện cho người dân, hoặc chờ người dân nhắn lại."
)
SURVEY_PATH = "/k/tro-chuyen"
"""From a chat to the question about it. The words of the chat hold no link to anybody's answer: an officer
reads them. The web's page knows its browser; elsewhere the link is made when it is sent."""
_NAMES = {"zalo": "Zalo", "telegram": "Telegram", "sms": "tin nhắn SMS"}
_PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600))


class Push:
    """``senders`` by channel. Sends at least once: a death between sending and noting repeats one message.

    ``address``: where a button of ours leads from another channel than the web.
    """

    def __init__(
        self,
        database: Database,
        *,
        address: Address | None = None,
        poll_seconds: float = 1.0,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._poll, self._clock = database, poll_seconds, clock
        self._address = address
        self.senders: dict[str, Send] = {}
        self._later: dict[str, tuple[int, datetime]] = {}

    async def run(self) -> None:
        while True:
            try:
                await self.tick()
            except Exception as error:
                log.error("push_failed", exc_info=error)
            await asyncio.sleep(self._poll)

    async def tick(self) -> int:
        """Carry what waits; how many messages there were."""
        if not self.senders:
            return 0
        now = self._clock()
        resting = [account for account, (_, until) in self._later.items() if until > now]
        async with self._database.reading() as session:
            accounts = await repository.accounts_with_words_waiting(
                session, list(self.senders), limit=50, without=resting
            )
        return sum([await self._try(account) for account in accounts])

    async def _try(self, account: ChatAccount) -> int:
        try:
            carried = await self._push(account)
        except Exception as error:
            times, _ = self._later.get(account.id, (0, None))
            pause = _PAUSES[min(times, len(_PAUSES) - 1)]
            self._later[account.id] = (times + 1, self._clock() + pause)
            if not isinstance(error, TryLater):
                log.error("push_failed", channel=account.channel, exc_info=error)
            return 0
        self._later.pop(account.id, None)
        return carried

    async def _push(self, account: ChatAccount) -> int:
        assert account.conversation_id is not None  # noqa: S101 - joined by it
        async with self._database.reading() as session:
            turns = await repository.spoken_between(session, account.conversation_id, account.pushed)
        for turn in turns:
            answer = None if _for_the_officer(turn) else await self._answer(account.conversation_id, turn)
            if answer is not None and not await self.senders[account.channel](account.account, answer):
                log.warning("words_not_taken", channel=account.channel, conversation=account.conversation_id)
                await self._tell_officer(account.conversation_id, account.channel)
            async with self._database.writing() as session:
                await chat_accounts.mark_pushed(session, account.id, turn.number)
        return len(turns)

    async def _answer(self, conversation_id: str, turn: Turn) -> Answer | None:
        """What is said; None when it was an invitation to a page that is gone."""
        message = OutboundMessage.model_validate(turn.message) if turn.message else None
        if message is None:
            return Answer(turn.text)
        buttons: list[Button] = []
        for one in message.buttons:
            if one.url is None or not one.url.startswith("/"):
                buttons.append(one)
            elif self._address and (whole := await self._address(conversation_id, one.url)):
                buttons.append(one.model_copy(update={"url": whole}))
        if message.buttons and not buttons:
            return None
        survey = any(one.url == SURVEY_PATH for one in message.buttons)
        return Answer(spoken(message), own=buttons, asks_opinion=survey)

    async def _tell_officer(self, conversation_id: str, channel: str) -> None:
        now = self._clock()
        told = OutboundMessage(
            text=NOT_TAKEN.format(channel=_NAMES.get(channel, channel)),
            speaker=Speaker.SYSTEM,
            speaker_name=_TO_OFFICER,
            message_id=new_id(),
            sent_at=now,
        )
        async with self._database.writing() as session:
            await notices.tell(session, conversation_id, told, at=now)


_TO_OFFICER = "Báo cán bộ"


def _for_the_officer(turn: Turn) -> bool:
    return turn.message is not None and turn.message.get("speaker_name") == _TO_OFFICER
