"""News of dossiers in the chat: rows that the gateway reads, and what a citizen can say to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.message import Button, OutboundMessage, Speaker
from dossiers.lookup import not_mine
from notifications import ledger, repository
from notifications.ledger import EntryKind
from notifications.schemas import Channel, MessageStatus

NOT_MINE_ACTION = "not_mine:"
"""Followed by the id of the message: "Không phải hồ sơ của tôi"."""


@dataclass(frozen=True)
class ChatNotice:
    """``position`` is what to read on from."""

    position: int
    message: OutboundMessage


async def chat_messages(
    session: AsyncSession, conversation_id: str, after: int, limit: int = 20
) -> list[ChatNotice]:
    """Notices to a conversation behind a position, in order. Quiet hours do not hold them back."""
    rows = await repository.chat_after(session, conversation_id, after, limit)
    return [
        ChatNotice(
            row.position,
            OutboundMessage(
                text=row.wordings[Channel.WEB]["text"],
                buttons=[Button(title="Không phải hồ sơ của tôi", action=f"{NOT_MINE_ACTION}{row.id}")],
                speaker=Speaker.SYSTEM,
                message_id=row.id,
                sent_at=row.created_at,
            ),
        )
        for row in rows
    ]


async def latest_position(session: AsyncSession, conversation_id: str) -> int:
    """Where to read on from when the earlier notices have been shown already."""
    return await repository.chat_position(session, conversation_id)


async def mark_shown(session: AsyncSession, message_id: str, *, now: datetime) -> bool:
    """The page has shown this notice."""
    message = await repository.message_by_id(session, message_id)
    if message is None or message.conversation_id is None:
        return False
    moved = await repository.move(session, message_id, MessageStatus.DELIVERED, at=now)
    if moved:
        await ledger.append(
            session, message, EntryKind.RECEIPT, at=now, status="delivered", confidence="handset"
        )
    return moved


async def say_not_mine(
    session: AsyncSession, *, conversation_id: str, message_id: str, now: datetime
) -> bool:
    """The button under a notice: no more news of that dossier here. Only for a notice of this very chat."""
    message = await repository.message_by_id(session, message_id)
    if message is None or message.conversation_id != conversation_id or message.dossier_code is None:
        return False
    return await not_mine(
        session, conversation_id=conversation_id, dossier_code=message.dossier_code, now=now
    )
