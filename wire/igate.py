"""A client of the iGate one-stop software's look-up of one dossier.

Fields as seen in phake-studio/mcp-dichvucong (operations/briefcase.ts, April 2025) for one province; another
province's software may differ, so addresses and status words are settings. Tokens come from its Keycloak
realm by client credentials. Every failure is a typed error: nothing is ever guessed from half an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from core.database import utc_now
from core.intake_settings import IgateSettings
from core.json_text import read_json

_EARLY = timedelta(seconds=30)
_LONGEST_SECONDS = 86_400
"""A token is asked for again, and a busy server too, after a day, whatever they say."""


class IgateError(Exception):
    """A look-up that gave no answer; ``code`` says why, for the log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class IgateRefused(IgateError):
    """Our account is not accepted, or may not look up: somebody has to mend the settings."""


class IgateBusy(IgateError):
    """Too many requests or a failing server; ``retry_after`` in seconds when it says so."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.retry_after = retry_after


class IgateUnreachable(IgateError):
    """No connection, or no answer in time."""


class IgateUnclear(IgateError):
    """An answer that is not of the known shape."""


@dataclass(frozen=True)
class IgateDossier:
    """One dossier as it was answered; texts as they came, None where the field was absent or empty."""

    code: str
    status: str
    applicant_name: str | None = None
    procedure_name: str | None = None
    filed_by: str | None = None
    applied_at: str | None = None
    completed_at: str | None = None
    due_at: str | None = None


class IgateClient:
    """``session`` is the caller's; the token is kept until shortly before its end."""

    def __init__(
        self,
        settings: IgateSettings,
        session: aiohttp.ClientSession,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings, self._session, self._clock = settings, session, clock
        self._token: tuple[str, datetime] | None = None
        self._asking = asyncio.Lock()

    async def look_up(self, code: str) -> IgateDossier | None:
        """The dossier with this code; None when there is none. Raises an ``IgateError``."""
        params = {"page": "0", "size": "10", "spec": "slice", "code": code}
        url = f"{(self._settings.api_url or '').rstrip('/')}/pa/dossier-search/dvc"
        for last in (False, True):
            headers = {"Authorization": f"Bearer {await self._bearer()}"}
            status, answer, retry = await self._call("GET", url, params=params, headers=headers)
            if status == 401 and not last:  # it ended early: one new token, one more try
                self._token = None
                continue
            return read_dossier(_checked(status, answer, retry), code)
        raise AssertionError("unreachable")

    async def _bearer(self) -> str:
        async with self._asking:
            if self._token is not None and self._clock() < self._token[1]:
                return self._token[0]
            secret = self._settings.client_secret
            base = (self._settings.auth_url or "").rstrip("/")
            url = f"{base}/realms/{self._settings.realm}/protocol/openid-connect/token"
            form = {
                "grant_type": "client_credentials",
                "client_id": self._settings.client_id or "",
                "client_secret": secret.get_secret_value() if secret else "",
            }
            status, answer, retry = await self._call("POST", url, data=form)
            if status in (400, 401):
                raise IgateRefused("token_refused")
            found = _checked(status, answer, retry)
            token, life = found.get("access_token"), found.get("expires_in", 60)
            if not isinstance(token, str) or not isinstance(life, int | float):
                raise IgateUnclear("token_shape")
            lives = timedelta(seconds=min(max(life, 0), _LONGEST_SECONDS))
            self._token = (token, self._clock() + lives - _EARLY)
            return token

    async def _call(self, method: str, url: str, **more: Any) -> tuple[int, Any, float | None]:
        timeout = aiohttp.ClientTimeout(total=self._settings.timeout_seconds)
        try:
            async with self._session.request(method, url, timeout=timeout, **more) as response:
                try:
                    answer = await response.json(content_type=None, loads=read_json)
                except ValueError:
                    answer = None
                return response.status, answer, _seconds(response.headers.get("Retry-After"))
        except TimeoutError:
            raise IgateUnreachable("timeout") from None
        except aiohttp.ClientError as error:
            raise IgateUnreachable(type(error).__name__) from None


def _checked(status: int, answer: Any, retry_after: float | None) -> dict[str, Any]:
    if status in (401, 403):
        raise IgateRefused(f"http_{status}")
    if status == 429 or status >= 500:
        raise IgateBusy(f"http_{status}", retry_after)
    if status != 200 or not isinstance(answer, dict):
        raise IgateUnclear(f"http_{status}" if status != 200 else "no_object")
    return answer


def _seconds(header: str | None) -> float | None:
    """None for a date, which it may be as well (RFC 9110, 10.2.3)."""
    known = header is not None and header.isascii() and header.isdigit()
    return min(float(header), _LONGEST_SECONDS) if header is not None and known else None


def read_dossier(answer: dict[str, Any], code: str) -> IgateDossier | None:
    """Raises ``IgateUnclear``."""
    rows = answer.get("content")
    if not isinstance(rows, list):
        raise IgateUnclear("no_content")
    row = next((one for one in rows if isinstance(one, dict) and one.get("code") == code), None)
    if row is None:
        return None
    status = _text(row, "statusCurrentTask")
    if status is None:
        raise IgateUnclear("no_status")
    return IgateDossier(
        code=code,
        status=status,
        applicant_name=_text(row, "applicant", "data", "fullname"),
        procedure_name=_text(row, "procedure", "translate", 0, "name"),
        filed_by=_text(row, "applyMethod", "name"),
        applied_at=_text(row, "appliedDate"),
        completed_at=_text(row, "completedDate"),
        due_at=_text(row, "appointmentDate"),
    )


def _text(value: Any, *path: str | int) -> str | None:
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and len(value) > step else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    text = str(value).strip() if isinstance(value, str | int | float) else ""
    return text or None
