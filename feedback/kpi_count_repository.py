"""All SQL that counts the figures beside the index, out of dossiers, complaints and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.database import UtcDateTime
from core.sql_days import local_day_of
from dossiers.complaint_terms import ComplaintKind
from dossiers.models import Complaint, Dossier, DossierStep
from dossiers.vocabularies import CASHLESS, DossierEventType, DossierStatus, PaymentWay
from feedback.kpi_models import Figure
from feedback.kpi_repository import Part
from feedback.models import SurveyAnswer
from feedback.span import Slice

DECIDED = (
    DossierStatus.RESULT_READY,
    DossierStatus.RETURNED,
    DossierStatus.POSTED,
    DossierStatus.REJECTED,
    DossierStatus.STOPPED,
)
_WAITING = "waiting-time"


async def decided_counts(
    session: AsyncSession, *, start: datetime, end: datetime
) -> dict[Figure, list[Part]]:
    """Dossiers decided from ``start`` to before ``end``, against the day printed on the slip.

    Decided is when the result was ready, not when it was fetched. A dossier is on time if that was on or
    before the printed day; a new date given later does not make it so. What was never accepted, or was
    withdrawn, is not counted.
    """
    ready = (
        select(func.min(DossierStep.occurred_at))
        .where(DossierStep.dossier_id == Dossier.id, DossierStep.type == DossierEventType.RESULT_READY)
        .scalar_subquery()
    )
    decided_at = func.coalesce(ready, Dossier.closed_at, type_=UtcDateTime())
    # A closed one stands where it was closed; one whose result waits has no such moment. Each is found by an
    # index: years of dossiers lie before ``start``.
    since = or_(
        and_(Dossier.closed_at >= start, Dossier.status.in_(DECIDED)),
        and_(
            Dossier.closed_at.is_(None),
            Dossier.status == DossierStatus.RESULT_READY,
            Dossier.status_at >= start,
        ),
    )
    rows = (
        select(
            func.coalesce(Dossier.unit, "").label("unit"),
            Dossier.sample,
            Dossier.due_at,
            decided_at.label("decided_at"),
            Dossier.field,
            Dossier.procedure_name,
            Dossier.code,
        )
        .where(since)
        .subquery()
    )
    in_time = local_day_of(session, rows.c.decided_at) <= local_day_of(session, rows.c.due_at)
    dated = rows.c.due_at.is_not(None)
    # LIKE knows no case outside ASCII, so the words begin behind their capital.
    land = and_(rows.c.field.like("%ất đai%"), rows.c.procedure_name.like("%hứng nhận%"))
    reflected = exists().where(Complaint.dossier_code == rows.c.code)
    counts = await session.execute(
        select(
            rows.c.unit,
            rows.c.sample,
            func.count(),
            func.count().filter(dated),
            func.count().filter(dated, in_time),
            func.count().filter(land, dated),
            func.count().filter(land, dated, in_time),
            func.count().filter(or_(~dated, in_time), ~reflected),
        )
        .where(rows.c.decided_at >= start, rows.c.decided_at < end)
        .group_by(rows.c.unit, rows.c.sample)
    )
    found: dict[Figure, list[Part]] = {
        Figure.ON_TIME: [],
        Figure.LAND_ON_TIME: [],
        Figure.D766_PROCEDURES: [],
    }
    for unit, sample, all_, with_date, on_time, of_land, land_on_time, quiet in counts:
        found[Figure.ON_TIME].append(Part(unit, sample, on_time, with_date, all_ - with_date))
        if of_land:
            found[Figure.LAND_ON_TIME].append(Part(unit, sample, land_on_time, of_land))
        found[Figure.D766_PROCEDURES].append(Part(unit, sample, quiet, all_))
    return found


async def channel_counts(
    session: AsyncSession, *, start: datetime, end: datetime
) -> dict[Figure, list[Part]]:
    """Dossiers received online among those received, and results sent by post among those handed over."""
    unit = func.coalesce(Dossier.unit, "")
    received = await session.execute(
        select(unit, Dossier.sample, func.count().filter(Dossier.channel == "online"), func.count())
        .where(Dossier.received_at >= start, Dossier.received_at < end, Dossier.channel.is_not(None))
        .group_by(unit, Dossier.sample)
    )
    handed = (DossierStatus.RETURNED, DossierStatus.POSTED)
    posted = func.count().filter(Dossier.status == DossierStatus.POSTED)
    over = await session.execute(
        select(unit, Dossier.sample, posted, func.count())
        .where(Dossier.closed_at >= start, Dossier.closed_at < end, Dossier.status.in_(handed))
        .group_by(unit, Dossier.sample)
    )
    return {Figure.ONLINE: [Part(*row) for row in received], Figure.POST: [Part(*row) for row in over]}


async def payment_counts(
    session: AsyncSession, *, start: datetime, end: datetime
) -> dict[Figure, list[Part]]:
    """Dossiers whose fees were paid in the days, those among them paid online, and without cash.

    Left out are those of which nobody said how they were paid.
    """
    unit = func.coalesce(Dossier.unit, "")
    known = Dossier.paid_how.is_not(None)
    rows = await session.execute(
        select(
            unit,
            Dossier.sample,
            func.count().filter(Dossier.paid_how == PaymentWay.ONLINE),
            func.count().filter(Dossier.paid_how.in_(CASHLESS)),
            func.count().filter(known),
            func.count().filter(~known),
        )
        .where(Dossier.paid_at >= start, Dossier.paid_at < end)
        .group_by(unit, Dossier.sample)
    )
    found: dict[Figure, list[Part]] = {Figure.ONLINE_PAYMENT: [], Figure.CASHLESS: []}
    for name, sample, online, cashless, whole, unknown in rows:
        found[Figure.ONLINE_PAYMENT].append(Part(name, sample, online, whole, unknown))
        found[Figure.CASHLESS].append(Part(name, sample, cashless, whole, unknown))
    return found


async def reflection_counts(
    session: AsyncSession, *, start: datetime, end: datetime
) -> dict[Figure, list[Part]]:
    """Reflections that were due in the days, and those of them answered by then. A complaint is none."""
    days = (local_day(start), local_day(end))
    unit = func.coalesce(Complaint.unit, "")
    in_time = and_(
        Complaint.answered_at.is_not(None), local_day_of(session, Complaint.answered_at) <= Complaint.due_on
    )
    rows = await session.execute(
        select(unit, func.count().filter(in_time), func.count())
        .where(
            Complaint.due_on >= days[0], Complaint.due_on < days[1], Complaint.kind != ComplaintKind.COMPLAINT
        )
        .group_by(unit)
    )
    parts = [Part(name, False, on_time, whole) for name, on_time, whole in rows]
    return {Figure.REFLECTIONS_ON_TIME: parts}


async def waiting_minutes(session: AsyncSession, at: Slice) -> dict[Figure, list[Part]]:
    """Minutes waited, in all, of those who told them."""
    rows = await session.execute(
        select(
            SurveyAnswer.unit,
            SurveyAnswer.sample,
            func.sum(SurveyAnswer.headline),
            func.count(),
            func.sum(SurveyAnswer.headline * SurveyAnswer.headline),
        )
        .where(
            SurveyAnswer.instrument == _WAITING,
            SurveyAnswer.month == at.month,
            SurveyAnswer.half == at.half,
            SurveyAnswer.headline.is_not(None),
        )
        .group_by(SurveyAnswer.unit, SurveyAnswer.sample)
    )
    parts = [
        Part(unit, sample, int(all_ or 0), n, squares=int(squares or 0))
        for unit, sample, all_, n, squares in rows
    ]
    return {Figure.WAITING_MINUTES: parts}


async def closed_counts(
    session: AsyncSession, *, start: datetime, end: datetime
) -> Sequence[Mapping[str, Any]]:
    """The dossiers handed over in the days, by unit, field and channel: columns of ``ClosedDossiers``."""
    columns = (
        func.coalesce(Dossier.unit, "").label("unit"), Dossier.field, Dossier.channel, Dossier.sample,
    )  # fmt: skip
    rows = await session.execute(
        select(*columns, func.count().label("n"))
        .where(
            Dossier.closed_at >= start,
            Dossier.closed_at < end,
            Dossier.status.in_((DossierStatus.RETURNED, DossierStatus.POSTED)),
        )
        .group_by(*columns)
    )
    return [dict(row) for row in rows.mappings()]


async def first_dossier(session: AsyncSession) -> datetime | None:
    return await session.scalar(select(func.min(Dossier.received_at)))
