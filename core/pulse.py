"""Whether there can be news: a question for those who look again and again, mostly in vain.

SQLite counts the commits of all other connections in memory that its processes share: to read that number
costs some microseconds, a statement of ours more than a millisecond. A server would have to be asked like for
anything else, so there it is always said that there may be news.
"""

from __future__ import annotations

from collections.abc import Callable


class Pulse:
    """Of one asker: what it was told of once is no news the next time. Ask before looking."""

    def __init__(self, commits: Callable[[], int | None]) -> None:
        self._commits = commits
        self._seen: int | None = None

    @property
    def tells(self) -> bool:
        """Whether it is worth asking often."""
        return self._commits() is not None

    def moved(self) -> bool:
        now = self._commits()
        moved = now is None or now != self._seen
        self._seen = now
        return moved

    def forget(self) -> None:
        """The look failed: what there was is news still."""
        self._seen = None
