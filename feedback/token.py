"""The token in a citizen's survey link, and what is kept of it.

The token is never stored. It is derived from the invitation and a random seed; with the seed erased it
cannot be derived again. What the database keeps are keyed hashes for two purposes, one on each side, and
neither leads to the other without the token.
"""

from __future__ import annotations

import base64
import secrets

from core.crypto import keyed_hash
from core.text.fold import fold

_BYTES = 15
LENGTH = 24
"""Characters of a token: 120 bits in base 32, letters and digits only, so that no program cuts the link."""


def new_seed() -> str:
    return secrets.token_hex(16)


def token_of(invitation_id: str, seed: str) -> str:
    """The token of an invitation; whoever lacks key or seed cannot compute or guess it."""
    signed = bytes.fromhex(keyed_hash(f"{invitation_id}\0{seed}", "survey-token"))
    return base64.b32encode(signed[:_BYTES]).decode().lower()


def token_hash(token: str) -> str:
    """What an invitation keeps of its token."""
    return keyed_hash(token, "survey-token-hash")


def answer_key(token: str) -> str:
    """What an answer keeps of the token it was given with: the slot only its holder can find again."""
    return keyed_hash(token, "survey-answer-key")


def officer_hash(name: str | None) -> str | None:
    """What is kept of who handled a dossier, only so that this one never sees what comes of it."""
    return keyed_hash(" ".join(fold(name).split()), "survey-officer") if name and name.strip() else None


def citizen_key(token: str) -> str:
    """What a case keeps of the token, so that its holder can be asked whether it helped."""
    return keyed_hash(token, "survey-case")
