"""A trial with a list of guests: looked up once more before a message goes, for it may have begun since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from notifications.ladder import OUTBOX_FILE
from notifications.models import Message
from notifications.schemas import Reason
from people import contact_repository as contacts
from people.consents import GUEST_LIST

_KEEP = timedelta(seconds=2)


class Welcome:
    """One for a sender."""

    def __init__(self) -> None:
        self._guests_only = False
        self._read_at: datetime | None = None

    async def unwelcome(
        self, session: AsyncSession, messages: Sequence[Message], *, now: datetime
    ) -> dict[str, Reason]:
        """By id, why a message must not go after all; the others may."""
        if not await self._trial(session, now):
            return {}
        asked = [one for one in messages if not _stays_here(one)]
        guests = await contacts.guests_among(session, sorted({one.recipient_hash for one in asked}))
        return {one.id: Reason.GUESTS_ONLY for one in asked if one.recipient_hash not in guests}

    async def _trial(self, session: AsyncSession, now: datetime) -> bool:
        if self._read_at is None or not self._read_at <= now < self._read_at + _KEEP:
            self._guests_only = await contacts.is_on(session, GUEST_LIST)
            self._read_at = now
        return self._guests_only


def _stays_here(message: Message) -> bool:
    """A file about a sample disturbs nobody."""
    return message.any_hour and message.provider == OUTBOX_FILE
