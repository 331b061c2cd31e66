"""All SQL about dossiers and their history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among, among_given
from core.database import insert_new
from core.events import Event
from dossiers.models import Complaint, Dossier, DossierStep, DossierWatch, LookupTry, OneTimeCode


async def dossier_by_code(session: AsyncSession, code: str, *, lock: bool = False) -> Dossier | None:
    query = select(Dossier).where(Dossier.code == code)
    return await session.scalar(query.with_for_update() if lock else query)


async def dossiers_by_codes(
    session: AsyncSession, codes: Iterable[str], *, lock: bool = False
) -> dict[str, Dossier]:
    """``lock``: in the order of their codes, so that two who want the same ones never wait for each other."""
    query = select(Dossier).where(among(Dossier.code, set(codes))).order_by(Dossier.code)
    rows = await session.scalars(query.with_for_update() if lock else query)
    return {row.code: row for row in rows}


_DOSSIERS = select(Dossier).where(among_given(Dossier.id, "ids"))
_STEPS = select(DossierStep).where(among_given(DossierStep.event_id, "events"))
_EVENTS = select(Event).where(among_given(Event.id, "ids"))
_WATCHERS = (
    select(DossierWatch)
    .where(among_given(DossierWatch.dossier_id, "dossiers"), DossierWatch.ended_at.is_(None))
    .order_by(DossierWatch.id)
)


async def dossiers_by_ids(session: AsyncSession, dossier_ids: Iterable[str]) -> dict[str, Dossier]:
    rows = await session.scalars(_DOSSIERS, {"ids": list(set(dossier_ids))})
    return {row.id: row for row in rows}


async def dossier_by_id(session: AsyncSession, dossier_id: str) -> Dossier | None:
    return await session.get(Dossier, dossier_id)


async def add_history(
    session: AsyncSession, dossiers: Sequence[Dossier], steps: Sequence[DossierStep]
) -> None:
    """New dossiers, then what happened to dossiers, in this order. Changes to known dossiers go with them."""
    await insert_new(session, dossiers)
    await session.flush()
    await insert_new(session, steps)


async def waiting_steps(session: AsyncSession, codes: Iterable[str]) -> Sequence[DossierStep]:
    """Steps that came before their dossier, in the order in which they happened."""
    query = (
        select(DossierStep)
        .where(among(DossierStep.dossier_code, set(codes)), DossierStep.dossier_id.is_(None))
        .order_by(DossierStep.occurred_at, DossierStep.position)
    )
    return (await session.scalars(query)).all()


async def steps_of(session: AsyncSession, dossier_id: str) -> Sequence[DossierStep]:
    """The history of a dossier, oldest first."""
    query = (
        select(DossierStep)
        .where(DossierStep.dossier_id == dossier_id)
        .order_by(DossierStep.occurred_at, DossierStep.position)
    )
    return (await session.scalars(query)).all()


async def steps_by_events(session: AsyncSession, event_ids: Iterable[str]) -> dict[str, DossierStep]:
    rows = await session.scalars(_STEPS, {"events": list(set(event_ids))})
    return {row.event_id: row for row in rows}


async def open_codes(session: AsyncSession, *, part: int, size: int) -> Sequence[str]:
    """Codes of dossiers that are not closed and no samples: the ``part``-th page, round and round."""
    wanted = (Dossier.closed_at.is_(None), Dossier.sample.is_(False))
    count = await session.scalar(select(func.count()).select_from(Dossier).where(*wanted)) or 0
    pages = max(-(-count // size), 1)
    query = select(Dossier.code).where(*wanted).order_by(Dossier.id)
    return (await session.scalars(query.offset(part % pages * size).limit(size))).all()


async def events_by_ids(session: AsyncSession, event_ids: Iterable[str]) -> dict[str, Event]:
    rows = await session.scalars(_EVENTS, {"ids": list(event_ids)})
    return {row.id: row for row in rows}


async def applicants_with_phone(session: AsyncSession, phone_hash: str) -> int:
    """How many different applicants gave this number. One without a name counts as one of their own."""
    query = select(func.count(func.distinct(func.coalesce(Dossier.applicant_name_hash, Dossier.code)))).where(
        Dossier.phone_hash == phone_hash
    )
    return await session.scalar(query) or 0


async def dossiers_with_phone(
    session: AsyncSession, phone_hash: str, *, since: datetime, limit: int
) -> Sequence[Dossier]:
    """Dossiers with this number that are open or were closed after ``since``, the latest news first."""
    query = (
        select(Dossier)
        .where(Dossier.phone_hash == phone_hash, or_(Dossier.closed_at.is_(None), Dossier.closed_at > since))
        .order_by(Dossier.status_at.desc())
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def watches_of(session: AsyncSession, conversation_id: str) -> Sequence[DossierWatch]:
    """What a conversation follows now."""
    query = select(DossierWatch).where(
        DossierWatch.conversation_id == conversation_id, DossierWatch.ended_at.is_(None)
    )
    return (await session.scalars(query)).all()


async def watch_of(session: AsyncSession, conversation_id: str, dossier_id: str) -> DossierWatch | None:
    """The watch of a conversation over a dossier, ended ones included."""
    return await session.scalar(
        select(DossierWatch).where(
            DossierWatch.conversation_id == conversation_id, DossierWatch.dossier_id == dossier_id
        )
    )


async def watchers(session: AsyncSession, dossier_ids: Iterable[str]) -> Sequence[DossierWatch]:
    """Conversations that get the news of these dossiers."""
    return (await session.scalars(_WATCHERS, {"dossiers": list(set(dossier_ids))})).all()


async def watched(session: AsyncSession, conversation_id: str) -> Sequence[Dossier]:
    """Dossiers that a conversation may see, the one it was bound to last first."""
    query = (
        select(Dossier)
        .join(DossierWatch, DossierWatch.dossier_id == Dossier.id)
        .where(DossierWatch.conversation_id == conversation_id, DossierWatch.ended_at.is_(None))
        .order_by(DossierWatch.bound_at.desc())
    )
    return (await session.scalars(query)).all()


async def add_watch(session: AsyncSession, watch: DossierWatch) -> None:
    session.add(watch)
    await session.flush()


async def end_watch(session: AsyncSession, watch: DossierWatch, *, at: datetime, reason: str) -> None:
    watch.ended_at, watch.ended_reason = at, reason
    await session.flush()


async def add_lookup_try(session: AsyncSession, conversation_id: str, kind: str, at: datetime) -> None:
    session.add(LookupTry(conversation_id=conversation_id, kind=kind, at=at))
    await session.flush()


async def count_lookup_tries(session: AsyncSession, conversation_id: str, kind: str, since: datetime) -> int:
    query = select(func.count()).where(
        LookupTry.conversation_id == conversation_id, LookupTry.kind == kind, LookupTry.at > since
    )
    return await session.scalar(query) or 0


async def add_code(session: AsyncSession, code: OneTimeCode) -> None:
    session.add(code)
    await session.flush()


async def codes_by_ids(session: AsyncSession, code_ids: Iterable[str]) -> dict[str, OneTimeCode]:
    rows = await session.scalars(select(OneTimeCode).where(among(OneTimeCode.id, set(code_ids))))
    return {row.id: row for row in rows}


async def count_codes_for(session: AsyncSession, dossier_id: str, since: datetime) -> int:
    query = select(func.count()).where(OneTimeCode.dossier_id == dossier_id, OneTimeCode.created_at > since)
    return await session.scalar(query) or 0


async def latest_code(session: AsyncSession, conversation_id: str, dossier_code: str) -> OneTimeCode | None:
    query = (
        select(OneTimeCode)
        .where(OneTimeCode.conversation_id == conversation_id, OneTimeCode.dossier_code == dossier_code)
        .order_by(OneTimeCode.created_at.desc(), OneTimeCode.id.desc())
        .limit(1)
        .with_for_update()
    )
    return await session.scalar(query)


async def add_complaint(session: AsyncSession, complaint: Complaint) -> None:
    session.add(complaint)
    await session.flush()


async def complaint_by_id(session: AsyncSession, complaint_id: str) -> Complaint | None:
    return await session.get(Complaint, complaint_id)


async def complaint_by_receipt(session: AsyncSession, receipt_code: str) -> Complaint | None:
    return await session.scalar(select(Complaint).where(Complaint.receipt_code == receipt_code))


async def any_sample(session: AsyncSession) -> bool:
    """Whether dossiers of the sample city are here."""
    return await session.scalar(select(Dossier.id).where(Dossier.sample).limit(1)) is not None
