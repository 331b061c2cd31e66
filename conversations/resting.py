"""Talks that have come to rest: answered, and nobody has said anything for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.models import Conversation, Direction, Handover, HandoverStatus, Owner, Turn
from core.message import Outcome

_ONE_TALK = timedelta(hours=2)
"""What lies further back than this belongs to an earlier talk."""


@dataclass(frozen=True)
class Resting:
    """``ward``: code of the unit it was with, as far as that is known; ``codes``: procedures told about."""

    conversation_id: str
    last_turn_at: datetime
    ward: str | None
    codes: frozenset[str]


async def at_rest(session: AsyncSession, channel: str, *, since: datetime, until: datetime) -> list[Resting]:
    """Talks on a channel whose last word fell between two moments, and that gave an answer or an officer."""
    talk = Turn.conversation_id == Conversation.id
    answered = exists().where(
        talk, Turn.direction == Direction.OUT, Turn.outcome == Outcome.ANSWER, Turn.at > since - _ONE_TALK
    )
    closed = exists().where(
        Handover.conversation_id == Conversation.id,
        Handover.status == HandoverStatus.CLOSED,
        Handover.closed_at > since - _ONE_TALK,
    )
    query = select(Conversation).where(
        Conversation.channel == channel,
        Conversation.owner == Owner.BOT,
        Conversation.last_turn_at > since,
        Conversation.last_turn_at <= until,
        or_(answered, closed),
    )
    found = []
    for one in await session.scalars(query.order_by(Conversation.id)):
        codes = await session.scalars(
            select(Turn.code).where(
                Turn.conversation_id == one.id, Turn.code.is_not(None), Turn.at > since - _ONE_TALK
            )
        )
        ward = one.context.get("ward")
        found.append(
            Resting(
                one.id,
                one.last_turn_at,
                str(ward) if ward else None,
                frozenset(code for code in codes if code),
            )
        )
    return found
