"""SQLite off the event loop with one trip to the connection's thread a statement.

aiosqlite makes four of them (cursor, execute, fetch, close), and every one wakes two threads that then wait
for each other: with short statements the trips cost more than the statements.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import aiosqlite


class Cursor:
    """What SQLAlchemy asks of a cursor. All rows are fetched along with the statement."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        await self._connection.run(lambda cursor: cursor.execute(sql, parameters), self)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[Any]]) -> Self:
        await self._connection.run(lambda cursor: cursor.executemany(sql, parameters), self)
        return self

    def keep(self, cursor: sqlite3.Cursor) -> None:
        """In the connection's thread: remember what came of a statement."""
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid

    async def fetchone(self) -> Any | None:
        return self._rows.pop(0) if self._rows else None

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        size = size or self.arraysize
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        self._rows = []


class Connection(aiosqlite.Connection):
    def cursor(self) -> Cursor:  # type: ignore[override]
        return Cursor(self)

    async def run(self, statement: Callable[[sqlite3.Cursor], object], cursor: Cursor) -> None:
        def work() -> None:
            own = self._conn.cursor()
            try:
                statement(own)
                cursor.keep(own)
            finally:
                own.close()

        await self._execute(work)  # type: ignore[no-untyped-call]


def connect(database: str, **options: Any) -> Connection:
    """As ``aiosqlite.connect``; its thread does not keep the process alive."""
    connection = Connection(lambda: sqlite3.connect(database, **options), iter_chunk_size=64)
    connection._thread.daemon = True
    return connection
