"""The signature of a delivery: SHA-256 over app id, the raw body, a timestamp and the account's secret.

``X-ZEvent-Signature: mac=<hex>``; the prefix may be missing or read ``sha256=``. Not an HMAC. The timestamp
is that of ``X-ZEvent-Timestamp`` (seen in production) or the body's own (documented): either is believed.
No limit of age: Zalo repeats a delivery for twelve hours, and a repeat is recognised by its identity instead.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

SIGNATURE_HEADER = "X-ZEvent-Signature"
TIMESTAMP_HEADER = "X-ZEvent-Timestamp"

_TIMESTAMP = re.compile(rb'"timestamp"\s*:\s*"?(\d{1,19})"?\s*[,}]')
_PREFIXES = ("mac=", "sha256=")


def signature(app_id: str, raw: bytes, timestamp: str, secret: str) -> str:
    """The hexadecimal signature of a body."""
    return hashlib.sha256(app_id.encode() + raw + timestamp.encode() + secret.encode()).hexdigest()


def is_genuine(
    raw: bytes, *, app_id: str, secrets: Iterable[str], header: str | None, timestamp: str | None
) -> bool:
    """Whether these very bytes were signed with one of the secrets, compared in constant time."""
    given = (header or "").strip()
    for prefix in _PREFIXES:
        given = given.removeprefix(prefix)
    given = given.strip().lower()
    stamps = [timestamp] if timestamp else []
    # The last one: an event's own timestamp stands at its end, a citizen's words before it.
    stamps += [found.decode() for found in _TIMESTAMP.findall(raw)[-1:]]
    genuine = False
    for secret in secrets:
        for stamp in stamps or [""]:
            genuine |= hmac.compare_digest(
                signature(app_id, raw, stamp, secret).encode(), given.encode("utf-8", "replace")
            )
    return genuine
