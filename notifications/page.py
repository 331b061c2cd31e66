"""The address of a message's own page: the whole notice, and the ways to stop such messages.

The token is the message's id and a signature, so nothing has to be stored and nothing can be guessed.
"""

from __future__ import annotations

import hmac

from core.crypto import keyed_hash

_ID, _SIGNED = 26, 16
LENGTH = _ID + _SIGNED


def token_of(message_id: str) -> str:
    return message_id.lower() + keyed_hash(message_id, "notice-page")[:_SIGNED]


def message_of(token: str) -> str | None:
    """The id of the message whose page this is; None for a token that we did not make."""
    if len(token) != LENGTH or not token.isascii():
        return None
    message_id = token[:_ID].upper()
    signed = keyed_hash(message_id, "notice-page")[:_SIGNED]
    return message_id if hmac.compare_digest(signed, token[_ID:]) else None


def link_to(message_id: str, public_url: str) -> str:
    return f"{public_url.rstrip('/')}/t/{token_of(message_id)}"
