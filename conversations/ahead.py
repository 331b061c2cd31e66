"""Questions read ahead: which procedure one is about is looked up while it is stored and classified.

Nothing depends on it: an action that finds nothing read looks it up itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping

import aiohttp

from conversations.intake import clean
from core.text.openings import open_up

_TIMEOUT = aiohttp.ClientTimeout(total=5)
# A message with a long number is about a dossier, or it is a secret code.
_LONG_NUMBER = re.compile(r"\d{4}")


class ReadAhead:
    """Tells the actions of questions. Without their address it tells nobody."""

    def __init__(
        self, actions_url: str | None, *, limit: int, headers: Mapping[str, str] | None = None
    ) -> None:
        """``limit``: so many characters of a message are read, as in its turn. ``headers``: of every call."""
        self._url = f"{actions_url.rstrip('/')}/heard" if actions_url else None
        self._limit, self._headers = limit, headers
        self._telling: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def tell(self, typed: str) -> None:
        """Returns at once."""
        cleaned = clean(typed, limit=self._limit)
        if self._url is None or cleaned.unusable or _LONG_NUMBER.search(typed):
            return
        task = asyncio.create_task(self._tell(self._url, open_up(cleaned.text).rest))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, url: str, message: str) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT, headers=self._headers)
        with contextlib.suppress(aiohttp.ClientError, TimeoutError):
            async with self._session.post(url, json={"text": message}):
                pass

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
