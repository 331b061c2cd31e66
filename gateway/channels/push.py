"""An officer's words between turns, carried to the citizen on channels that do not fetch them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from conversations import repository
from core.database import Database
from core.message import OutboundMessage
from gateway.channels.conversing import Answer, spoken
from people import chat_accounts
from people.chat_accounts import ChatAccount

log = structlog.get_logger()

Send = Callable[[str, Answer], Awaitable[object]]


class Push:
    """``senders`` by channel. Sends at least once: a death between sending and noting repeats one message."""

    def __init__(self, database: Database, *, poll_seconds: float = 1.0) -> None:
        self._database, self._poll = database, poll_seconds
        self.senders: dict[str, Send] = {}

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
        async with self._database.reading() as session:
            accounts = await repository.accounts_with_words_waiting(session, list(self.senders), limit=50)
        return sum([await self._push(account) for account in accounts])

    async def _push(self, account: ChatAccount) -> int:
        assert account.conversation_id is not None  # noqa: S101 - joined by it
        async with self._database.reading() as session:
            turns = await repository.spoken_between(session, account.conversation_id, account.pushed)
        for turn in turns:
            message = OutboundMessage.model_validate(turn.message) if turn.message else None
            words = spoken(message) if message else turn.text
            await self.senders[account.channel](
                account.account, Answer(words, own=message.buttons if message else [])
            )
            async with self._database.writing() as session:
                await chat_accounts.mark_pushed(session, account.id, turn.number)
        return len(turns)
