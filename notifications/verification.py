"""The code in each message by which a citizen can ask the office's own page whether a message is real.

Eight letters and digits that are not mistaken for each other: with five million messages a guess hits one in
170,000 times, and the page limits guesses and shows nothing personal. The message never says where to check:
whoever forges a message would name a page of their own.
"""

from __future__ import annotations

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normal(typed: str) -> str | None:
    """A code as people type it; None when it cannot be one."""
    code = re.sub(r"[\s.\-]", "", typed).upper()
    return code if len(code) == LENGTH and all(letter in ALPHABET for letter in code) else None
