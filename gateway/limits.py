"""How often somebody may ask within a time, counted in this process."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

_MANY = 20_000


class PerTime:
    """``most`` times within so many seconds. ``clock`` gives seconds that only go up."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._times: dict[str, deque[float]] = {}

    def admits(self, key: str) -> bool:
        now = self._clock()
        if len(self._times) > _MANY:  # visitors who left long ago; kept small without a timer
            self._times = {
                k: times for k, times in self._times.items() if times and now - times[-1] < self._seconds
            }
        times = self._times.setdefault(key, deque())
        while times and now - times[0] >= self._seconds:
            times.popleft()
        if len(times) >= self._most:
            return False
        times.append(now)
        return True

    def give_back(self, key: str) -> None:
        """What was admitted last came to nothing, through no fault of who asked."""
        if times := self._times.get(key):
            times.pop()


class PerMinute(PerTime):
    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        super().__init__(per_minute, 60.0, clock)
