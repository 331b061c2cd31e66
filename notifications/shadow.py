"""What would have been sent while the product ran in shadow, and what it held back for other reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from notifications.models import Message
from notifications.schemas import Reason

Kind = tuple[str, str]
"""Event and channel."""


@dataclass(frozen=True)
class Count:
    messages: int = 0
    cost: int = 0


@dataclass(frozen=True)
class Shadow:
    """``would``: what would have gone, on its first rung; ``held``: not sent anyway, by reason."""

    would: Mapping[Kind, Count] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    really_sent: int = 0
    """Must be none while everything ran in shadow."""


async def shadow(session: AsyncSession, start: datetime, end: datetime) -> Shadow:
    """Of messages written in a stretch of time."""
    written = (Message.created_at >= start, Message.created_at < end)
    query = select(Message.event_type, Message.channel, Message.reason, Message.wordings).where(*written)
    would: dict[Kind, Count] = {}
    held: dict[str, int] = {}
    for kind, channel, reason, wordings in await session.execute(query):
        if reason == Reason.SHADOW:
            known = would.get((kind, channel), Count())
            cost = int((wordings.get(channel) or {}).get("cost", 0))
            would[kind, channel] = Count(known.messages + 1, known.cost + cost)
        elif reason is not None:
            held[reason] = held.get(reason, 0) + 1
    sent = select(func.count()).where(*written, Message.attempts > 0)
    return Shadow(would, held, await session.scalar(sent) or 0)
