"""Which Rasa server takes a turn: a conversation's own as long as it answers, else the next one.

A server found away is asked about by a task of its own until it is back: no citizen waits to find that out.
Where none is there, a turn waits for one that answered before and went a moment ago.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Collection, Sequence

_KNOCK_SECONDS = 0.5


def servers_of(addresses: str) -> tuple[str, ...]:
    """Addresses as they stand in a setting, parted by commas or blanks."""
    return tuple(one.rstrip("/") for one in addresses.replace(",", " ").split())


def ranking(servers: Sequence[str], conversation_id: str) -> list[str]:
    """The same order on every machine; when a server is added or gone, only its own conversations move."""

    def weight(server: str) -> bytes:
        return hashlib.sha256(f"{server}\0{conversation_id}".encode()).digest()

    return sorted(servers, key=weight, reverse=True)


class Servers:
    """``knock``: whether a server answers its door. ``patience``: seconds after a server went for which it is
    waited for; times are those of ``time.monotonic``.
    """

    def __init__(
        self, addresses: Sequence[str], knock: Callable[[str], Awaitable[bool]], *, patience: float
    ) -> None:
        self._all, self._knock, self._patience = tuple(addresses), knock, patience
        self._answered: set[str] = set()
        self._gone: dict[str, float] = {}
        self._watches: dict[str, asyncio.Task[None]] = {}
        self._back = asyncio.Event()

    def present(self, *, but: Collection[str] = ()) -> list[str]:
        return [one for one in self._all if one not in self._gone and one not in but]

    async def choose(
        self, conversation_id: str, *, but: Collection[str] = (), last: str | None = None, until: float
    ) -> str | None:
        """The first one that is there, or comes back by ``until`` and before ``patience`` is over; ``last``
        only where no other one is.
        """
        while True:
            if there := ranking(self.present(but=but), conversation_id):
                return next((one for one in there if one != last), there[0])
            awaited = [
                since + self._patience
                for one, since in self._gone.items()
                if one in self._answered and one not in but
            ]
            seconds = min(until, max(awaited, default=0.0)) - time.monotonic()
            if seconds <= 0:
                return None
            try:
                await asyncio.wait_for(self._back.wait(), seconds)
            except TimeoutError:
                continue

    def answered(self, server: str) -> None:
        self._answered.add(server)

    def went(self, server: str) -> None:
        """It does not answer: nobody is sent there until it does again."""
        if server not in self._gone:
            self._gone[server] = time.monotonic()
            self._watches[server] = asyncio.create_task(self._watch(server))

    async def _watch(self, server: str) -> None:
        while not await self._knock(server):
            await asyncio.sleep(_KNOCK_SECONDS)
        del self._gone[server], self._watches[server]
        self._answered.add(server)
        self._back.set()
        self._back = asyncio.Event()

    async def close(self) -> None:
        watches = list(self._watches.values())
        for one in watches:
            one.cancel()
        await asyncio.gather(*watches, return_exceptions=True)
