"""Waiting for what happens by itself: a look again and again, and a limit only a broken product reaches.

A fixed pause before an assertion is a test of the machine; so is a limit of a few seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 60.0


async def comes_true(look: Callable[[], Awaitable[bool]], *, seconds: float = PATIENCE_SECONDS) -> None:
    """Returns as soon as ``look`` says yes; raises TimeoutError after ``seconds``."""
    async with asyncio.timeout(seconds):
        while not await look():
            await asyncio.sleep(0.05)
