"""The client of the Rasa server, which listens on the loopback only.

A broken component answers 200 with an empty list: an empty reply is a failure here, not silence.
"""

from __future__ import annotations

import json
from typing import Any, Protocol

import aiohttp
from pydantic import ValidationError

from core.message import Reply
from core.text.openings import open_up


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
    """Speaks Rasa's REST channel; the reply is the ``reply`` of the action's custom JSON."""

    def __init__(self, url: str, *, timeout_seconds: float) -> None:
        self._url = f"{url.rstrip('/')}/webhooks/rest/webhook"
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
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            async with self._session.post(self._url, json=body) as response:
                if response.status != 200:
                    raise AssistantUnavailable(f"http_{response.status}")
                items: list[dict[str, Any]] = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise AssistantUnavailable(type(error).__name__) from None
        replies = [item["custom"]["reply"] for item in items if "reply" in (item.get("custom") or {})]
        if not replies:
            raise AssistantUnavailable("empty_reply")
        try:
            return Reply.model_validate(replies[-1])
        except ValidationError:
            raise AssistantUnavailable("malformed_reply") from None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
