"""A client with a pair that somebody consented to."""

from __future__ import annotations

from datetime import datetime

import aiohttp
import pytest

from core.channel_settings import ZaloSettings
from core.database import utc_now
from gateway.sandbox.server import Sandbox
from wire.zalo.client import ZaloClient
from wire.zalo.http import ZaloHttp
from wire.zalo.pair import Stored, TokenPair, pair_from
from wire.zalo.tokens import TokenAlarm, TokenKeeper


class Alarms:
    def __init__(self) -> None:
        self.heard: list[tuple[TokenAlarm, str]] = []

    async def __call__(self, kind: TokenAlarm, code: str, until: datetime) -> None:
        self.heard.append((kind, code))


@pytest.fixture
def alarms() -> Alarms:
    return Alarms()


class HeldTokens:
    """A store without a database, for everything but the tests of tokens."""

    def __init__(self, stored: Stored) -> None:
        self.stored = stored

    async def read(self, oa_id: str) -> Stored:
        return self.stored

    async def claim(self, oa_id: str, **_more: object) -> bool:
        return True

    async def put(self, oa_id: str, pair: TokenPair, *, now: datetime, after: int | None) -> bool:
        self.stored = Stored(pair, self.stored.generation + 1)
        return True

    async def release(self, oa_id: str, **_more: object) -> None: ...


@pytest.fixture
def store(sandbox: Sandbox, zalo_settings: ZaloSettings) -> HeldTokens:
    pair = pair_from(sandbox.zalo.tokens.first_pair(), utc_now(), zalo_settings.refresh_token_life)
    return HeldTokens(Stored(pair, 1))


@pytest.fixture
def keeper(
    zalo_settings: ZaloSettings,
    session: aiohttp.ClientSession,
    store: HeldTokens,
    alarms: Alarms,
    patience: float,
) -> TokenKeeper:
    return TokenKeeper(zalo_settings, ZaloHttp(session, timeout_seconds=patience), store, alarm=alarms)


@pytest.fixture
def client(
    zalo_settings: ZaloSettings, session: aiohttp.ClientSession, keeper: TokenKeeper, patience: float
) -> ZaloClient:
    return ZaloClient(zalo_settings, ZaloHttp(session, timeout_seconds=patience), keeper)
