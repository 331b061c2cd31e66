"""Whether a provider's receipts reach us at all.

A receipt that does not come says something about a message only where other receipts come. When a webhook is
not registered, or breaks, every message would look lost, and every citizen would be told twice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from notifications import trail_repository

IN_A_ROW = 10
"""So many of the newest messages without a single receipt are no chance: even a channel that reaches only
every second telephone within its time does this once in a thousand."""
_KEEP = timedelta(seconds=30)


class Hearing:
    """One for a sender. ``within``: by provider, how long a receipt may take."""

    def __init__(self, within: Mapping[str, timedelta]) -> None:
        self._within = within
        self._known: dict[str, tuple[datetime, bool]] = {}

    async def deaf(self, session: AsyncSession, providers: Collection[str], *, now: datetime) -> set[str]:
        """Those of them of which nothing was heard although it was time."""
        return {name for name in providers if await self._is_deaf(session, name, now)}

    async def _is_deaf(self, session: AsyncSession, provider: str, now: datetime) -> bool:
        known = self._known.get(provider)
        if known is not None and known[0] <= now < known[0] + _KEEP:
            return known[1]
        asked, heard = await trail_repository.heard_lately(
            session, provider, before=now - self._within.get(provider, timedelta()), limit=IN_A_ROW
        )
        deaf = asked >= IN_A_ROW and heard == 0
        self._known[provider] = (now, deaf)
        return deaf
