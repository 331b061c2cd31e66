"""The index weighted to what is known of everybody: how many dossiers closed in each field and channel.

Some kinds of dossiers bring more answers than others. Weights are known numbers of closed dossiers alone,
never anything guessed about people, and the raw index always stands beside the weighted one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from feedback.index import Z_95, Interval, wilson

LEAST_ANSWERS = 5
"""A cell with fewer answers is counted together with others."""


@dataclass(frozen=True)
class FrameCell:
    """Answers and closed dossiers (``frame``) of one field on one channel."""

    n: int
    satisfied: int
    frame: int

    def plus(self, other: FrameCell) -> FrameCell:
        return FrameCell(self.n + other.n, self.satisfied + other.satisfied, self.frame + other.frame)


@dataclass(frozen=True)
class Weighted:
    """``share`` as a fraction. Of ``n`` answers; ``effective`` equal ones would say as much (Kish)."""

    share: float
    interval: Interval
    effective: float
    cells: int
    n: int


def weighted(cells: Iterable[FrameCell], z: float = Z_95) -> Weighted | None:
    """The weighted share; nothing where no cell is known or nobody answered."""
    merged = _merged([cell for cell in cells if cell.n or cell.frame])
    frame = sum(cell.frame for cell in merged)
    if not frame or not any(cell.n for cell in merged):
        return None
    weights = [(cell.frame / frame / cell.n, cell) for cell in merged if cell.n]
    share = sum(weight * cell.satisfied for weight, cell in weights)
    effective = 1 / sum(weight * weight * cell.n for weight, cell in weights)
    answers = sum(cell.n for cell in merged)
    return Weighted(share, _wilson(share, effective, z), effective, len(merged), answers)


def _merged(cells: list[FrameCell]) -> list[FrameCell]:
    """Cells with few answers put together, and with the smallest of the others if they are still few."""
    few = [cell for cell in cells if cell.n < LEAST_ANSWERS]
    kept = sorted((cell for cell in cells if cell.n >= LEAST_ANSWERS), key=lambda cell: cell.n)
    if not few:
        return kept
    rest = few[0]
    for cell in few[1:]:
        rest = rest.plus(cell)
    if rest.n < LEAST_ANSWERS and kept:
        rest = rest.plus(kept.pop(0))
    return [*kept, rest]


def _wilson(share: float, effective: float, z: float) -> Interval:
    found = wilson(min(1.0, max(0.0, share)) * effective, effective, z)
    return Interval(found.lower, found.upper)
