"""A provider over HTTP as benchmarks and tests need one: JSON in, JSON out, every answer that can be given.

``POST {base}/send`` takes ``{"reference", "channel", "to", "text"}``; ``GET {base}/messages/{reference}``
says whether a message was taken. The server is ``gateway.bench.stub``.
"""

from __future__ import annotations

import aiohttp

from wire.provider import Accepted, Ambiguous, Lookup, Outcome, OutgoingNotice, Rejected

_BUSY = {429, 503}
_TAKEN_BEFORE = 409


class HttpStub:
    """``can_be_asked``: what the server was told about looking up; ``refuses``: about second copies."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        *,
        name: str = "stub",
        can_be_asked: bool = True,
        refuses: bool = False,
    ) -> None:
        self.name = name
        self.can_be_settled = can_be_asked or refuses
        self._session = session
        self._base = base_url.rstrip("/")
        self._can_be_asked, self._refuses = can_be_asked, refuses

    async def send(self, notice: OutgoingNotice) -> Outcome:
        body = {
            "reference": notice.reference,
            "channel": notice.channel,
            "to": notice.to,
            "text": notice.text,
        }
        try:
            async with self._session.post(f"{self._base}/send", json=body) as answer:
                if answer.status == 200:
                    return Accepted((await answer.json())["id"])
                if answer.status == _TAKEN_BEFORE:
                    return Accepted()
                if answer.status in _BUSY:
                    return Rejected(permanent=False, code=str(answer.status))
                if answer.status < 500:
                    return Rejected(permanent=True, code=str(answer.status))
                return Ambiguous(str(answer.status))
        except aiohttp.ClientConnectorError as error:  # nothing was handed over
            return Rejected(permanent=False, code=type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError) as error:
            return Ambiguous(type(error).__name__)

    async def lookup(self, reference: str) -> Lookup:
        """Where a second copy is refused, "not taken" means: hand it over again."""
        if not self._can_be_asked:
            return Lookup.NOT_TAKEN if self._refuses else Lookup.CANNOT_TELL
        async with self._session.get(f"{self._base}/messages/{reference}") as answer:
            if answer.status == 200:
                return Lookup.TAKEN
            return Lookup.NOT_TAKEN if answer.status == 404 else Lookup.CANNOT_TELL
