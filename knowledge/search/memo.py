"""The newest results of a slow and pure function."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future


class Memo[Key: Hashable, Result]:
    """Remembers results; who asks for one that another thread is at work on waits for it."""

    def __init__(self, work: Callable[[Key], Result], *, size: int) -> None:
        self._work, self._size = work, size
        self._results: dict[Key, Future[Result]] = {}
        self._lock = threading.Lock()

    def __call__(self, key: Key) -> Result:
        with self._lock:
            found = self._results.pop(key, None)
            known = found is not None
            result = self._results[key] = found or Future()  # the newest stands last
            if len(self._results) > self._size:
                del self._results[next(iter(self._results))]
        if not known:
            try:
                result.set_result(self._work(key))
            except BaseException as error:
                result.set_exception(error)
                with self._lock:
                    self._results.pop(key, None)
        return result.result()
