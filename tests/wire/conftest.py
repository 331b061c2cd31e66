"""The sandbox's servers in the same event loop, and settings that point at them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest

from core.channel_settings import EsmsSettings, TelegramSettings, TwilioSettings, ZaloSettings
from gateway.sandbox.server import Sandbox


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    found = Sandbox(mail=False)
    await found.start()
    yield found
    await found.stop()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as found:
        yield found


@pytest.fixture
def patience() -> float:
    """Seconds a client waits for an answer: a busy machine is no mute provider. Rows that hang say less."""
    return 20.0


def group(sandbox: Sandbox, name: str) -> dict[str, Any]:
    """The sandbox's settings of one channel, as the product reads them from its environment."""
    prefix = f"MOTCUA_{name}__"
    environment = sandbox.accounts.environment(sandbox.url, smtp_port=0)
    return {k.removeprefix(prefix).lower(): v for k, v in environment.items() if k.startswith(prefix)}


def read_zalo(sandbox: Sandbox) -> ZaloSettings:
    found = group(sandbox, "ZALO")
    return ZaloSettings(**{**found, "templates": json.loads(found["templates"]), "timeout_seconds": 1.0})


@pytest.fixture
def zalo_settings(sandbox: Sandbox) -> ZaloSettings:
    return read_zalo(sandbox)


@pytest.fixture
def zalo_settings_of() -> Callable[[Sandbox], ZaloSettings]:
    return read_zalo


@pytest.fixture
def twilio_settings(sandbox: Sandbox, patience: float) -> TwilioSettings:
    return TwilioSettings(**{**group(sandbox, "TWILIO"), "timeout_seconds": patience})


@pytest.fixture
def esms_settings(sandbox: Sandbox, patience: float) -> EsmsSettings:
    return EsmsSettings(**{**group(sandbox, "ESMS"), "timeout_seconds": patience})


@pytest.fixture
def telegram_settings(sandbox: Sandbox, patience: float) -> TelegramSettings:
    return TelegramSettings(**{**group(sandbox, "TELEGRAM"), "timeout_seconds": patience})
