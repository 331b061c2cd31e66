"""News that come between turns, kept in the conversation in the order in which they were shown."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository
from conversations.models import Conversation, Direction, Turn
from core.crypto import keyed_hash
from core.message import OutboundMessage

_POSITION = "notice_position"


async def find(session: AsyncSession, channel: str, key: str) -> Conversation | None:
    """The conversation of a channel's key, if anything was ever said in it."""
    return await repository.conversation_by_key(session, channel, keyed_hash(key, f"conversation:{channel}"))


async def open_for(session: AsyncSession, channel: str, key: str) -> Conversation:
    """The conversation of a channel's key, made if nothing was ever said in it."""
    return await find(session, channel, key) or await repository.add_conversation(
        session, channel, keyed_hash(key, f"conversation:{channel}")
    )


def shown_up_to(conversation: Conversation) -> int:
    return int(conversation.context.get(_POSITION, 0))


async def show(
    session: AsyncSession, conversation: Conversation, message: OutboundMessage, position: int
) -> None:
    """Put a notice into the conversation once, and remember how far notices were shown."""
    assert message.message_id is not None, "a notice has an id"  # noqa: S101
    if not await repository.turn_number(session, conversation.id, message.message_id):
        await repository.add_turn(
            session,
            Turn(
                id=message.message_id,
                conversation_id=conversation.id,
                direction=Direction.OUT,
                text=message.text,
                message=message.model_dump(mode="json"),
                correlation_id=message.message_id,
            ),
        )
    conversation.context = {**conversation.context, _POSITION: position}


async def tell(
    session: AsyncSession, conversation_id: str, message: OutboundMessage, *, at: datetime
) -> None:
    """Say something in a conversation that is no answer to a turn; channels carry it to where it is read."""
    assert message.message_id is not None, "what is told has an id"  # noqa: S101
    await repository.add_turn(
        session,
        Turn(
            id=message.message_id,
            conversation_id=conversation_id,
            direction=Direction.OUT,
            text=message.text,
            message=message.model_dump(mode="json"),
            correlation_id=message.message_id,
            at=at,
        ),
    )
