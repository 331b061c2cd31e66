"""SQLite's one writer of a process: transactions take turns on one connection and share their commits.

A commit waits for the disk (milliseconds), the work before it does not. So whoever finishes while others
queue leaves the commit to the last of them: all that were done in between become durable together, and each
awaits that moment before it goes on. A transaction that fails is undone alone.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, AsyncTransaction

_MOST = 64
_LONGEST_SECONDS = 0.03
_GIVE_UP_SECONDS = 20.0


class _Group:
    """Transactions that will be committed together."""

    def __init__(self, transaction: AsyncTransaction) -> None:
        self.transaction = transaction
        self.started = time.monotonic()
        self.members = 0
        self.committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def is_full(self) -> bool:
        return self.members >= _MOST or time.monotonic() - self.started > _LONGEST_SECONDS

    def end(self, error: BaseException | None = None) -> None:
        if self.committed.done():
            return
        if error is None:
            self.committed.set_result(None)
        else:
            self.committed.set_exception(error)
            self.committed.exception()  # there may be nobody left to hear it


class GroupWriter:
    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._turn = asyncio.Lock()
        self._queued = 0
        self._connection: AsyncConnection | None = None
        self._group: _Group | None = None
        self._left_over: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is on the disk when the block is left, or undone when it raises."""
        await self._take_turn()
        try:
            group = await self._enter()
            try:
                async with self._session(group) as session, session.begin():
                    yield session
            except BaseException:
                await self._undone(group)
                raise
            group.members += 1
            if not self._queued or group.is_full():
                await asyncio.shield(self._commit())
        finally:
            self._turn.release()
        await asyncio.shield(group.committed)

    async def dispose(self) -> None:
        async with self._turn:
            await self._commit()
            await self._disconnect()

    def _session(self, group: _Group) -> AsyncSession:
        assert self._connection is not None  # noqa: S101 - made by _enter
        # The first needs no savepoint: if it fails, nothing else is undone with it.
        mode = "create_savepoint" if group.members else "rollback_only"
        return AsyncSession(self._connection, expire_on_commit=False, join_transaction_mode=mode)

    async def _take_turn(self) -> None:
        self._queued += 1
        try:
            await self._turn.acquire()
        except asyncio.CancelledError:
            # Others may have left their commit to us.
            task = asyncio.create_task(self._commit_left_over())
            self._left_over.add(task)
            task.add_done_callback(self._left_over.discard)
            raise
        finally:
            self._queued -= 1

    async def _commit_left_over(self) -> None:
        async with self._turn:
            if not self._queued:
                await self._commit()

    async def _enter(self) -> _Group:
        if self._group is None:
            if self._connection is None:
                self._connection = await self._engine.connect()
            self._group = _Group(await _begin(self._connection))
        return self._group

    async def _undone(self, group: _Group) -> None:
        """A member failed. Its savepoint took back its work alone, unless the database gave up the whole."""
        if group.members and group.transaction.is_active:
            if not self._queued:
                await asyncio.shield(self._commit())
            return
        self._group = None
        try:
            if group.transaction.is_active:
                await asyncio.shield(group.transaction.rollback())
        except Exception as error:
            group.end(error)
            await self._disconnect()
        group.end(RuntimeError("the transaction was undone by another one that it shared a commit with"))

    async def _commit(self) -> None:
        group, self._group = self._group, None
        if group is None:
            return
        try:
            await self._still_open()
            await group.transaction.commit()
        except BaseException as error:
            group.end(error)
            await self._disconnect()
        group.end()

    async def _still_open(self) -> None:
        """A full disk makes SQLite undo everything by itself, and a commit of nothing would then succeed."""
        assert self._connection is not None  # noqa: S101 - a group has one
        raw = await self._connection.get_raw_connection()
        if raw.driver_connection is None or not raw.driver_connection.in_transaction:
            raise RuntimeError("the database has undone the transaction by itself")

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


async def _begin(connection: AsyncConnection) -> AsyncTransaction:
    """``BEGIN IMMEDIATE``, as soon as the other processes let go.

    SQLite's own waiting looks again after up to 100 ms; looking every few milliseconds keeps a request short
    while a worker is busy on the same file.
    """
    give_up = time.monotonic() + _GIVE_UP_SECONDS
    while True:
        try:
            return await connection.begin()
        except OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up:
                raise
        await asyncio.sleep(random.uniform(0.001, 0.004))
