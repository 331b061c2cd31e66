"""Whether an answer was what was wanted: ``rate:down:<id of the answer>``, pressed or said in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import sayings, unanswered
from conversations import unanswered_repository as repository
from conversations.models import Conversation, Rating, UnansweredReason
from core.message import Button, OutboundMessage, Reply
from core.text.fold import fold

RATEABLE = "rateable"
"""In a conversation's context: the id of the message that the next words may judge."""

_PREFIX = "rate:"
_TITLES = {Rating.UP: "Đúng ý", Rating.DOWN: "Chưa đúng ý"}
_WORDS = {
    Rating.UP: {"dung y", "dung y roi", "da dung y"},
    Rating.DOWN: {"chua dung y", "khong dung y"},
}


def is_rating(action: str | None) -> bool:
    return bool(action and action.startswith(_PREFIX))


def judged(messages: Sequence[OutboundMessage]) -> str | None:
    """Id of the last message that may be judged: an answer from a record; nothing else is asked about."""
    return next((one.message_id for one in reversed(messages) if _from_record(one)), None)


def presses(turn_id: str | None) -> list[Button]:
    """The two buttons that judge a message; none without one."""
    if turn_id is None:
        return []
    return [Button(title=title, action=f"{_PREFIX}{value}:{turn_id}") for value, title in _TITLES.items()]


def _from_record(message: OutboundMessage) -> bool:
    if message.card is not None:
        return bool(message.card.basis)
    return message.text.rpartition("\n")[2].startswith("Căn cứ:")


def said(text: str, context: Mapping[str, Any]) -> str | None:
    """The action that words like "chưa đúng ý" mean right after an answer; None for anything else."""
    folded = fold(text).strip(" .!")
    value = next((value for value, words in _WORDS.items() if folded in words), None)
    return f"{_PREFIX}{value}:{context[RATEABLE]}" if value and context.get(RATEABLE) else None


async def rate(session: AsyncSession, conversation: Conversation, action: str, now: datetime) -> Reply:
    """Keep what was said of an answer; pressing again changes it. A thumb down keeps the question too.

    An officer's words can be judged as well; no editor of content can mend those, so no question is kept.
    """
    value, _, turn_id = action.removeprefix(_PREFIX).partition(":")
    answer = await repository.answer_turn(session, conversation.id, turn_id)
    if answer is None or value not in Rating:
        return sayings.nothing_to_rate()
    rating = Rating(value)
    if rating is Rating.DOWN and answer.rating != Rating.DOWN and answer.reply_to is not None:
        asked = await repository.turn(session, answer.reply_to)
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
    if rating is Rating.UP:
        return sayings.rated_up()
    return sayings.rated_down() if answer.reply_to is not None else sayings.officer_rated_down()
