"""Webhooks in a flood: every delivery several times and in any order, each answered soon and handled once."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from sqlalchemy import func, select

from core.database import Database
from core.inbox import DeliveryStatus, InboundDelivery
from core.settings import Settings
from gateway.bench.dispatch import until
from gateway.bench.kinds import Kind
from gateway.bench.load import Times, at_a_rate, request_bytes
from gateway.bench.world import World, world
from gateway.providers import make_zalo
from gateway.sandbox.server import Sandbox
from gateway.sandbox.sms import short_code_message
from gateway.sandbox.wire import Delivery
from gateway.sending import consent_in_sandbox

PATIENCE_SECONDS = 2.0
"""Zalo repeats a delivery that is not answered within this time, and in the end switches the webhook off."""

_COPIES = (2, 3, 4)
_CONNECTIONS = 96
# Answered by the channel itself: what is measured is the door, not the assistant behind it.
_WORDS = "nhận tin hồ sơ"


class Flood:
    """What citizens of a sandbox send; ``expected`` answers by telephone and channel."""

    def __init__(self, sandbox: Sandbox, *, seed: int = 7) -> None:
        self._sandbox, self._random = sandbox, random.Random(seed)
        self.expected: Counter[tuple[str, str]] = Counter()
        self.answers: Counter[tuple[str, str]] = Counter()
        sandbox.state.seen_by(
            lambda one: None if one.outgoing else self.answers.update([(one.who, one.channel)])
        )

    def deliveries(self, distinct: int) -> list[Delivery]:
        """Several copies of each of so many deliveries, shuffled: half of them Zalo's, with signs of having
        been seen between; a quarter Telegram's, the rest text messages."""
        found: list[Delivery] = []
        for number in range(distinct):
            person = self._sandbox.state.people.by_phone(f"09{number // 4 + 10_000_000:08}")
            match number % 4:
                case 0:
                    self._expect(person.phone, "zalo")
                    made = self._sandbox.zalo.says(person, _WORDS)
                case 1:
                    made = self._sandbox.zalo.sees(person, f"seen{number}")
                case 2:
                    self._expect(person.phone, "telegram")
                    update = self._sandbox.telegram.says(person, _WORDS)
                    assert update is not None, "no webhook was set"  # noqa: S101
                    made = update
                case _:
                    self._expect(person.phone, "sms")
                    made = short_code_message(
                        self._sandbox.wire, self._sandbox.accounts, person.phone, f"HCC xin chao {number}"
                    )
            found += [made] * self._random.choice(_COPIES)
        self._random.shuffle(found)
        return found

    def _expect(self, phone: str, channel: str) -> None:
        self.expected[phone, channel] += 1

    @property
    def doubled(self) -> int:
        return sum((self.answers - self.expected).values())

    @property
    def lost(self) -> int:
        return sum((self.expected - self.answers).values())


async def measure(
    kind: Kind, *, seconds: int = 20, per_second: int = 500, tell: Callable[[str], None]
) -> dict[str, Any]:
    """``per_second`` deliveries for so many seconds, then until everything is handled."""
    sandbox = Sandbox(mail=False)
    await sandbox.start()
    try:
        async with world(kind) as made:
            made.more = sandbox.accounts.environment(sandbox.url, smtp_port=0)
            database = made.database()
            try:
                return await _measured(made, sandbox, database, kind, seconds, per_second, tell)
            finally:
                await database.dispose()
    finally:
        await sandbox.stop()


async def _measured(
    made: World,
    sandbox: Sandbox,
    database: Database,
    kind: Kind,
    seconds: int,
    per_second: int,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    tell("starting the gateway")
    await _consent(sandbox, database)
    await made.start_gateway()
    health = [request_bytes("GET", "/healthz", headers={})] * (per_second * 5)
    floor = await at_a_rate(
        "127.0.0.1", made.gateway_port, health, per_second=per_second, connections=_CONNECTIONS
    )
    flood = Flood(sandbox)
    copies = sum(_COPIES) / len(_COPIES)
    deliveries = flood.deliveries(int(per_second * seconds / copies))
    tell(f"{len(deliveries)} deliveries, {per_second} a second")
    times = await at_a_rate(
        "127.0.0.1",
        made.gateway_port,
        [_request(one) for one in deliveries],
        per_second=per_second,
        connections=_CONNECTIONS,
    )
    if set(times.statuses) != {200}:
        raise RuntimeError(f"not every delivery was taken: {times.statuses}")
    tell("until everything is handled")
    started = time.perf_counter()
    await until(lambda: _none_open(database), seconds=300)
    distinct = len({one.body + one.url.encode() for one in deliveries})
    return {
        "database": kind.value,
        "deliveries": len(deliveries),
        "distinct": distinct,
        "p50_ms": times.quantile(0.5),
        "p99_ms": times.quantile(0.99),
        "slowest_ms": times.quantile(1.0),
        "reference_healthz_p99_ms": floor.quantile(0.99),
        "answered_in_time": _in_time(times),
        "handled_after_s": round(time.perf_counter() - started, 1),
        "doubled": flood.doubled,
        "lost": flood.lost,
    }


def _request(delivery: Delivery) -> bytes:
    parts = urlsplit(delivery.url)
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request_bytes(delivery.method, path, body=delivery.body, headers=delivery.headers)


def _in_time(times: Times) -> float:
    """The share that was answered before Zalo would have sent it again."""
    return round(sum(one < PATIENCE_SECONDS for one in times.seconds) / len(times.seconds), 4)


async def _none_open(database: Database) -> bool:
    async with database.reading() as session:
        open_: Sequence[str] = (DeliveryStatus.WAITING, DeliveryStatus.RUNNING)
        query = select(func.count()).select_from(InboundDelivery).where(InboundDelivery.status.in_(open_))
        return not await session.scalar(query)


async def _consent(sandbox: Sandbox, database: Database) -> None:
    """A pair of tokens, as an administrator gets it."""
    settings = Settings(_env_file=None, zalo=_zalo(sandbox))
    async with aiohttp.ClientSession() as session:
        await consent_in_sandbox(make_zalo(settings, database, session))


def _zalo(sandbox: Sandbox) -> dict[str, Any]:
    environment, prefix = sandbox.accounts.environment(sandbox.url, smtp_port=0), "MOTCUA_ZALO__"
    found = {key.removeprefix(prefix).lower(): value for key, value in environment.items() if prefix in key}
    found.pop("templates")
    return dict(found)
