"""The key ring of this deployment, from the environment or from the data folder."""

from __future__ import annotations

from core.crypto import KeyRing, activate
from core.settings import Settings


def activate_keys(settings: Settings) -> KeyRing:
    if settings.keys is not None:
        ring = KeyRing.from_json(settings.keys.get_secret_value())
    else:
        ring = KeyRing.load_or_create(settings.data_dir / "keys" / "ring.json")
    activate(ring)
    return ring
