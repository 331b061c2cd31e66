"""Personal data at rest: encrypted columns, and keyed hashes to look them up by.

Every stored value names the key it was written with, so that a new key can be added and old values still
read. Long values are compressed first. AES-256-GCM and HMAC-SHA256 come from the ``cryptography`` package
and the standard library.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from core.private_file import made_once

_NONCE_BYTES = 12


class CryptoError(Exception):
    """A key is missing, or a stored value was not written by any key on the ring."""


class KeyMissing(CryptoError):
    """A value was written with a key that is not on the ring: perhaps it was made a moment ago."""

    def __init__(self, name: str) -> None:
        super().__init__(f"a stored value needs key '{name}', which is not on the ring")
        self.name = name


@dataclass(frozen=True)
class KeyRing:
    """``current`` encrypts; every key on the ring decrypts; ``pepper`` keys the look-up hashes and tokens."""

    current: str
    keys: dict[str, bytes]
    pepper: bytes

    @classmethod
    def generate(cls) -> KeyRing:
        return cls(current="k1", keys={"k1": AESGCM.generate_key(bit_length=256)}, pepper=os.urandom(32))

    @classmethod
    def from_json(cls, text: str) -> KeyRing:
        try:
            raw = json.loads(text)
            keys = {name: base64.b64decode(value) for name, value in raw["keys"].items()}
            ring = cls(current=raw["current"], keys=keys, pepper=base64.b64decode(raw["pepper"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CryptoError(
                "the key ring cannot be read: expected JSON with 'current', 'keys', 'pepper'"
            ) from error
        if ring.current not in ring.keys:
            raise CryptoError(f"the key ring names '{ring.current}' as current but does not hold it")
        return ring

    def to_json(self) -> str:
        return json.dumps(
            {
                "current": self.current,
                "keys": {name: base64.b64encode(key).decode() for name, key in self.keys.items()},
                "pepper": base64.b64encode(self.pepper).decode(),
            }
        )

    @classmethod
    def load_or_create(cls, path: Path) -> KeyRing:
        """Read the ring from a file only its owner may read, or make one there."""
        return cls.from_json(made_once(path, lambda: cls.generate().to_json()))

    def with_new_key(self) -> KeyRing:
        """The ring with one more key, which writes from now on; the older ones still read."""
        numbers = [int(name[1:]) for name in self.keys if name[1:].isdecimal()]
        name = f"k{max(numbers, default=0) + 1}"
        return replace(self, current=name, keys={**self.keys, name: AESGCM.generate_key(bit_length=256)})

    def without(self, name: str) -> KeyRing:
        """The ring without a key that nothing is written with any more."""
        if name == self.current:
            raise CryptoError(f"'{name}' is the key that writes: make a new one first")
        if name not in self.keys:
            raise CryptoError(f"there is no key '{name}' on the ring")
        return replace(self, keys={one: key for one, key in self.keys.items() if one != name})

    def is_current(self, stored: str) -> bool:
        """Whether a stored value was written with the key that writes now."""
        return stored.startswith(f"{self.current}:")

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = _cipher(self.keys[self.current]).encrypt(nonce, _packed(text), self.current.encode())
        return f"{self.current}:{base64.b64encode(nonce + sealed).decode()}"

    def decrypt(self, stored: str) -> str:
        name, _, body = stored.partition(":")
        key = self.keys.get(name)
        if key is None:
            raise KeyMissing(name)
        try:
            raw = base64.b64decode(body)
            return _unpacked(_cipher(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], name.encode()))
        except (ValueError, InvalidTag, zlib.error) as error:
            raise CryptoError("a stored value is damaged, or was written by another deployment") from error

    def digest(self, value: str, purpose: str) -> str:
        """A keyed hash (64 hex characters); the same value gives another one for another purpose."""
        return hmac.digest(self.pepper, f"{purpose}\0{value}".encode(), "sha256").hex()


_PACKED = b"\xff"
"""Before what was made smaller: no text begins with this byte in UTF-8, so older values read as they are."""
_WORTH_BYTES = 200


def _packed(text: str) -> bytes:
    """Long values are made smaller before they are encrypted: the words of a message are two thirds of what a
    dossier takes on the disk, and come to little more than a third of their length in some 40 µs."""
    plain = text.encode()
    if len(plain) < _WORTH_BYTES:
        return plain
    smaller = _PACKED + zlib.compress(plain, level=1)
    return smaller if len(smaller) < len(plain) else plain


def _unpacked(raw: bytes) -> str:
    return (zlib.decompress(raw[1:]) if raw.startswith(_PACKED) else raw).decode()


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    """Setting one up costs more than using it."""
    return AESGCM(key)


def seal(ring: KeyRing, master: str) -> str:
    """The ring wrapped by a master secret that is kept elsewhere: whoever copies the disk has neither."""
    nonce = os.urandom(_NONCE_BYTES)
    wrapped = AESGCM(_master_key(master)).encrypt(nonce, ring.to_json().encode(), b"motcua ring")
    return json.dumps({"sealed": base64.b64encode(nonce + wrapped).decode()})


def open_ring(text: str, master: str | None) -> KeyRing:
    """A ring as it stands in its file, wrapped or not; raises ``CryptoError``."""
    try:
        raw = json.loads(text)
    except ValueError:
        raw = None
    if not isinstance(raw, dict) or "sealed" not in raw:
        return KeyRing.from_json(text)
    if master is None:
        raise CryptoError("the key ring is sealed: set MOTCUA_MASTER_KEY")
    try:
        sealed = base64.b64decode(raw["sealed"])
        opened = AESGCM(_master_key(master)).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], b"motcua ring"
        )
    except (ValueError, TypeError, InvalidTag):
        raise CryptoError("the key ring is sealed with another MOTCUA_MASTER_KEY") from None
    return KeyRing.from_json(opened.decode())


def _master_key(master: str) -> bytes:
    """The secret is long and random, so one round of a hash is enough to bring it to its length."""
    return hashlib.sha256(b"motcua master\0" + master.encode()).digest()


_active: KeyRing | None = None
_reload: Callable[[], KeyRing] | None = None


def activate(ring: KeyRing, *, reload: Callable[[], KeyRing] | None = None) -> None:
    """Use this ring for every encrypted column of the process.

    ``reload`` reads it anew when a value appears that was written with a key made meanwhile.
    """
    global _active, _reload
    _active, _reload = ring, reload


def _decrypted(stored: str) -> str:
    try:
        return key_ring().decrypt(stored)
    except KeyMissing:
        if _reload is None:
            raise
        activate(_reload(), reload=_reload)
        return key_ring().decrypt(stored)


def key_ring() -> KeyRing:
    if _active is None:
        raise CryptoError("no key ring is active: call core.crypto.activate at the start of the process")
    return _active


def keyed_hash(value: str, purpose: str) -> str:
    return key_ring().digest(value, purpose)


class EncryptedText(TypeDecorator[str]):
    """Text that is readable only with a key of the ring."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else key_ring().encrypt(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else _decrypted(value)


class EncryptedJson(TypeDecorator[Any]):
    """A JSON value stored as encrypted text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else key_ring().encrypt(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any | None:
        return None if value is None else json.loads(_decrypted(value))
