"""Talking to a running gateway, or starting one for the job."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from core.settings import Settings
from gateway.cli.problem import Problem

_PROBE = aiohttp.ClientTimeout(total=2)


@dataclass(frozen=True)
class Address:
    """``rasa_url`` and ``actions_url`` are known for a gateway on this machine alone."""

    url: str
    token: str
    rasa_url: str | None = None
    actions_url: str | None = None


class GatewayClient:
    """A session with the gateway; ``turn`` and ``post_events`` are what commands need of it."""

    def __init__(self, address: Address, session: aiohttp.ClientSession) -> None:
        self.address = address
        self._session = session

    async def post(self, path: str, body: Any, *, content_type: str = "application/json") -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.address.token}", "Content-Type": content_type}
        data = body if isinstance(body, str | bytes) else json.dumps(body, ensure_ascii=False)
        try:
            async with self._session.post(self.address.url + path, data=data, headers=headers) as response:
                try:
                    answer = await response.json(content_type=None)
                except ValueError:
                    answer = {"detail": await response.text()}
                return response.status, answer
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Problem(
                f"mất liên lạc với máy chủ {self.address.url} ({type(error).__name__}): "
                "xem 'motcua up' còn chạy không"
            ) from None

    async def turn(self, *, text: str, conversation: str, action: str | None = None) -> dict[str, Any]:
        status, answer = await self.post(
            "/v1/turns", {"text": text, "conversation": conversation, "action": action}
        )
        if status != 200:
            raise Problem(f"máy chủ trả lời {status}: {answer.get('detail', answer)}")
        return dict(answer)


def known_address(settings: Settings) -> Address | None:
    """Where a gateway says it runs: ``MOTCUA_URL``, else what it wrote into the data folder."""
    token = ""
    found: dict[str, Any] = {}
    file = settings.run_dir / "gateway.json"
    if file.exists():
        found = json.loads(file.read_text(encoding="utf-8"))
        token = found.get("token", "")
    token = os.environ.get("MOTCUA_API_KEY", token)
    if settings.url and found.get("url") != settings.url.rstrip("/"):
        return Address(settings.url.rstrip("/"), token)
    if not found.get("url"):
        return None
    return Address(found["url"], token, found.get("rasa_url"), found.get("actions_url"))


async def is_ready(url: str) -> bool:
    try:
        async with (
            aiohttp.ClientSession(timeout=_PROBE) as session,
            session.get(f"{url}/readyz") as response,
        ):
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


@asynccontextmanager
async def gateway(settings: Settings) -> AsyncIterator[GatewayClient]:
    """A client of the running gateway, or of one that lives as long as this block."""
    from gateway.running import temporary_gateway

    address = known_address(settings)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as session:
        if address is not None and await is_ready(address.url):
            yield GatewayClient(address, session)
            return
        if settings.url:
            raise Problem(f"MOTCUA_URL là {settings.url} nhưng không có máy chủ nào sẵn sàng ở đó")
        async with temporary_gateway(settings) as started:
            yield GatewayClient(started, session)


async def in_order[Row, Result](
    rows: list[Row], work: Any, *, at_once: int, progress: Any = None
) -> list[Result]:
    """Results in the order of the rows, ``at_once`` of them worked on at a time."""
    results: list[Result | None] = [None] * len(rows)
    gate = asyncio.Semaphore(at_once)
    done = 0

    async def one(place: int, row: Row) -> None:
        nonlocal done
        async with gate:
            results[place] = await work(row)
        done += 1
        if progress:
            progress(done, len(rows))

    await asyncio.gather(*(one(place, row) for place, row in enumerate(rows)))
    return results  # type: ignore[return-value]
