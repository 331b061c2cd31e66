"""The last look before a message goes: somebody may have refused, or a trial begun, since it was planned.

The planner takes back what waits when somebody refuses; this closes the moment between its reading and its
writing. Statutory notices are looked up only while a trial runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from notifications.gate import CONSENT_OF
from notifications.ladder import OUTBOX_FILE
from notifications.models import Message
from notifications.schemas import STATUTORY, Purpose, Reason
from people import contact_repository as contacts
from people.consents import GUEST_LIST, standings

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
        trial = await self._trial(session, now)
        asked = [one for one in messages if (trial and not _stays_here(one)) or _needs_leave(one)]
        if not asked:
            return {}
        said = await standings(session, {one.recipient_hash for one in asked})
        found: dict[str, Reason] = {}
        for message in asked:
            standing = said[message.recipient_hash]
            if trial and not _stays_here(message) and not standing.guest:
                found[message.id] = Reason.GUESTS_ONLY
            elif _needs_leave(message) and standing.refused(CONSENT_OF[Purpose(message.purpose)]):
                found[message.id] = Reason.OPTED_OUT
        return found

    async def _trial(self, session: AsyncSession, now: datetime) -> bool:
        if self._read_at is None or not self._read_at <= now < self._read_at + _KEEP:
            self._guests_only = await contacts.is_on(session, GUEST_LIST)
            self._read_at = now
        return self._guests_only


def _needs_leave(message: Message) -> bool:
    purpose = Purpose(message.purpose)
    return purpose in CONSENT_OF and purpose not in STATUTORY


def _stays_here(message: Message) -> bool:
    """A file about a sample disturbs nobody."""
    return message.any_hour and message.provider == OUTBOX_FILE
