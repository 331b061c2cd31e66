"""The client of the Rasa server, which listens on the loopback only.

A broken component answers 200 with an empty list: an empty reply is a failure here, not silence.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import aiohttp
from pydantic import ValidationError

from conversations.servers import Servers, servers_of
from conversations.tries import Tries
from core import metrics
from core.message import Reply
from core.text.openings import open_up

SECRET_REFUSED = "secret_refused"  # noqa: S105 - a reason, which the runbook explains
_FIRST_SHARE = 0.6
"""Of a turn's time, for a server that may hang while another one is there; the other gets the rest."""
_KNOCK_TIMEOUT = aiohttp.ClientTimeout(total=2)


class AssistantUnavailable(Exception):
    """The assistant gave no usable reply; ``reason`` holds no word of the citizen."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Assistant(Protocol):
    """Whoever turns a citizen's message into a reply."""

    async def reply(
        self,
        *,
        conversation_id: str,
        text: str,
        action: str | None,
        context: dict[str, Any],
        tries: Tries | None = None,
    ) -> Reply:
        """One turn; ``tries``: by which it may be begun again. Raises ``AssistantUnavailable``."""


class _ClosedDoor(Exception):
    """Nobody opened: the turn has not begun."""


class _CutShort(Exception):
    """The turn had begun. ``gone``: the server itself has died or hangs."""

    def __init__(self, reason: str, *, gone: bool) -> None:
        super().__init__(reason)
        self.reason, self.gone = reason, gone


class RasaAssistant:
    """Speaks Rasa's REST channel; the reply is the ``reply`` of the action's custom JSON.

    ``urls``: the servers, one or several (``servers_of``). A conversation goes to the same one as long as it
    answers. A door that does not open is passed by; a turn that began and was cut short is begun once more,
    at another server or at the same one when it is back, and not a third time: it may be what kills them.
    ``timeout_seconds``: for both together. ``headers``: with which every call proves itself.
    """

    def __init__(
        self,
        urls: str | Sequence[str],
        *,
        timeout_seconds: float,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        addresses = servers_of(urls) if isinstance(urls, str) else tuple(urls)
        self._servers = Servers(addresses, self._knock, patience=timeout_seconds)
        self._headers = headers
        self._seconds = timeout_seconds
        self._session: aiohttp.ClientSession | None = None

    async def reply(
        self,
        *,
        conversation_id: str,
        text: str,
        action: str | None,
        context: dict[str, Any],
        tries: Tries | None = None,
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
        return await self._ask(conversation_id, body, tries)

    async def _ask(self, conversation_id: str, body: dict[str, Any], tries: Tries | None) -> Reply:
        until = time.monotonic() + self._seconds
        passed: set[str] = set()
        reason, second = "no_server", False
        server: str | None = None
        while server := await self._servers.choose(conversation_id, but=passed, last=server, until=until):
            if tries is not None:
                body["metadata"] |= {"turn": tries.turn_id, "try": tries.name}
            share = until - time.monotonic()
            if tries is not None and not second and len(self._servers.present(but=passed)) > 1:
                share *= _FIRST_SHARE
            try:
                reply = await self._try(server, body, share)
            except _ClosedDoor:
                self._servers.went(server)
                reason = "closed_door"
                continue
            except _CutShort as cut:
                reason = cut.reason
                if cut.gone:
                    self._servers.went(server)
                else:
                    passed.add(server)
                if tries is None or second:
                    break
                second = True
                if (done := await tries.again()) is not None:
                    metrics.SECOND_TRIES.labels(metrics.SecondTry.DONE).inc()
                    return done
            else:
                if second:
                    metrics.SECOND_TRIES.labels(metrics.SecondTry.ANSWERED).inc()
                return reply
        if second:
            metrics.SECOND_TRIES.labels(metrics.SecondTry.FAILED).inc()
        raise AssistantUnavailable(reason)

    async def _try(self, server: str, body: dict[str, Any], seconds: float) -> Reply:
        """One asking of one server. Rasa's answer comes whole at its end: until then nothing was shown."""
        timeout = aiohttp.ClientTimeout(total=max(seconds, 0.01))
        try:
            async with self._client().post(
                f"{server}/webhooks/rest/webhook", json=body, timeout=timeout
            ) as response:
                if response.status == 401:
                    raise AssistantUnavailable(SECRET_REFUSED)
                if response.status != 200:
                    raise _CutShort(f"http_{response.status}", gone=False)
                self._servers.answered(server)
                return _reply_in(await response.json(content_type=None))
        except aiohttp.ClientConnectorError:
            raise _ClosedDoor from None
        except (aiohttp.ClientError, TimeoutError) as error:
            raise _CutShort(type(error).__name__, gone=True) from None
        except ValueError as error:
            raise _CutShort(type(error).__name__, gone=False) from None

    async def _knock(self, server: str) -> bool:
        try:
            async with self._client().get(f"{server}/webhooks/rest/", timeout=_KNOCK_TIMEOUT) as response:
                return response.status < 500
        except (aiohttp.ClientError, TimeoutError):
            return False

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(headers=self._headers)
        return self._session

    async def close(self) -> None:
        await self._servers.close()
        if self._session is not None:
            await self._session.close()


def _reply_in(items: list[dict[str, Any]]) -> Reply:
    replies = [item["custom"]["reply"] for item in items if "reply" in (item.get("custom") or {})]
    if not replies:
        raise _CutShort("empty_reply", gone=False)
    try:
        return Reply.model_validate(replies[-1])
    except ValidationError:
        raise _CutShort("malformed_reply", gone=False) from None
