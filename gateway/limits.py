"""How often somebody may ask within a minute, counted in this process."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

_MANY = 20_000


class PerMinute:
    """``clock`` gives seconds that only go up."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._times: dict[str, deque[float]] = {}

    def admits(self, key: str) -> bool:
        now = self._clock()
        if len(self._times) > _MANY:  # visitors who left long ago; kept small without a timer
            self._times = {k: times for k, times in self._times.items() if times and now - times[-1] < 60}
        times = self._times.setdefault(key, deque())
        while times and now - times[0] >= 60:
            times.popleft()
        if len(times) >= self._per_minute:
            return False
        times.append(now)
        return True
