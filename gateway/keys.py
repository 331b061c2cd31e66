"""The key ring of this deployment and the secret of its own processes, from the environment or from the data
folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from core.crypto import CryptoError, KeyRing, activate, open_ring, seal
from core.private_file import made_once
from core.settings import Settings


def ring_file(settings: Settings) -> Path:
    return settings.data_dir / "keys" / "ring.json"


def activate_keys(settings: Settings) -> KeyRing:
    """The ring for this process; it is read again when a value was written with a key made meanwhile."""
    ring = read_ring(settings)
    activate(ring, reload=lambda: read_ring(settings))
    return ring


def read_ring(settings: Settings) -> KeyRing:
    if settings.keys is not None:
        return KeyRing.from_json(settings.keys.get_secret_value())
    path = ring_file(settings)
    if not path.exists():
        KeyRing.load_or_create(path)
    return open_ring(path.read_text(encoding="utf-8"), _master(settings))


def write_ring(settings: Settings, ring: KeyRing, *, sealed: bool | None = None) -> None:
    """Put a changed ring in the place of the old one, whole or not at all, readable by its owner alone.

    ``sealed``: whether to wrap it; as it was before unless told. Raises ``ValueError`` where there is no file
    to write, or no master secret to seal with.
    """
    path, master = ring_file(settings), _master(settings)
    if settings.keys is not None:
        raise ValueError("khóa nằm trong MOTCUA_KEYS: sửa ở nơi đặt biến này, lệnh không ghi được")
    if sealed is None:
        sealed = '"sealed"' in path.read_text(encoding="utf-8")
    if sealed and master is None:
        raise ValueError("chưa đặt MOTCUA_MASTER_KEY (nên là file:/đường/dẫn ở đĩa khác)")
    text = seal(ring, master) if sealed and master is not None else ring.to_json()
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def assistant_file(settings: Settings) -> Path:
    return settings.data_dir / "keys" / "assistant.secret"


def assistant_secret(settings: Settings) -> str:
    """With which gateway, Rasa and actions prove themselves to each other (``bot.doors``).

    Made by whichever of them starts first. It opens no stored value and is in no backup: without its file
    another one is made at the next start. Machines whose Rasa servers are shared are given the same one.
    """
    if settings.assistant_secret and (given := settings.assistant_secret.get_secret_value().strip()):
        return given
    path = assistant_file(settings)
    if secret := made_once(path, lambda: secrets.token_urlsafe(32)).strip():
        return secret
    raise CryptoError(f"{path} is empty: delete it and start again, and another one is made")


def _master(settings: Settings) -> str | None:
    return settings.master_key.get_secret_value() if settings.master_key else None
