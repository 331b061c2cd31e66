"""Which form is open when a turn begins: the gateway tells it with the turn, so that any server may take it.

A server that heard the turns before may know better only in appearance: one of them may have been answered
elsewhere. Where nothing is told, as by whoever calls Rasa by hand, its own memory counts.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

KEY = "form"
_NOT_TOLD = "?"

_told: ContextVar[str | None] = ContextVar("open_form", default=_NOT_TOLD)


def hear(body: Any) -> None:
    """Remember what this call to the REST channel says, until the next one of the same line."""
    metadata: dict[str, Any] = (body.get("metadata") if isinstance(body, dict) else None) or {}
    _told.set((metadata.get("context") or {}).get(KEY, _NOT_TOLD))


def is_told() -> bool:
    return _told.get() != _NOT_TOLD


def told() -> str | None:
    """The form's name; none where no form is open."""
    return _told.get()
