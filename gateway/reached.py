"""Tells the feedback room which invitations came to a handset: only the notices know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, text, update

from core.among import among
from core.database import Database, utc_now
from feedback.models import SurveyInvitation
from feedback.span import Slice
from feedback.tally_repository import touch
from notifications.models import Message
from notifications.schemas import MessageStatus

_OVERLAP = timedelta(hours=1)
"""Other machines' clocks differ, and a transaction takes its time."""
_AT_ONCE = 500


class Reached:
    """For the worker. Reads what arrived since it looked last; at the first time everything."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database, self._clock = database, clock
        self._looked_at: datetime | None = None

    async def note(self) -> int:
        """Mark the invitations whose message was delivered since; how many.

        Only that it arrived is noted, not when nor where.
        """
        now = self._clock()
        found = await self._arrived()
        for first in range(0, len(found), _AT_ONCE):
            await self._mark(found[first : first + _AT_ONCE])
        self._looked_at = now
        return len(found)

    async def _arrived(self) -> Sequence[str]:
        query = (
            select(SurveyInvitation.id)
            .join(Message, Message.link_ref == SurveyInvitation.id)
            .where(
                # Written out, not as a parameter: only so may a database use the small index over them.
                text("message.purpose = 'survey'"),
                Message.link_ref.is_not(None),
                Message.status.in_((MessageStatus.DELIVERED, MessageStatus.READ)),
                ~SurveyInvitation.reached,
            )
            .distinct()
        )
        if self._looked_at is not None:
            query = query.where(Message.settled_at > self._looked_at - _OVERLAP)
        async with self._database.reading() as session:
            return list(await session.scalars(query))

    async def _mark(self, invitations: Sequence[str]) -> None:
        async with self._database.writing() as session:
            marked = await session.execute(
                update(SurveyInvitation)
                .where(~SurveyInvitation.reached, among(SurveyInvitation.id, invitations))
                .values(reached=True)
                .returning(SurveyInvitation.closed_month, SurveyInvitation.closed_half)
            )
            await touch(session, {Slice(month, half) for month, half in marked})
