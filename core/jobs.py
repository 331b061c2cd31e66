"""Jobs that must run once, at a time, whatever the number of workers: rows with a lease."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, Integer, String, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.crypto import EncryptedJson
from core.database import Base, UtcDateTime, new_id, utc_now


class JobStatus(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    __tablename__ = "job"
    __table_args__ = (Index("ix_job_ready", "status", "run_at"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(60))
    unique_key: Mapped[str] = mapped_column(String(200), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(EncryptedJson, default=dict)
    status: Mapped[str] = mapped_column(String(10), default=JobStatus.WAITING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    run_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    correlation_id: Mapped[str | None] = mapped_column(String(64))
    last_error: Mapped[str | None] = mapped_column(String(200))


async def enqueue(
    session: AsyncSession,
    *,
    kind: str,
    unique_key: str,
    payload: dict[str, Any],
    run_at: datetime | None = None,
    correlation_id: str | None = None,
) -> bool:
    """Add a job unless one with this key was ever added; whether it is new."""
    if await session.scalar(select(Job.id).where(Job.unique_key == unique_key)):
        return False
    session.add(
        Job(
            kind=kind,
            unique_key=unique_key,
            payload=payload,
            run_at=run_at or utc_now(),
            correlation_id=correlation_id,
        )
    )
    await session.flush()
    return True


async def claim(session: AsyncSession, *, kinds: list[str], now: datetime, lease: timedelta) -> Job | None:
    """Take the oldest job that is due, or one whose worker let its lease run out."""
    due = (
        select(Job.id)
        .where(
            Job.kind.in_(kinds),
            Job.run_at <= now,
            or_(Job.status == JobStatus.WAITING, (Job.status == JobStatus.RUNNING) & (Job.lease_until < now)),
        )
        .order_by(Job.run_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    identifier = await session.scalar(due)
    if identifier is None:
        return None
    await session.execute(
        update(Job)
        .where(Job.id == identifier)
        .values(status=JobStatus.RUNNING, lease_until=now + lease, attempts=Job.attempts + 1)
    )
    return await session.get(Job, identifier, populate_existing=True)


async def finish(session: AsyncSession, job_id: str, *, error: str | None = None) -> None:
    status = JobStatus.FAILED if error else JobStatus.DONE
    await session.execute(
        update(Job).where(Job.id == job_id).values(status=status, lease_until=None, last_error=error)
    )
