"""What this room holds about one citizen. All SQL about that stands here.

When the person goes, the proof stays: that a notice was given, when, by which way and with which receipt, in
a ledger whose chain still holds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from notifications import ways
from notifications.desk_models import CampaignRecipient, UnitTask
from notifications.models import Message
from notifications.schemas import MessageStatus, Reason

SHOWN = "đã xóa"
"""What stands in the place of the recipient."""


async def held(session: AsyncSession, contact_hash: str) -> dict[str, Any]:
    rows = await session.scalars(
        select(Message).where(Message.recipient_hash == contact_hash).order_by(Message.position)
    )
    return {
        "messages": [
            {
                "dossier_code": one.dossier_code,
                "purpose": one.purpose,
                "channel": one.channel,
                "status": one.status,
                "text": (one.wordings.get(one.channel) or {}).get("text"),
                "at": one.created_at,
                "settled_at": one.settled_at,
            }
            for one in rows
        ]
    }


async def erase(
    session: AsyncSession, contact_hash: str, *, keep_codes: Collection[str], now: datetime
) -> dict[str, int]:
    """Messages lose their person, apart from those about ``keep_codes``; what waits is called off first."""
    query = select(Message).where(Message.recipient_hash == contact_hash)
    if keep_codes:
        query = query.where(or_(Message.dossier_code.is_(None), Message.dossier_code.not_in(keep_codes)))
    rows = (await session.scalars(query)).all()
    for message in rows:
        if message.status == MessageStatus.PLANNED:
            await ways.end(session, message, to=MessageStatus.CANCELLED, reason=Reason.CALLED_OFF, now=now)
    await _without_person(session, rows)
    await session.execute(delete(CampaignRecipient).where(CampaignRecipient.contact_hash == contact_hash))
    return {"messages": len(rows)}


async def forget_old(session: AsyncSession, before: datetime, limit: int) -> int:
    """Take words and person off messages that were written before a day; how many there were."""
    query = select(Message).where(
        Message.created_at < before,
        Message.recipient_shown != SHOWN,
        Message.status.not_in((MessageStatus.PLANNED, MessageStatus.UNCERTAIN)),
    )
    rows = (await session.scalars(query.order_by(Message.position).limit(limit))).all()
    await _without_person(session, rows)
    return len(rows)


async def touched(session: AsyncSession, start: datetime, end: datetime) -> Sequence[Message]:
    """Messages that were written, sent or received in a stretch of time and still name somebody."""
    query = select(Message).where(
        Message.recipient_shown != SHOWN,
        or_(
            (Message.created_at >= start) & (Message.created_at < end),
            (Message.settled_at >= start) & (Message.settled_at < end),
        ),
    )
    return (await session.scalars(query.order_by(Message.position))).all()


async def _without_person(session: AsyncSession, rows: Sequence[Message]) -> None:
    for message in rows:
        await session.execute(
            update(Message)
            .where(Message.id == message.id)
            .values(
                phone=None,
                email=None,
                wordings={},
                recipient_hash=keyed_hash(message.id, "erased"),
                recipient_shown=SHOWN,
                conversation_id=None,
                text_hash=None,
                verification_code=None,
            )
        )
    ids = [message.id for message in rows]
    await session.execute(update(UnitTask).where(UnitTask.message_id.in_(ids)).values(note=None))
