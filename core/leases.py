"""Who does what only one of several may do: a row with a name, a holder and a time at which it runs out.

A holder that was stopped for a while finds by its own clock that its time is over, before it does anything
more. The clocks of the machines may be a few seconds apart (``motcua doctor`` looks at that): a lease is
much longer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, cast

import structlog
from sqlalchemy import CursorResult, String, or_, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, Database, UtcDateTime, new_id, utc_now

log = structlog.get_logger()

LEASE = timedelta(seconds=30)


class Lease(Base):
    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(26))
    until: Mapped[datetime] = mapped_column(UtcDateTime)


async def take(session: AsyncSession, name: str, holder: str, *, now: datetime, until: datetime) -> bool:
    """Take a lease that is free, or has run out, or is one's own; whether it is ours now."""
    insert = postgresql_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    first = insert(Lease).values(name=name, holder=holder, until=until).on_conflict_do_nothing()
    if await session.scalar(first.returning(Lease.name)) is not None:
        return True
    taken = await session.execute(
        update(Lease)
        .where(Lease.name == name, or_(Lease.holder == holder, Lease.until <= now))
        .values(holder=holder, until=until)
    )
    return bool(cast("CursorResult[Any]", taken).rowcount)


async def give_back(session: AsyncSession, name: str, holder: str, *, now: datetime) -> None:
    """At the end of a process: the next one need not wait."""
    await session.execute(update(Lease).where(Lease.name == name, Lease.holder == holder).values(until=now))


class Leader:
    """One process of several leads; ``keep`` runs beside its work and renews the lease while the process is
    well.
    """

    def __init__(
        self,
        database: Database,
        name: str,
        *,
        lease: timedelta = LEASE,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._name, self._lease, self._clock = database, name, lease, clock
        self._holder = new_id()
        self._until: datetime | None = None

    def leads(self) -> bool:
        """By our own clock: whoever was stopped for a while knows at once that it leads no more."""
        return self._until is not None and self._clock() < self._until

    async def renew(self) -> bool:
        """Take or lengthen the lease; whether this process leads now."""
        now = self._clock()
        until = now + self._lease
        async with self._database.writing() as session:
            ours = await take(session, self._name, self._holder, now=now, until=until)
        self._until = until if ours else None
        return ours

    async def keep(self, stop: asyncio.Event) -> None:
        """Until the process ends; then the next one need not wait for the lease to run out."""
        while not stop.is_set():
            try:
                await self.renew()
            except Exception as error:  # the lease runs out by itself, and somebody else takes over
                log.error("lease_not_renewed", name=self._name, exc_info=error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._lease.total_seconds() / 3)
        if self.leads():
            self._until = None
            async with self._database.writing() as session:
                await give_back(session, self._name, self._holder, now=self._clock())
