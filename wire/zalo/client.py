"""Every call to Zalo that the product makes, with a token that works and errors that have a meaning."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.channel_settings import ZaloSettings
from core.database import utc_now
from wire.zalo.errors import Verdict, ZaloError, openapi_error, template_error
from wire.zalo.http import ZaloAnswer, ZaloHttp, ZaloUnclear
from wire.zalo.templates import TemplateInfo, read_template
from wire.zalo.tokens import TokenKeeper


class ZaloRefused(Exception):
    """Zalo said no; ``error`` is the row of the table."""

    def __init__(self, error: ZaloError) -> None:
        super().__init__(f"{error.code} {error.meaning}")
        self.error = error


@dataclass(frozen=True)
class Quota:
    """``remaining`` of ``total``; None where Zalo did not say."""

    remaining: int | None = None
    total: int | None = None
    kind: str | None = None


@dataclass(frozen=True)
class SentMessage:
    message_id: str
    quota: Quota


@dataclass(frozen=True)
class Rating:
    """One star rating of a template message."""

    message_id: str
    tracking_id: str
    rate: int
    note: str
    feedbacks: tuple[str, ...]
    at: datetime


class ZaloClient:
    def __init__(
        self,
        settings: ZaloSettings,
        http: ZaloHttp,
        tokens: TokenKeeper,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.settings, self.tokens = settings, tokens
        self._http, self._clock = http, clock
        self._templates: dict[str, tuple[TemplateInfo, datetime]] = {}

    async def send(self, body: dict[str, Any]) -> SentMessage:
        """A message in a conversation. Raises ``ZaloRefused``, ``ZaloUnclear``, ``ZaloUnreached``."""
        answer = await self._openapi("POST", "/v3.0/oa/message/cs", body=body)
        data = _object(answer.data)
        quota = _object(data.get("quota"))
        return SentMessage(
            str(data.get("message_id", "")),
            Quota(_number(quota.get("remain")), _number(quota.get("total")), quota.get("quota_type")),
        )

    async def send_template(self, body: dict[str, Any]) -> SentMessage:
        """A template message; by phone, or by user where the address for that is configured."""
        path = "/message/template"
        if "user_id" in body:
            path = self.settings.template_by_user_path or path
        answer = await self._business("POST", path, body=body)
        data = _object(answer.data)
        message_id = str(data.get("msg_id") or data.get("message_id") or "")
        if not message_id:
            raise ZaloUnclear("no_message_id")
        quota = _object(data.get("quota"))
        return SentMessage(
            message_id, Quota(_number(quota.get("remainingQuota")), _number(quota.get("dailyQuota")), "daily")
        )

    async def template(self, template_id: str) -> TemplateInfo:
        """What a template asks for, remembered for some hours."""
        known = self._templates.get(template_id)
        now = self._clock()
        if known is not None and now - known[1] < self.settings.template_info_life:
            return known[0]
        answer = await self._business("GET", "/template/info/v2", params={"template_id": template_id})
        info = read_template(template_id, _object(answer.data))
        self._templates[template_id] = (info, now)
        return info

    def forget_template(self, template_id: str) -> None:
        """After Zalo refused its parameters: it was changed meanwhile."""
        self._templates.pop(template_id, None)

    async def message_status(self, message_id: str) -> dict[str, Any]:
        params = {self.settings.status_parameter: message_id}
        return _object((await self._business("GET", "/message/status", params=params)).data)

    async def template_quota(self) -> Quota:
        data = _object((await self._business("GET", "/message/quota", params={})).data)
        return Quota(_number(data.get("remainingQuota")), _number(data.get("dailyQuota")), "daily")

    async def conversation_quota(self) -> list[Quota]:
        """Allowances of the account beside the free answers."""
        body = {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}
        answer = await self._openapi("POST", "/v3.0/oa/quota/message", body=body)
        rows = answer.data if isinstance(answer.data, list) else [answer.data]
        return [
            Quota(_number(row.get("remain")), _number(row.get("total")), row.get("quota_type"))
            for row in map(_object, rows)
        ]

    async def ratings(
        self, template_id: str, *, since: datetime, until: datetime, offset: int = 0, limit: int = 100
    ) -> tuple[list[Rating], int]:
        """Ratings of a template within a time, and how many there are in all."""
        params = {
            "template_id": template_id,
            "from_time": str(_millis(since)),
            "to_time": str(_millis(until)),
            "offset": str(offset),
            "limit": str(limit),
        }
        return read_ratings((await self._business("GET", "/rating/get", params=params)).data)

    async def upload_image(self, content: bytes, *, kind: str = "image/png") -> str:
        """The attachment id of an uploaded picture."""
        return str((await self._upload("image", content, "image", kind))["attachment_id"])

    async def upload_file(self, content: bytes, *, name: str, kind: str = "application/pdf") -> str:
        """The token of an uploaded file, to be sent with ``consultation.file``."""
        return str((await self._upload("file", content, name, kind))["token"])

    async def user(self, user_id: str) -> dict[str, Any]:
        params = {"data": json.dumps({"user_id": user_id})}
        return _object((await self._openapi("GET", "/v3.0/oa/user/detail", params=params)).data)

    async def account(self) -> dict[str, Any]:
        return _object((await self._openapi("GET", "/v2.0/oa/getoa", params={})).data)

    async def _upload(self, what: str, content: bytes, name: str, kind: str) -> dict[str, Any]:
        url = f"{self.settings.openapi_url}/v2.0/oa/upload/{what}"

        async def call(token: str) -> ZaloAnswer:
            return await self._http.upload(url, token=token, file=content, name=name, kind=kind)

        return _object((await self._with_token(call, self._openapi_error)).data)

    async def _openapi(
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        params: dict[str, str] | None = None,
    ) -> ZaloAnswer:
        return await self._ask(self.settings.openapi_url + path, self._openapi_error, method, body, params)

    async def _business(
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        params: dict[str, str] | None = None,
    ) -> ZaloAnswer:
        return await self._ask(self.settings.business_url + path, _business_error, method, body, params)

    async def _ask(
        self,
        url: str,
        error_of: Callable[[ZaloAnswer], ZaloError],
        method: str,
        body: dict[str, Any] | None,
        params: dict[str, str] | None,
    ) -> ZaloAnswer:
        async def call(token: str) -> ZaloAnswer:
            if method == "GET":
                return await self._http.get(url, token=token, params=params or {})
            return await self._http.post(url, token=token, body=body or {})

        return await self._with_token(call, error_of)

    async def _with_token(self, call: Any, error_of: Callable[[ZaloAnswer], ZaloError]) -> ZaloAnswer:
        """The call with a token; a refused token is renewed once and the call made once more."""
        token = await self.tokens.token()
        answer: ZaloAnswer = await call(token)
        error = error_of(answer)
        if error.verdict is Verdict.TOKEN:
            answer = await call(await self.tokens.renewed(token))
            error = error_of(answer)
        if error.verdict is not Verdict.SENT:
            raise ZaloRefused(error)
        return answer

    def _openapi_error(self, answer: ZaloAnswer) -> ZaloError:
        return openapi_error(answer.error, answer.message, self.settings.token_error_words)


def _business_error(answer: ZaloAnswer) -> ZaloError:
    return template_error(answer.error)


def read_ratings(data: Any) -> tuple[list[Rating], int]:
    """What ``/rating/get`` lists, and how many there are in all; a row that says no stars is passed over."""
    rows = _object(data).get("data")
    listed = [_object(row) for row in rows] if isinstance(rows, list) else []
    found = [rating for row in listed if (rating := _read_rating(row)) is not None]
    return found, _number(_object(data).get("total")) or len(listed)


def _read_rating(row: dict[str, Any]) -> Rating | None:
    message_id, stars, feedbacks = row.get("msgId"), _number(row.get("rate")), row.get("feedbacks")
    if not message_id or stars is None or not 1 <= stars <= 5:
        return None
    return Rating(
        message_id=str(message_id),
        tracking_id=str(row.get("trackingId") or ""),
        rate=stars,
        note=str(row.get("note") or ""),
        feedbacks=tuple(str(one) for one in feedbacks) if isinstance(feedbacks, list) else (),
        at=from_millis(row.get("submitDate")) or utc_now(),
    )


def from_millis(value: Any) -> datetime | None:
    """A moment from Zalo's milliseconds, which may be a text."""
    try:
        return datetime.fromtimestamp(int(value) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return None
