"""A new token pair on the disk of this machine, from the moment it arrives until the database has it.

Zalo kills the old refresh token as it hands out the new one, so an answer that is lost before it is stored
needs a person to consent again. The database may be locked, full or away at just that moment; a local file
is not. It is encrypted with the key ring and readable by its owner only.
"""

from __future__ import annotations

import contextlib
import json
import os
from datetime import datetime
from pathlib import Path

from core.crypto import CryptoError, key_ring
from wire.zalo.pair import TokenPair


class RescueFile:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, oa_id: str, generation: int, pair: TokenPair) -> None:
        """Write the pair that follows ``generation``; durable when this returns."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        text = json.dumps(
            {
                "generation": generation,
                "access_token": pair.access_token,
                "refresh_token": pair.refresh_token,
                "access_expires_at": pair.access_expires_at.isoformat(),
                "refresh_expires_at": pair.refresh_expires_at.isoformat(),
            }
        )
        target = self._path(oa_id)
        aside = target.with_name(f".{target.name}.{os.getpid()}")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key_ring().encrypt(text))
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)

    def find(self, oa_id: str, generation: int) -> TokenPair | None:
        """The pair that was got for this generation and perhaps never stored."""
        try:
            raw = json.loads(key_ring().decrypt(self._path(oa_id).read_text(encoding="ascii")))
        except (OSError, ValueError, CryptoError):
            return None
        if raw.get("generation") != generation:
            return None
        return TokenPair(
            raw["access_token"],
            raw["refresh_token"],
            datetime.fromisoformat(raw["access_expires_at"]),
            datetime.fromisoformat(raw["refresh_expires_at"]),
        )

    def clear(self, oa_id: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._path(oa_id).unlink()

    def _path(self, oa_id: str) -> Path:
        return self._folder / f"zalo-{''.join(char for char in oa_id if char.isalnum())}.pair"
