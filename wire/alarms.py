"""How a provider tells people of something that only they can mend, and remembers who cannot be reached."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Trouble(StrEnum):
    """What an administrator is asked to look at."""

    ACCOUNT = "account"
    """Permission, balance, quota: nothing leaves on this channel until somebody acts."""
    CONFIGURATION = "configuration"
    CONTENT = "content"
    """A text or a template that the provider does not take."""
    TOKEN = "token"  # noqa: S105
    UNKNOWN = "unknown"


class Watcher(Protocol):
    """Handed to every provider. ``what`` is a code or a name, never a citizen's data."""

    async def alarm(self, provider: str, trouble: Trouble, what: str) -> None: ...


class Unreachable(StrEnum):
    """Why a channel does not lead to a contact."""

    NO_ACCOUNT = "no_account"
    REFUSED = "refused"
    BLOCKED = "blocked"


class Refusals(Protocol):
    """What is remembered of contacts that a channel cannot or must not reach."""

    async def stands(self, channel: str, contact: str) -> Unreachable | None: ...

    async def note(self, channel: str, contact: str, why: Unreachable, lasts: timedelta | None) -> None:
        """Remember; ``lasts=None`` until the citizen takes it back."""
        ...


class Accounts(Protocol):
    """The account on a channel that proved a contact, or that belongs to a conversation of ours."""

    async def account(self, channel: str, to: str) -> str | None:
        """``to``: a phone in E.164, or the id of a conversation."""
        ...
