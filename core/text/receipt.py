"""Receipt codes that survive being read out over a bad line: no 0/O, 1/I/L, 2/Z, 5/S, 8/B."""

import secrets

ALPHABET = "ACDEFGHJKMNPQRTUVWXY34679"
LENGTH = 6


def new_receipt() -> str:
    """Six characters out of 25: 244 million codes, drawn so that nobody can guess the next one."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
