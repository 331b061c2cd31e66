"""Measuring how long things take, in milliseconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable


def timed[Given](given: Iterable[Given], work: Callable[[Given], object]) -> tuple[float, float]:
    """Median and 95th percentile of ``work`` over what is given."""
    times = []
    for one in given:
        started = time.perf_counter()
        work(one)
        times.append((time.perf_counter() - started) * 1000)
    return quantiles(times)


def quantiles(times: list[float]) -> tuple[float, float]:
    ordered = sorted(times)
    return round(ordered[len(ordered) // 2], 2), round(ordered[int(len(ordered) * 0.95)], 2)
