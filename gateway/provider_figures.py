"""Every provider as gauges: on or off, what is left of its quota, what it has cost this month."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from core.database import Database
from core.metrics import Figure
from gateway.provider_report import MonthLine, ProviderLine, month, report
from gateway.providers import Providers
from notifications.informing import Policy

KEPT = timedelta(minutes=5)
"""Measurements are read every few seconds; providers are not asked that often, nor a month added up."""


class ProviderFigures:
    """Looked at once for many readers. None while the process starts."""

    def __init__(
        self, database: Database, providers: Callable[[], Providers | None], *, policy: Callable[[], Policy]
    ) -> None:
        self._database, self._providers, self._policy = database, providers, policy
        self._one_at_a_time = asyncio.Lock()
        self._looked: datetime | None = None
        self._found: list[Figure] = []

    async def figures(self, now: datetime) -> list[Figure]:
        providers = self._providers()
        if providers is None:
            return []
        async with self._one_at_a_time:
            if self._looked is None or not self._looked <= now < self._looked + KEPT:
                lines = await report(self._database, providers, now=now)
                self._found = [*told(lines), *spent(await month(self._database, self._policy(), now=now))]
                self._looked = now
        return self._found


def told(lines: Sequence[ProviderLine]) -> Iterator[Figure]:
    """What is not known is left out: a nought would be a lie that wakes somebody up."""
    for line in lines:
        label = ("provider", line.name)
        yield Figure("motcua_provider_on", "Whether a provider is on.", int(line.on), label)
        if not line.on:
            continue
        yield Figure(
            "motcua_provider_month_messages", "Messages that it has taken this month.", line.sent, label
        )
        yield Figure(
            "motcua_provider_month_segments", "Segments of them: what carriers bill.", line.segments, label
        )
        if line.cost_vnd is not None:
            yield Figure("motcua_provider_month_cost_vnd", "What they cost, in dong.", line.cost_vnd, label)
        if line.quota_left is not None:
            yield Figure("motcua_provider_quota_left", "What may still be sent.", line.quota_left, label)
        if line.quota_total is not None:
            yield Figure("motcua_provider_quota_total", "Of how many.", line.quota_total, label)


def spent(found: MonthLine) -> Iterator[Figure]:
    yield Figure("motcua_month_spent_vnd", "What this month has cost, in dong.", found.spent_vnd)
    if found.ceiling_vnd:
        yield Figure("motcua_month_ceiling_vnd", "What a month may cost, in dong.", found.ceiling_vnd)
