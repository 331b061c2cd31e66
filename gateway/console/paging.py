"""Long lists in pages: a plain link leads on from the last row, however many rows lie before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

SIZE = 50
_JOINT = "~"


@dataclass(frozen=True)
class Sheet[Row]:
    """One page of a list; ``after``: what the link to the next one carries, none on the last."""

    rows: Sequence[Row]
    after: str | None


def sheet[Row](
    found: Sequence[Row], place: Callable[[Row], tuple[object, ...]], *, size: int = SIZE
) -> Sheet[Row]:
    """``found``: one row more than ``size`` where there are more; ``place``: what the list is ordered by."""
    rows = found[:size]
    if len(found) <= size:
        return Sheet(rows, None)
    return Sheet(rows, _JOINT.join(_written(part) for part in place(rows[-1])))


def place_of(text: str, *kinds: Callable[[str], Any]) -> Any:
    """What a link carries, each part read by its kind; None for the first page and for what is unreadable."""
    parts = text.split(_JOINT)
    if len(parts) != len(kinds):
        return None
    try:
        return tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
    except ValueError:
        return None


def _written(part: object) -> str:
    return part.isoformat() if isinstance(part, date) else str(part)


@dataclass(frozen=True)
class Numbered[Row]:
    """A page of a list that stands in memory. ``of``: how many pages there are."""

    rows: Sequence[Row]
    number: int
    of: int


def numbered[Row](everything: Sequence[Row], number: int, *, size: int = SIZE) -> Numbered[Row]:
    pages = max(1, -(-len(everything) // size))
    number = min(max(number, 1), pages)
    return Numbered(everything[(number - 1) * size : number * size], number, pages)
