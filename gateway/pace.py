"""How fast providers are called and persons written to, and how long a receipt may take: from settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from redis.asyncio import Redis

from core.settings import Settings
from notifications.buckets import Limits, MemoryWardens, Rate, Wardens
from notifications.redis_buckets import RedisWardens
from wire.smtp import NAME as SMTP
from wire.zalo.provider import CONVERSATION, TEMPLATES

# A bucket holds what comes in within two seconds, and never less than one long text.
_HELD_SECONDS = 2.0
_LEAST = 4.0


def receipts_within(settings: Settings) -> dict[str, timedelta]:
    """By provider, how long a receipt may take before the next channel; none whose receipts cannot reach us.

    Twilio is asked where it does not call. Mail, Telegram, SpeedSMS and Stringee tell nothing of an arrival:
    what they have taken counts as told.
    """
    minutes = {
        TEMPLATES: settings.zalo.receipt_minutes,
        CONVERSATION: settings.zalo.receipt_minutes,
        "esms": settings.esms.receipt_minutes,
        "vietguys": settings.vietguys.receipt_minutes,
    }
    called = settings.public_url or settings.sandbox_url
    found = minutes if called else {}
    found = found | {"twilio": settings.twilio.receipt_minutes}
    return {name: timedelta(minutes=wait) for name, wait in found.items() if wait}


def limits_of(settings: Settings) -> Limits:
    """In segments of text messages, in messages elsewhere. The folder on this machine has no limit."""
    per_second: Mapping[str, float] = {
        TEMPLATES: settings.zalo.per_second,
        CONVERSATION: settings.zalo.per_second,
        "telegram": settings.telegram.per_second,
        SMTP: settings.smtp.per_second,
        **{
            name: getattr(settings, name).per_second
            for name in ("esms", "speedsms", "vietguys", "stringee", "twilio")
        },
    }
    return Limits(
        {name: Rate(rate, max(rate * _HELD_SECONDS, _LEAST)) for name, rate in per_second.items()},
        recipient=Rate(settings.person_segments_per_minute / 60, settings.person_segments_at_once),
    )


class Pace:
    """Buckets of all workers together where there is Redis, else of this process. ``close`` at its end."""

    def __init__(self, settings: Settings) -> None:
        limits = limits_of(settings)
        self._redis = Redis.from_url(settings.redis_url, socket_timeout=2) if settings.redis_url else None
        self.wardens: Wardens = (
            MemoryWardens(limits) if self._redis is None else RedisWardens(self._redis, limits)
        )

    async def close(self) -> None:
        if self._redis is not None:
            await self._redis.aclose()
