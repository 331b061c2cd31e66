"""Whether an index has moved: a difference is held against its own interval, so that noise is neither praised
nor blamed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from feedback.index import wilson


class Movement(StrEnum):
    UP = "tăng"
    DOWN = "giảm"
    NOT_SEEN = "chưa thấy khác"


@dataclass(frozen=True)
class Change:
    """A difference of two shares as fractions (-1..1), with its 95 % interval."""

    difference: float
    lower: float
    upper: float

    @property
    def movement(self) -> Movement:
        if self.lower > 0:
            return Movement.UP
        return Movement.DOWN if self.upper < 0 else Movement.NOT_SEEN


def change(satisfied: int, n: int, satisfied_before: int, n_before: int) -> Change:
    """Newcombe's hybrid score interval of a difference (Statistics in Medicine 17:873, 1998, method 10)."""
    now, before = wilson(satisfied, n), wilson(satisfied_before, n_before)
    p, q = satisfied / n, satisfied_before / n_before
    return Change(
        p - q,
        p - q - math.hypot(p - now.lower, before.upper - q),
        p - q + math.hypot(now.upper - p, q - before.lower),
    )
