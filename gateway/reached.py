"""Tells the feedback room which invitations came to a handset: only the notices know."""

from __future__ import annotations

from sqlalchemy import select, update

from core.database import Database
from feedback.models import SurveyInvitation
from feedback.span import Slice
from feedback.tally_repository import touch
from notifications.models import Message
from notifications.schemas import MessageStatus, Purpose


async def note_reached(database: Database) -> int:
    """Mark the invitations whose message was delivered since; how many. For the worker.

    Only that it arrived is noted, not when nor where.
    """
    arrived = select(Message.link_ref).where(
        Message.purpose == Purpose.SURVEY,
        Message.link_ref.is_not(None),
        Message.status.in_((MessageStatus.DELIVERED, MessageStatus.READ)),
    )
    async with database.writing() as session:
        marked = await session.execute(
            update(SurveyInvitation)
            .where(~SurveyInvitation.reached, SurveyInvitation.id.in_(arrived))
            .values(reached=True)
            .returning(SurveyInvitation.closed_month, SurveyInvitation.closed_half)
        )
        halves = [Slice(month, half) for month, half in marked]
        await touch(session, set(halves))
        return len(halves)
