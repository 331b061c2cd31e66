"""Waking those who wait for work: at once inside a process, and across processes where Redis is there.

Whoever waits also looks by itself every moment, so a lost wake-up costs a fraction of a second and nothing
else. ``notify`` never waits and never fails.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from enum import StrEnum

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger()

_PREFIX = "motcua:wake:"
_AGAIN_SECONDS = 1.0


class Topic(StrEnum):
    """What there is to do. ``EVENTS``: the log has grown; ``MESSAGES``: something may be sent."""

    EVENTS = "events"
    MESSAGES = "messages"


class WakeUps:
    """``redis_url`` None: inside this process alone."""

    def __init__(self, redis_url: str | None = None) -> None:
        self._events: dict[Topic, asyncio.Event] = defaultdict(asyncio.Event)
        self._redis = Redis.from_url(redis_url, socket_timeout=2) if redis_url else None
        self._sending: set[asyncio.Task[None]] = set()
        self._waiting: set[Topic] = set()

    def event(self, topic: Topic) -> asyncio.Event:
        """Set whenever the topic was notified; whoever waits clears it."""
        return self._events[topic]

    def notify(self, topic: Topic) -> None:
        self._events[topic].set()
        if self._redis is not None and topic not in self._waiting:
            self._waiting.add(topic)  # many in a moment are one
            task = asyncio.create_task(self._send(self._redis, topic))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _send(self, redis: Redis, topic: Topic) -> None:
        self._waiting.discard(topic)
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            await redis.publish(f"{_PREFIX}{topic}", b"")

    async def listen(self) -> None:
        """Hear other processes until cancelled; does nothing without Redis."""
        while self._redis is not None:
            try:
                async with self._redis.pubsub() as heard:
                    await heard.subscribe(*(f"{_PREFIX}{topic}" for topic in Topic))
                    while True:
                        message = await heard.get_message(ignore_subscribe_messages=True, timeout=1.0)
                        if message is not None:
                            self._events[Topic(message["channel"].decode().removeprefix(_PREFIX))].set()
            except (RedisError, OSError, TimeoutError) as error:
                log.warning("no wake-ups from other processes", error=type(error).__name__)
                await asyncio.sleep(_AGAIN_SECONDS)

    async def close(self) -> None:
        if self._redis is not None:
            await self._redis.aclose()
