"""All SQL about the province's word: what it said once, whom it let in, and who has left it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, delete, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import insert_rows
from people.models import SpentState, Staff, StaffSession, Via


async def staff_by_account(session: AsyncSession, account_hash: str) -> Staff | None:
    return await session.scalar(select(Staff).where(Staff.province_account_hash == account_hash))


async def spend_state(session: AsyncSession, state_hash: str, now: datetime, *, keep: timedelta) -> bool:
    """Whether this state comes back for the first time; those too old to be believed anyway are dropped."""
    await session.execute(delete(SpentState).where(SpentState.at < now - keep))
    try:
        async with session.begin_nested():
            session.add(SpentState(state_hash=state_hash, at=now))
            await session.flush()
    except IntegrityError:
        return False
    return True


async def one_at_a_time(session: AsyncSession, names: Collection[str]) -> None:
    """Whoever comes in and the word that they have left wait for each other, until the transaction ends;
    SQLite has one writer anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(hashtextextended(CAST(:name AS text), 7304031))")
        for name in sorted(names):
            await session.execute(lock, {"name": name})


async def note_leaving(session: AsyncSession, names: Collection[str], now: datetime) -> None:
    await session.execute(delete(SpentState).where(SpentState.state_hash.in_(list(names))))
    await insert_rows(session, SpentState, [{"state_hash": name, "at": now} for name in names])


async def moments_of_leaving(session: AsyncSession, names: Collection[str]) -> dict[str, datetime]:
    query = select(SpentState.state_hash, SpentState.at).where(SpentState.state_hash.in_(list(names)))
    return {str(name): at for name, at in await session.execute(query)}


async def end_sessions_of(session: AsyncSession, staff_id: str, now: datetime) -> None:
    """Those that the province let in to this account."""
    theirs = StaffSession.staff_id == staff_id, StaffSession.via == Via.PROVINCE
    await session.execute(
        update(StaffSession).where(*theirs, StaffSession.ended_at.is_(None)).values(ended_at=now)
    )


async def end_sessions(
    session: AsyncSession, *, subject_hash: str | None, session_hash: str | None, now: datetime
) -> list[str]:
    """Ends what the province let in; account ids, one for each session ended.

    With a session of the province, those that belong to it, and those of the person whose session it never
    named; without one, all of the person.
    """
    person, theirs = StaffSession.province_subject_hash, StaffSession.province_session_hash
    if session_hash is None:
        which = person == subject_hash
    elif subject_hash is None:
        which = theirs == session_hash
    else:
        which = and_(person == subject_hash, or_(theirs == session_hash, theirs.is_(None)))
    ended = update(StaffSession).where(which, StaffSession.ended_at.is_(None)).values(ended_at=now)
    return list(await session.scalars(ended.returning(StaffSession.staff_id)))
