"""What a provider says about a message after it took it, in the words of no provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from wire.provider import Confidence


class Fate(StrEnum):
    """How far a message came."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True)
class Statement:
    """``identity`` is the same for every repeat; one of the two names finds the message."""

    provider: str
    identity: str
    fate: Fate
    confidence: Confidence
    at: datetime | None = None
    reference: str | None = None
    provider_message_id: str | None = None
    code: str | None = None


class Pollable(Protocol):
    """A provider that can be asked for receipts that never came."""

    name: str

    async def ask(self, provider_message_id: str) -> Statement | None:
        """What became of a message; None while nothing final is known. Raises when it cannot be asked."""
        ...
