"""One of several does what has one order; the others watch whether it goes on.

All that they look at is how far the work has come. There is no row to renew, nothing to give back, and no
clock but one's own: whoever moves the work is at it, and if it stands still although something waits, it is
taken over. Two may be at it for a moment; that costs one of them a turn, for the work itself is guarded by
whoever does it.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_PATIENCE = 0.6
_LONGEST = 5.0
_FORGETS = 0.9


class Relay:
    """``patience``: seconds for which the work may stand still. On a machine where steps take longer than
    that, twice the time that steps have taken lately.
    """

    def __init__(self, *, patience: float = _PATIENCE, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience, self._clock = patience, clock
        self._ours = True  # whoever begins finds out soon enough that somebody else is at it
        self._at: int | None = None
        self._since: float | None = None  # the last move of somebody else, while none of ours followed it
        self._slowest = 0.0

    @property
    def watches(self) -> bool:
        return not self._ours

    def works(self, at: int) -> bool:
        """Whether the work, which has come as far as ``at``, is ours: not if somebody else has moved it."""
        if self._ours and self._at not in (None, at):
            self._step_back(at)
        if self._ours:
            self._at = at
        return self._ours

    def moved(self, to: int) -> None:
        """We have."""
        self._at, self._since = to, None

    def beaten(self) -> None:
        """Somebody else has done what we had just worked out."""
        self._step_back(self._at)

    def stands(self, at: int) -> bool:
        """For whoever watches: whether nothing has moved since the last look."""
        return at == self._at

    def look(self, at: int, *, waits: bool) -> bool:
        """For whoever watches: whether it is ours now. ``waits``: there is something to do."""
        now = self._clock()
        if at != self._at:
            self._note_move(at, now)
        elif self._since is None or not waits:
            self._since = now
        elif now - self._since > max(self._patience, 2 * self._slowest):
            self._ours = True
        return self._ours

    def _step_back(self, at: int | None) -> None:
        """Whoever we took the work over from was only slow, if we had: that is remembered."""
        self._ours = False
        self._note_move(at, self._clock())

    def _note_move(self, at: int | None, now: float) -> None:
        if self._since is not None:
            self._slowest = min(max(now - self._since, self._slowest * _FORGETS), _LONGEST)
        self._at, self._since = at, now
