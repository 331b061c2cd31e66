"""A thumb up or down under one answer: ``rate:down:<id of the answer>``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import sayings, unanswered
from conversations import unanswered_repository as repository
from conversations.models import Conversation, Rating, UnansweredReason
from core.message import Reply

_PREFIX = "rate:"


def is_rating(action: str | None) -> bool:
    return bool(action and action.startswith(_PREFIX))


async def rate(session: AsyncSession, conversation: Conversation, action: str, now: datetime) -> Reply:
    """Keep what was said of an answer; pressing again changes it. A thumb down keeps the question too."""
    value, _, turn_id = action.removeprefix(_PREFIX).partition(":")
    answer = await repository.answer_turn(session, conversation.id, turn_id)
    if answer is None or value not in Rating:
        return sayings.nothing_to_rate()
    rating = Rating(value)
    if rating is Rating.DOWN and answer.rating != Rating.DOWN:
        asked = await repository.turn(session, answer.reply_to or "")
        before = await repository.said_before(session, conversation.id, asked.id, 3) if asked else []
        await unanswered.keep(
            session,
            conversation,
            UnansweredReason.THUMBS_DOWN,
            asked.text if asked and asked.text else answer.text,
            {**conversation.context, "about": {"candidates": [answer.code] if answer.code else []}},
            before=before,
            now=now,
        )
    answer.rating = rating
    return sayings.rated_down() if rating is Rating.DOWN else sayings.rated_up()
