"""A draft that is being tried before it is handed in: how far it is, and what was found wrong so far.

One row a document, so that whoever asked for it may close the page and come back, and a process that ends in
the middle loses nothing: the row has a lease, and who finds it run out begins anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base, UtcDateTime, new_id


class TrialStatus(StrEnum):
    RUNNING = "running"
    HANDED_IN = "handed_in"
    REFUSED = "refused"
    """Something that was answered rightly before would be answered wrongly."""
    OVERTAKEN = "overtaken"
    """The draft was changed meanwhile: what was tried is no longer what stands there."""
    STOPPED = "stopped"
    FAILED = "failed"


class ContentTrial(Base):
    """``run``: of whoever is at work on it; ``wrong``: of each question that is answered wrongly, what
    should be found and what is, as whoever asks it writes it down.

    ``sample``: the change can move no answer but its own, so of the other questions only some are asked.
    """

    __tablename__ = "content_trial"
    __table_args__ = (Index("ix_content_trial_running", "status", "lease_until"),)

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12))
    run: Mapped[str] = mapped_column(String(26))
    asked_by: Mapped[str] = mapped_column(String(60))
    asked: Mapped[int] = mapped_column(Integer, default=0)
    whole: Mapped[int] = mapped_column(Integer, default=0)
    sample: Mapped[bool] = mapped_column(default=False)
    wrong: Mapped[list[Any]] = mapped_column(JSON, default=list)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime)


async def begin(
    session: AsyncSession, *, key: str, sha256: str, by: str, now: datetime, lease_until: datetime
) -> str | None:
    """A new trial of a document in the place of the one before; the name of its run, none where this very
    text is being tried already."""
    found = await session.get(ContentTrial, key, with_for_update=True)
    if found is not None and found.status == TrialStatus.RUNNING and found.sha256 == sha256:
        return None
    if found is None:
        found = ContentTrial(key=key)
        session.add(found)
    found.sha256, found.status, found.run, found.asked_by = sha256, TrialStatus.RUNNING, new_id(), by
    found.asked, found.whole, found.sample, found.wrong = 0, 0, False, []
    found.started_at, found.lease_until = now, lease_until
    await session.flush()
    return found.run


async def of_document(session: AsyncSession, key: str) -> ContentTrial | None:
    return await session.get(ContentTrial, key)


async def deserted(session: AsyncSession, *, now: datetime) -> Sequence[str]:
    """Documents whose trial nobody is at work on any more."""
    query = select(ContentTrial.key).where(*_deserted(now))
    return (await session.scalars(query.order_by(ContentTrial.started_at))).all()


async def take_over(session: AsyncSession, key: str, *, now: datetime, lease_until: datetime) -> str | None:
    """Begin a deserted trial anew; the name of the new run, none where somebody else was quicker."""
    run = new_id()
    taken: Any = await session.execute(
        update(ContentTrial)
        .where(ContentTrial.key == key, *_deserted(now))
        .values(run=run, lease_until=lease_until, asked=0, wrong=[])
    )
    return run if taken.rowcount else None


async def tell(
    session: AsyncSession,
    run: str,
    *,
    asked: int,
    whole: int,
    sample: bool,
    wrong: Sequence[Any],
    lease_until: datetime,
) -> bool:
    """Write down how far a run is; False when it shall not go on: stopped, taken over, or begun anew."""
    told: Any = await session.execute(
        update(ContentTrial)
        .where(*_at_work(run))
        .values(asked=asked, whole=whole, sample=sample, wrong=list(wrong), lease_until=lease_until)
    )
    return bool(told.rowcount)


async def at_work(session: AsyncSession, run: str) -> ContentTrial | None:
    """The trial of this run, held until the transaction ends; none when it shall not go on."""
    return await session.scalar(select(ContentTrial).where(*_at_work(run)).with_for_update())


async def stop(session: AsyncSession, key: str) -> bool:
    """Whether there was anything to stop."""
    stopped: Any = await session.execute(
        update(ContentTrial)
        .where(ContentTrial.key == key, ContentTrial.status == TrialStatus.RUNNING)
        .values(status=TrialStatus.STOPPED)
    )
    return bool(stopped.rowcount)


def _at_work(run: str) -> tuple[Any, ...]:
    return ContentTrial.run == run, ContentTrial.status == TrialStatus.RUNNING


def _deserted(now: datetime) -> tuple[Any, ...]:
    return ContentTrial.status == TrialStatus.RUNNING, ContentTrial.lease_until < now
