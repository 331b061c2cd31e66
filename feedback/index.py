"""The satisfaction index as statistics: pure functions on counts.

Satisfied = levels 4 and 5 of the five SIPAS words, as a share of the valid answers; never a mean of points.
A share is an estimate and is given with its Wilson 95 % interval. All shares here are fractions (0..1).
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum

Z_95 = 1.959964
SATISFIED_LEVELS = frozenset({4, 5})
HIDDEN_BELOW = 5
"""Fewer answers than this could be told apart by the people who served them: nothing is shown."""
ESTIMATE_FROM = 30
"""From this number of answers on, a share and its interval are shown; below, counts only."""
REPRESENTATIVE_RESPONSE = 0.30


class Comparator(StrEnum):
    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="


class Verdict(StrEnum):
    MET = "đạt"
    NOT_MET = "không đạt"
    NOT_ENOUGH_EVIDENCE = "chưa đủ bằng chứng"


class Publication(StrEnum):
    """How much of a cell may leave the room."""

    HIDDEN = "hidden"
    COUNTS = "counts"
    ESTIMATE = "estimate"


@dataclass(frozen=True)
class Interval:
    """Bounds of a share, as fractions."""

    lower: float
    upper: float

    def __post_init__(self) -> None:
        if not 0 <= self.lower <= self.upper <= 1:
            raise ValueError(f"not an interval of shares: {self.lower}..{self.upper}")


@dataclass(frozen=True)
class Needed:
    """Answers needed for a clear pass.

    People come whole, so the share moves in steps and a pass can be lost again with the next answer:
    ``first`` is the first number of answers that passes, ``always`` the one from which all do.
    """

    first: int
    always: int


def is_satisfied(level: int) -> bool:
    """Whether a level of the five words counts as satisfied; "Bình thường" (3) does not."""
    if not 1 <= level <= 5:
        raise ValueError(f"a level is 1 to 5, not {level}")
    return level in SATISFIED_LEVELS


def wilson(satisfied: float, n: float, z: float = Z_95) -> Interval:
    """Wilson score interval of ``satisfied`` out of ``n``; ``ValueError`` when n < 1 or out of range."""
    if n < 1 or not 0 <= satisfied <= n:
        raise ValueError(f"cannot count {satisfied} satisfied among {n} answers")
    return Interval(*_wilson(satisfied, n, z))


def _wilson(satisfied: float, n: float, z: float = Z_95) -> tuple[float, float]:
    p = satisfied / n
    scale = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / scale
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
    # At none or all satisfied the bound equals p exactly; rounding must not push it past.
    return max(0.0, min(centre - half, p)), min(1.0, max(centre + half, p))


def verdict(interval: Interval, target: float, comparator: Comparator = Comparator.AT_LEAST) -> Verdict:
    """Hold an interval against a target (a fraction): only the whole interval on one side decides."""
    match comparator:
        case Comparator.AT_LEAST:
            met, missed = interval.lower >= target, interval.upper < target
        case Comparator.MORE_THAN:
            met, missed = interval.lower > target, interval.upper <= target
        case Comparator.AT_MOST:
            met, missed = interval.upper <= target, interval.lower > target
    if met:
        return Verdict.MET
    return Verdict.NOT_MET if missed else Verdict.NOT_ENOUGH_EVIDENCE


def answers_needed(target: float, seen: float, most: int = 100_000) -> Needed | None:
    """How many answers make "at least ``target``" a clear pass if the share seen stays ``seen``.

    ``None`` when that share never passes, or not within ``most`` answers.
    """

    def passes(n: int) -> bool:
        return _wilson(math.floor(seen * n + 0.5), n)[0] >= target

    if not 0 <= target <= seen <= 1 or target == seen:
        return None
    # With half a person against us at every step the bound only rises with n: past that point nothing fails.
    safe = bisect_left(
        range(1, most + 1), True, key=lambda n: _wilson(max(0.0, seen * n - 0.5), n)[0] >= target
    )
    safe += 1
    if safe > most:
        return None
    # With half a person for us it rises as well, once n is not small: before that point nothing passes.
    small = min(safe, math.ceil(4 / (Z_95**2 * max(seen * (1 - seen), 1e-9))))
    hopeful = small + bisect_left(
        range(small, safe), True, key=lambda n: _wilson(min(n, seen * n + 0.5), n)[0] >= target
    )
    first = next(n for n in (*range(1, small), *range(hopeful, safe + 1)) if passes(n))
    always = safe
    while always > first and passes(always - 1):
        always -= 1
    return Needed(first=first, always=always)


def silence_bounds(satisfied: int, answered: int, invited: int) -> Interval:
    """The index if everybody who stayed silent were dissatisfied, and if all were satisfied."""
    if not 0 <= satisfied <= answered <= invited or invited == 0:
        raise ValueError(f"{satisfied} satisfied, {answered} answered, {invited} invited do not fit together")
    return Interval(satisfied / invited, (satisfied + invited - answered) / invited)


def publication(n: int) -> Publication:
    """What may be shown of a cell with ``n`` answers."""
    if n < HIDDEN_BELOW:
        return Publication.HIDDEN
    return Publication.COUNTS if n < ESTIMATE_FROM else Publication.ESTIMATE


def is_representative(answered: int, invited: int) -> bool:
    """Whether enough of those invited answered for the share to stand for all of them."""
    return invited > 0 and answered / invited >= REPRESENTATIVE_RESPONSE
