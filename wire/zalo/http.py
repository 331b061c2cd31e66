"""One call to Zalo: HTTP 200 even for errors, the token in a header of its own, and honesty about doubt."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, cast

import aiohttp

from core.json_text import read_json


@dataclass(frozen=True)
class ZaloAnswer:
    """What Zalo said: ``error`` 0 is success. ``data`` is its ``data`` object, ``whole`` the whole answer."""

    error: int
    message: str
    data: Any
    whole: dict[str, Any]


class ZaloUnclear(Exception):
    """Nobody knows whether Zalo did what was asked: a timeout, HTTP 5xx, an answer that cannot be read."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ZaloUnreached(Exception):
    """The call certainly did not arrive: no connection was made."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class ZaloHttp:
    """``session`` is handed in and stays the caller's to close."""

    def __init__(self, session: aiohttp.ClientSession, *, timeout_seconds: float = 15.0) -> None:
        self._session = session
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def get(self, url: str, *, token: str, params: dict[str, str]) -> ZaloAnswer:
        return await self._call("GET", url, {"access_token": token}, params=params)

    async def post(self, url: str, *, token: str, body: dict[str, Any]) -> ZaloAnswer:
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {"access_token": token, "Content-Type": "application/json"}
        return await self._call("POST", url, headers, data=content)

    async def upload(self, url: str, *, token: str, file: bytes, name: str, kind: str) -> ZaloAnswer:
        form = aiohttp.FormData()
        form.add_field("file", file, filename=name, content_type=kind)
        return await self._call("POST", url, {"access_token": token}, data=form)

    async def form(self, url: str, fields: dict[str, str], *, secret_key: str) -> ZaloAnswer:
        """A form with the app's secret in its header: how tokens are asked for."""
        return await self._call("POST", url, {"secret_key": secret_key}, data=fields)

    async def _call(self, method: str, url: str, headers: dict[str, str], **sent: Any) -> ZaloAnswer:
        try:
            async with self._session.request(
                method, url, headers=headers, timeout=self._timeout, allow_redirects=False, **sent
            ) as response:
                raw = await response.read()
                status = response.status
        except aiohttp.ClientConnectorError as error:
            raise ZaloUnreached(type(error).__name__) from None
        except (TimeoutError, aiohttp.ClientError) as error:
            raise ZaloUnclear(type(error).__name__) from None
        if status >= 500:
            raise ZaloUnclear(f"http_{status}")
        return read_answer(raw, status)


def read_answer(raw: bytes, status: int) -> ZaloAnswer:
    """The answer's parts; raises ``ZaloUnclear`` for what is not one of Zalo's answers."""
    try:
        whole = read_json(raw)
    except ValueError:
        raise ZaloUnclear("unreadable") from None
    if not isinstance(whole, dict):
        raise ZaloUnclear("unreadable")
    found = cast(dict[str, Any], whole)
    try:
        error = int(found.get("error", 0))
    except (TypeError, ValueError):
        raise ZaloUnclear("unreadable") from None
    if status >= 400 and error == 0:
        raise ZaloUnclear(f"http_{status}")
    message = str(found.get("message") or found.get("error_description") or found.get("error_name") or "")
    return ZaloAnswer(error, message, found.get("data"), found)
