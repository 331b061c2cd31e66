"""Database access: SQLite in WAL mode by default, PostgreSQL by address.

A transaction is opened at the edge (one request, one job) and handed inwards; services never commit.
On SQLite all writes of a process go through one connection that begins with ``BEGIN IMMEDIATE``: a writer
then waits for its turn at the start instead of failing in the middle. Writers that queue share one commit
(``core.group_commit``).
"""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Insert,
    Integer,
    MetaData,
    Table,
    Update,
    bindparam,
    event,
    insert,
    inspect,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator
from ulid import ULID

from core import sqlite
from core.group_commit import GroupWriter
from core.pulse import Pulse

_RESTED_SECONDS = 1.0

# Autoincrementing keys: SQLite only counts up in a column that is exactly INTEGER.
Serial = BigInteger().with_variant(Integer(), "sqlite")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored as UTC; SQLite would otherwise forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value if value.tzinfo is UTC else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def new_id() -> str:
    """A 26-character identifier that sorts by the time it was made."""
    return str(ULID())


def utc_now() -> datetime:
    return datetime.now(UTC)


async def insert_new(session: AsyncSession, rows: Sequence[Base]) -> None:
    """Insert objects of one class that belong to no session, in their order and in one statement.

    Several times faster than adding them to the session, which would watch them for changes; so nothing that
    is done to them afterwards is stored. Columns without a value get their default. What waits in the session
    is not written first: it may refer to these rows.
    """
    if not rows:
        return
    known = set().union(*(row.__dict__ for row in rows))
    given = [(key, name) for key, name in _columns(type(rows[0])) if key in known]
    values = [{name: row.__dict__.get(key) for key, name in given} for row in rows]
    await insert_rows(session, type(rows[0]), values)


@cache
def _columns(table: type[Base]) -> list[tuple[str, str]]:
    """Attributes of a class with the names of their columns."""
    return [(one.key, one.columns[0].name) for one in inspect(table).column_attrs]


async def insert_rows(session: AsyncSession, table: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """``insert_new`` from plain values by column."""
    if rows:
        connection = await session.connection()
        await connection.execute(_insert_into(table), rows)


@cache
def _insert_into(table: type[Base]) -> Insert:
    return insert(cast("Table", table.__table__))


async def update_rows(session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Set the same columns of many rows, each found by its primary key, in one statement.

    Objects of the session do not hear of it.
    """
    if not rows:
        return
    key, statement = _update_of(table, tuple(rows[0]))
    named = [{f"the_{key}" if name == key else name: value for name, value in row.items()} for row in rows]
    connection = await session.connection()
    await connection.execute(statement, named)


@cache
def _update_of(table: type[Base], names: tuple[str, ...]) -> tuple[str, Update]:
    """The name of the key, and the statement that sets the other columns."""
    of = cast("Table", table.__table__)
    (key,) = of.primary_key.columns
    statement = update(of).where(key == bindparam(f"the_{key.name}"))
    return key.name, statement.values({name: bindparam(name) for name in names if name != key.name})


_CHECKPOINT = "wal_autocheckpoint=8000"
"""Pages (32 MB): in a file of many years a turn of the planner changes leaves all over it, and after each
1,000 pages, which is SQLite's own measure, the same ones would be written home again and again."""


class Database:
    """Sessions for reading and for writing."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if self.is_sqlite:
            path = make_url(url).database
            if path:
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            self._reader = _sqlite_engine(url, begin="BEGIN", pool_size=8, busy_milliseconds=20_000)
            # The second connection is for making tables; the writer itself waits in small steps.
            self._writer = _sqlite_engine(url, begin="BEGIN IMMEDIATE", pool_size=2, busy_milliseconds=5)
        else:
            self._reader = self._writer = create_async_engine(url, pool_size=10, max_overflow=20)
            _look_whether_it_lives(self._reader)
        asker = self._reader if self.is_sqlite else _without_transaction(self._reader)
        self._asker = async_sessionmaker(asker, expire_on_commit=False)
        self._group = GroupWriter(self._writer) if self.is_sqlite else None
        self._session = async_sessionmaker(self._reader, expire_on_commit=False)
        self._path = make_url(url).database if self.is_sqlite else None
        self._counting: sqlite3.Connection | None = None

    @property
    def engine(self) -> AsyncEngine:
        return self._writer

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; nothing done in it is kept."""
        async with self._session() as session:
            yield session

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[AsyncSession]:
        """``reading`` for a question that is asked all the time, mostly in vain: PostgreSQL is spared the
        transaction around it, so what is done in it would be kept.
        """
        async with self._asker() as session:
            yield session

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A session whose transaction commits at the end, or rolls back when an error passes through.

        What was done is on the disk when the block is left. Nothing but the database may be awaited inside:
        on SQLite every other writer of the process waits.
        """
        if self._group is not None:
            async with self._group.transaction() as session:
                yield session
        else:
            async with self._session() as session, session.begin():
                yield session

    def pulse(self) -> Pulse:
        """Whether anybody may have committed since its last question, for one who asks again and again."""
        return Pulse(self._commits)

    def _commits(self) -> int | None:
        """A number that every commit of anybody changes; None where nobody counts. It never waits."""
        if not self._path:
            return None
        try:
            if self._counting is None:
                self._counting = sqlite3.connect(
                    self._path, timeout=0, isolation_level=None, check_same_thread=False
                )
            (number,) = self._counting.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            return None
        return int(number)

    async def create_all(self) -> None:
        """Make every table at once: for tests; a deployment migrates."""
        async with self._writer.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    async def dispose(self) -> None:
        if self._counting is not None:
            self._counting.close()
            self._counting = None
        if self._group is not None:
            await self._group.dispose()
        await self._reader.dispose()
        if self._writer is not self._reader:
            await self._writer.dispose()


def _without_transaction(engine: AsyncEngine) -> AsyncEngine:
    """The same connections; every statement stands by itself."""
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _look_whether_it_lives(engine: AsyncEngine) -> None:
    """A connection that has rested is asked whether the server is still there, and replaced if not.

    Only then: before every transaction, the question would cost as much as a statement.
    """

    @event.listens_for(engine.sync_engine, "checkin")
    def note(_connection: Any, record: Any) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def look(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("used", math.inf) < _RESTED_SECONDS:
            return
        dialect = engine.sync_engine.dialect
        try:
            alive = dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            if not dialect.is_disconnect(error, connection, None):
                raise
            alive = False
        if not alive:
            raise InvalidatePoolError


def _sqlite_engine(url: str, *, begin: str, pool_size: int, busy_milliseconds: int) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=60,
        connect_args={"async_creator_fn": sqlite.connect},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def configure(dbapi_connection: Any, _record: Any) -> None:
        # The driver must not open transactions of its own: we say BEGIN ourselves below.
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA busy_timeout=20000")
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", _CHECKPOINT):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.execute(f"PRAGMA busy_timeout={busy_milliseconds}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def say_begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine
