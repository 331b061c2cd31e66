"""A new index put together from the one before it: what stays is copied in runs, what is new stands between.

Copying the arrays of a whole catalogue takes milliseconds; cutting, folding and encoding its texts takes
seconds. An index from nothing is one run of fresh records.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Starts = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Run:
    """Records ``start`` to ``end`` (without it) of the fresh ones, or of those of the index before."""

    fresh: bool
    start: int
    end: int


def runs_of(sources: Iterable[tuple[bool, int]]) -> list[Run]:
    """``sources``: of every record whether it is fresh, and its number among its like."""
    runs: list[Run] = []
    for fresh, number in sources:
        last = runs[-1] if runs else None
        if last is not None and last.fresh is fresh and last.end == number:
            runs[-1] = Run(fresh, last.start, number + 1)
        else:
            runs.append(Run(fresh, number, number + 1))
    return runs


def starts_of(lengths: Sequence[int] | npt.NDArray[Any]) -> Starts:
    """Where each of some stretches of these lengths begins, and where the last one ends."""
    starts = np.zeros(len(lengths) + 1, dtype=np.intp)
    np.cumsum(lengths, out=starts[1:])
    return starts


def joined(values: Sequence[npt.NDArray[Any]], starts: Sequence[Starts], runs: Sequence[Run]) -> Any:
    """One array of the values of all runs. ``values`` and ``starts``: of the kept records, of the fresh."""
    parts = [
        values[run.fresh][starts[run.fresh][run.start] : starts[run.fresh][run.end]] for run in runs
    ] or [values[0][:0]]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)
