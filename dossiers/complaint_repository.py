"""All SQL about reflections and complaints once they are here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among
from core.sql_days import local_day_of
from dossiers.complaints import ComplaintStatus
from dossiers.models import Complaint

_SATISFIED = 4


@dataclass(frozen=True)
class Figures:
    """How many were received, are due or answered, were in time, are rated, are rated 4 or 5."""

    received: int
    counted: int
    on_time: int
    rated: int
    satisfied: int


async def of_dossier(session: AsyncSession, dossier_code: str) -> Sequence[Complaint]:
    query = select(Complaint).where(Complaint.dossier_code == dossier_code).order_by(Complaint.created_at)
    return (await session.scalars(query)).all()


async def of_conversation(session: AsyncSession, conversation_id: str) -> Sequence[Complaint]:
    query = select(Complaint).where(Complaint.conversation_id == conversation_id)
    return (await session.scalars(query)).all()


async def by_id(session: AsyncSession, complaint_id: str, *, lock: bool = False) -> Complaint | None:
    query = select(Complaint).where(Complaint.id == complaint_id)
    return await session.scalar(query.with_for_update() if lock else query)


async def by_receipt(session: AsyncSession, receipt_code: str, *, lock: bool = False) -> Complaint | None:
    query = select(Complaint).where(Complaint.receipt_code == receipt_code)
    return await session.scalar(query.with_for_update() if lock else query)


async def open_ones(
    session: AsyncSession, units: Collection[str], *, limit: int, after: tuple[date, str] | None = None
) -> Sequence[Complaint]:
    """Those of these units that wait for an answer, the first due first. ``after``: the last one seen."""
    query = (
        select(Complaint)
        .where(Complaint.status == ComplaintStatus.RECEIVED, _of(units))
        .order_by(Complaint.due_on, Complaint.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(Complaint.due_on, Complaint.id) > after)
    return (await session.scalars(query)).all()


async def count_open(
    session: AsyncSession, units: Collection[str], *, not_about: str, today: date
) -> tuple[int, int]:
    """How many wait for an answer, and how many of them are late; none filed about this account."""
    query = select(func.count(), func.count().filter(Complaint.due_on < today)).where(
        Complaint.status == ComplaintStatus.RECEIVED, _of(units), _not_about(not_about)
    )
    waiting, late = (await session.execute(query)).one()
    return int(waiting), int(late)


async def received_between(
    session: AsyncSession,
    start: datetime,
    end: datetime,
    *,
    units: Collection[str] | None = None,
    limit: int,
    after: tuple[datetime, str] | None = None,
) -> Sequence[Complaint]:
    """The newest first. ``after``: the last one seen."""
    query = (
        select(Complaint)
        .where(Complaint.created_at >= start, Complaint.created_at < end)
        .order_by(Complaint.created_at.desc(), Complaint.id.desc())
        .limit(limit)
    )
    if units is not None:
        query = query.where(_of(units))
    if after is not None:
        query = query.where(tuple_(Complaint.created_at, Complaint.id) < after)
    return (await session.scalars(query)).all()


async def figures(
    session: AsyncSession,
    start: datetime,
    end: datetime,
    *,
    units: Collection[str],
    not_about: str,
    today: date,
) -> Figures:
    """Of what these units received in a time, without what is filed about one account.

    On time: answered or forwarded by the day that was told, of those answered or past that day. What turned
    out to be a denunciation counts for nothing.
    """
    taken = Complaint.status != ComplaintStatus.REDIRECTED
    answered = Complaint.answered_at.is_not(None)
    told = case((Complaint.status == ComplaintStatus.FORWARDED, Complaint.forward_by), else_=Complaint.due_on)
    counts = (
        taken,
        and_(taken, or_(answered, Complaint.due_on < today)),
        and_(taken, answered, local_day_of(session, Complaint.answered_at) <= told),
        and_(taken, Complaint.rating.is_not(None)),
        and_(taken, Complaint.rating >= _SATISFIED),
    )
    query = select(*(func.count().filter(one) for one in counts)).where(
        Complaint.created_at >= start, Complaint.created_at < end, _of(units), _not_about(not_about)
    )
    counted = tuple((await session.execute(query)).one())
    return Figures(*(int(one) for one in counted))


def _of(units: Collection[str]) -> ColumnElement[bool]:
    """What names no unit is everybody's."""
    return or_(among(Complaint.unit, units), Complaint.unit.is_(None))


def _not_about(staff_id: str) -> ColumnElement[bool]:
    return or_(Complaint.about_staff.is_(None), Complaint.about_staff != staff_id)


async def in_public(session: AsyncSession, *, limit: int) -> Sequence[Complaint]:
    query = (
        select(Complaint)
        .where(Complaint.published_at.is_not(None))
        .order_by(Complaint.published_at.desc())
        .limit(limit)
    )
    return (await session.scalars(query)).all()
