"""The doors between gateway, Rasa and actions, and the keys that open them: standard library alone, for both
environments.

All three know one secret. A door takes a key made of it for this door alone: who listens in a server's place
while it is away is given the key of that door and of no other. Keys travel in a header, never in an address.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "MOTCUA_ASSISTANT_SECRET"
HEADER = "Authorization"
RASA = "rasa"
ACTIONS = "actions"
REFUSED = f"refused: gateway, Rasa and actions must be started with the same {VARIABLE}"
_FROM_FILE = "file:"


class NoSecret(Exception):
    """There is none, or its file cannot be read."""


def key_of(door: str, secret: str) -> str:
    """64 hexadecimal digits."""
    return hmac.new(secret.encode(), f"motcua door {door}".encode(), hashlib.sha256).hexdigest()


def shown(key: str | None) -> dict[str, str]:
    """The header of a call; none without a key."""
    return {HEADER: f"Bearer {key}"} if key else {}


def opens(header: str | None, key: str) -> bool:
    """Whether a call's header holds the door's key; how far it is right cannot be told from the time."""
    return hmac.compare_digest((header or "").encode(errors="replace"), f"Bearer {key}".encode())


def secret_in(environment: Mapping[str, str]) -> str:
    """The secret itself, or the file that ``file:/path`` names. Raises ``NoSecret``."""
    given = environment.get(VARIABLE, "")
    if given.startswith(_FROM_FILE):
        try:
            given = Path(given[len(_FROM_FILE) :]).read_text(encoding="utf-8")
        except OSError as error:
            raise NoSecret(f"the file of {VARIABLE} cannot be read: {error.strerror}") from None
    if not given.strip():
        raise NoSecret(f"{VARIABLE} is not set: take that of the gateway, which 'motcua up' hands over")
    return given.strip()
