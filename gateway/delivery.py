"""Waiting notices of a chat become part of its conversation when its page is there to show them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from conversations import notices
from core.database import Database, utc_now
from core.message import OutboundMessage, Outcome, Reply, Task
from notifications.chat import NOT_MINE_ACTION, chat_messages, mark_shown, say_not_mine


class ChatDelivery:
    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database, self._clock = database, clock

    async def __call__(self, channel: str, key: str) -> None:
        """Cheap when there is nothing: one read."""
        async with self._database.reading() as session:
            conversation = await notices.find(session, channel, key)
            if conversation is None:
                return
            waiting = await chat_messages(session, conversation.id, notices.shown_up_to(conversation))
        if not waiting:
            return
        async with self._database.writing() as session:
            conversation = await notices.find(session, channel, key)
            if conversation is None:
                return
            for notice in waiting:
                await notices.show(session, conversation, notice.message, notice.position)
                await mark_shown(session, notice.message.message_id or "", now=self._clock())

    async def press(self, conversation_id: str, action: str, _context: dict[str, Any]) -> Reply | None:
        """ "Không phải hồ sơ của tôi" under a notice of this conversation."""
        if not action.startswith(NOT_MINE_ACTION):
            return None
        async with self._database.writing() as session:
            stopped = await say_not_mine(
                session,
                conversation_id=conversation_id,
                message_id=action.removeprefix(NOT_MINE_ACTION),
                now=self._clock(),
            )
        text = (
            "Dạ, từ nay không gửi tin về hồ sơ đó vào đây nữa. Cơ quan sẽ xem lại số điện thoại của hồ sơ."
            if stopped
            else "Tin này không còn gắn với hồ sơ nào ở đây."
        )
        return Reply(outcome=Outcome.TASK, task=Task.DOSSIER_STATUS, messages=[OutboundMessage(text=text)])
