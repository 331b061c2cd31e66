"""What whoever waits at a terminal is told: nothing for a second, then one line on what is being done.

On standard error, so that what a command prints can be read by a program.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.database import Database
from core.settings import settings

PREPARING = "Đang chuẩn bị cơ sở dữ liệu…"
_PATIENCE = 1.0


class _Wait:
    def __init__(self, doing: str) -> None:
        self._doing, self._told = doing, False
        self._timer: threading.Timer | None = None

    def begin(self) -> None:
        # In a thread, for the work may keep the event loop busy.
        if not self._told:
            self._timer = threading.Timer(_PATIENCE, self._tell)
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _tell(self) -> None:
        self._told = True
        print(self._doing, file=sys.stderr, flush=True)


_waits: list[_Wait] = []


@contextmanager
def told_when_long(doing: str) -> Iterator[None]:
    """What lies within another tells in its place, and gives back its second when it is done."""
    if _waits:
        _waits[-1].end()
    wait = _Wait(doing)
    _waits.append(wait)
    wait.begin()
    try:
        yield
    finally:
        wait.end()
        _waits.pop()
        if _waits:
            _waits[-1].begin()


async def ready_database() -> Database:
    """The database of a command, brought up to date first. The caller disposes of it."""
    with told_when_long(PREPARING):
        # It brings in the migrations: a command that needs none of them shall not wait for it.
        from gateway.prepare import prepare

        await prepare(settings(), tell=lambda line: None)
    return Database(settings().database)
