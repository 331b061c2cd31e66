"""A note that travels through a browser and comes back: read by us alone, for one purpose, for a short time.

Nothing is kept here for a journey that never ends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from core.crypto import CryptoError, key_ring


def seal(purpose: str, note: Mapping[str, str], now: datetime) -> str:
    return key_ring().encrypt(json.dumps({"for": purpose, "at": now.isoformat(), "note": dict(note)}))


def unseal(purpose: str, sealed: str, now: datetime, *, lasts: timedelta) -> dict[str, str] | None:
    """None for what is not ours, of another purpose, or too old."""
    try:
        told = json.loads(key_ring().decrypt(sealed))
        if told["for"] != purpose or not timedelta() <= now - datetime.fromisoformat(told["at"]) <= lasts:
            return None
        return {str(name): str(value) for name, value in told["note"].items()}
    except (CryptoError, ValueError, KeyError, TypeError, AttributeError):
        return None
