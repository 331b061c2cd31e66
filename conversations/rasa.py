"""The client of the Rasa server, which listens on the loopback only.

A broken component answers 200 with an empty list: an empty reply is a failure here, not silence.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import aiohttp
from pydantic import ValidationError

from core.message import Reply
from core.text.openings import open_up

SECRET_REFUSED = "secret_refused"  # noqa: S105 - a reason, which the runbook explains
_AWAY_SECONDS = 5.0


class AssistantUnavailable(Exception):
    """The assistant gave no usable reply; ``reason`` holds no word of the citizen."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Assistant(Protocol):
    """Whoever turns a citizen's message into a reply."""

    async def reply(
        self, *, conversation_id: str, text: str, action: str | None, context: dict[str, Any]
    ) -> Reply:
        """One turn. Raises ``AssistantUnavailable``."""


class RasaAssistant:
    """Speaks Rasa's REST channel; the reply is the ``reply`` of the action's custom JSON.

    ``urls``: the servers, one or several (``servers_of``). A conversation goes to the same one as long as it
    answers its door: Rasa remembers which form is open. Where nobody opens, the next one takes the turn.
    ``headers``: with which every call proves itself.
    """

    def __init__(
        self,
        urls: str | Sequence[str],
        *,
        timeout_seconds: float,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self._servers = servers_of(urls) if isinstance(urls, str) else tuple(urls)
        self._away: dict[str, float] = {}
        self._headers = headers
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._session: aiohttp.ClientSession | None = None

    async def reply(
        self, *, conversation_id: str, text: str, action: str | None, context: dict[str, Any]
    ) -> Reply:
        metadata: dict[str, Any] = {"context": context, "conversation": conversation_id}
        message = f"/press_button{json.dumps({'action': action})}" if action else text
        if not action:  # what ties a message to the one before misleads the classifier and goes beside it
            opened = open_up(text)
            message = opened.rest
            metadata |= {
                "said": text,
                "correction": opened.correction,
                "instead_of": opened.instead_of,
                "fresh": opened.fresh,
            }
        body = {"sender": conversation_id, "message": message, "metadata": metadata}
        items = await self._ask(conversation_id, body)
        replies = [item["custom"]["reply"] for item in items if "reply" in (item.get("custom") or {})]
        if not replies:
            raise AssistantUnavailable("empty_reply")
        try:
            return Reply.model_validate(replies[-1])
        except ValidationError:
            raise AssistantUnavailable("malformed_reply") from None

    async def _ask(self, conversation_id: str, body: dict[str, Any]) -> list[dict[str, Any]]:
        """A turn that began is never begun again elsewhere: only a door that does not open is passed by."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout, headers=self._headers)
        reason = "no_server"
        for server in self._in_turn(conversation_id):
            try:
                async with self._session.post(f"{server}/webhooks/rest/webhook", json=body) as response:
                    if response.status == 401:
                        raise AssistantUnavailable(SECRET_REFUSED)
                    if response.status != 200:
                        raise AssistantUnavailable(f"http_{response.status}")
                    self._away.pop(server, None)
                    items: list[dict[str, Any]] = await response.json(content_type=None)
                    return items
            except aiohttp.ClientConnectorError as error:
                self._away[server] = time.monotonic() + _AWAY_SECONDS
                reason = type(error).__name__
            except (aiohttp.ClientError, TimeoutError, ValueError) as error:
                raise AssistantUnavailable(type(error).__name__) from None
        raise AssistantUnavailable(reason)

    def _in_turn(self, conversation_id: str) -> list[str]:
        """The conversation's own server first; those that were away a moment ago last."""
        now = time.monotonic()
        ranked = ranking(self._servers, conversation_id)
        return sorted(ranked, key=lambda server: self._away.get(server, 0.0) > now)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def servers_of(addresses: str) -> tuple[str, ...]:
    """Addresses as they stand in a setting, parted by commas or blanks."""
    return tuple(one.rstrip("/") for one in addresses.replace(",", " ").split())


def ranking(servers: Sequence[str], conversation_id: str) -> list[str]:
    """The same order on every machine; when a server is added or gone, only its own conversations move."""

    def weight(server: str) -> bytes:
        return hashlib.sha256(f"{server}\0{conversation_id}".encode()).digest()

    return sorted(servers, key=weight, reverse=True)
