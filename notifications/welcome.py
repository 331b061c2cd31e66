"""The last look before a message goes: somebody may have refused, or a trial begun, since it was planned.

The planner takes back what waits when somebody refuses; this closes the moment between its reading and its
writing. Statutory notices are looked up only while a trial runs.
"""

from __future__ import annotations

from collections.abc import Callable
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
    """One for a sender. ``clock`` as the sender's own."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._guests_only = False
        self._read_at: datetime | None = None

    async def why_not(self, session: AsyncSession, message: Message) -> Reason | None:
        """Why this message must not go after all; None when it may."""
        purpose = Purpose(message.purpose)
        trial = await self._trial(session) and not (message.any_hour and message.provider == OUTBOX_FILE)
        if not trial and purpose in STATUTORY | {Purpose.ALERT}:
            return None
        standing = (await standings(session, [message.recipient_hash]))[message.recipient_hash]
        if trial and not standing.guest:
            return Reason.GUESTS_ONLY
        consent = CONSENT_OF.get(purpose)
        refused = consent is not None and purpose not in STATUTORY and standing.refused(consent)
        return Reason.OPTED_OUT if refused else None

    async def _trial(self, session: AsyncSession) -> bool:
        now = self._clock()
        if self._read_at is None or not self._read_at <= now < self._read_at + _KEEP:
            self._guests_only = await contacts.is_on(session, GUEST_LIST)
            self._read_at = now
        return self._guests_only
