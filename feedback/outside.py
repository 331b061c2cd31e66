"""Matters that lie with a unit itself, and those that others decide with it.

In land matters measuring, the registry and the tax office decide how long it takes and what it costs.
"""

from __future__ import annotations

from functools import cache

from core.text.fold import fold

OUTSIDE_WORDS = ("dat dai", "thue")
INSIDE, OUTSIDE = "inside", "outside"


@cache
def kind_of(field: str | None) -> str:
    return OUTSIDE if any(word in fold(field or "") for word in OUTSIDE_WORDS) else INSIDE
