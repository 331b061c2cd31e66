"""How much may go out in a time: a bucket for each provider and each recipient, costed in segments.

A bucket fills at its rate up to its size; a message takes out as many tokens as it has segments. What does
not fit is not refused but told when to come back; until then nobody who stands behind it in the queue gets
the provider's tokens, or short texts would for ever go before a long one that is more urgent. In one process
the buckets are kept in memory; with Redis all processes share them. Redis may forget everything: the buckets
are then full, and nothing else is lost.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.text.sms import measure
from notifications.lanes import Lane
from notifications.models import Message
from notifications.schemas import Channel
from wire.provider import Provider


@dataclass(frozen=True)
class Rate:
    """``per_second`` tokens come in, at most ``burst`` are kept."""

    per_second: float
    burst: float


@dataclass(frozen=True)
class Wanted:
    """``cost`` in segments. ``urgent``: somebody waits; only the provider's own limit holds it."""

    provider: str
    recipient: str
    cost: int
    urgent: bool

    @classmethod
    def of(cls, message: Message, provider: Provider) -> Wanted:
        text: str = message.wordings[message.channel]["text"]
        cost = measure(text).segments if message.channel == Channel.SMS else 1
        return cls(provider.name, message.recipient_hash, cost, message.lane == Lane.URGENT)


@dataclass(frozen=True)
class Limits:
    """``recipient`` holds for providers that are named in ``providers`` alone: a file disturbs nobody."""

    providers: Mapping[str, Rate] = field(default_factory=dict)
    recipient: Rate | None = None

    def buckets(self, wanted: Wanted) -> list[tuple[str, Rate]]:
        """Names and rates of the buckets that a message draws from, the provider's first."""
        rate = self.providers.get(wanted.provider)
        if rate is None:
            return []
        found = [(f"provider:{wanted.provider}", rate)]
        if self.recipient is not None and not wanted.urgent:
            found.append((f"recipient:{wanted.recipient}", self.recipient))
        return found


@dataclass(frozen=True)
class Hold:
    """``seconds`` after which to ask again. ``everybody``: the provider's limit, not one recipient's."""

    seconds: float
    everybody: bool


class Wardens(Protocol):
    async def take(self, wanted: Sequence[Wanted]) -> list[Hold | None]:
        """For each, in the order in which they may go, None if it may go now. Never raises."""
        ...


class Unlimited:
    async def take(self, wanted: Sequence[Wanted]) -> list[Hold | None]:
        return [None] * len(wanted)


class MemoryWardens:
    """Buckets of this process."""

    def __init__(self, limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}

    async def take(self, wanted: Sequence[Wanted]) -> list[Hold | None]:
        at = self._clock()
        self._forget_full(at)
        resting: dict[str, Hold] = {}
        found = []
        for one in wanted:
            hold = resting.get(one.provider) or self._take(one, at)
            if hold is not None and hold.everybody:
                resting[one.provider] = hold
            found.append(hold)
        return found

    def _take(self, wanted: Wanted, at: float) -> Hold | None:
        """From all of its buckets or from none."""
        levels = {}
        for place, (name, rate) in enumerate(self._limits.buckets(wanted)):
            level, since = self._levels.get(name, (rate.burst, at))
            level = min(rate.burst, level + (at - since) * rate.per_second)
            # A text longer than the bucket is deep goes out when the bucket is full.
            missing = min(wanted.cost, rate.burst) - level
            if missing > 0:
                return Hold(missing / rate.per_second, everybody=place == 0)
            levels[name] = (level - wanted.cost, at)
        self._levels |= levels
        return None

    def _forget_full(self, at: float) -> None:
        """A recipient who got nothing for a while needs no entry."""
        if len(self._levels) > 10_000 and self._limits.recipient is not None:
            rate = self._limits.recipient
            self._levels = {
                name: (level, since)
                for name, (level, since) in self._levels.items()
                if level + (at - since) * rate.per_second < rate.burst
            }
