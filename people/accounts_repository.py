"""All SQL about accounts, posts and sessions of staff."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from people.models import RoleAssignment, SignInTrouble, Staff, StaffSession, Unit


async def staff_by_username(session: AsyncSession, username: str) -> Staff | None:
    return await session.scalar(select(Staff).where(Staff.username == username))


async def count_with_province_account(session: AsyncSession) -> int:
    query = select(func.count()).where(Staff.province_account_hash.is_not(None), Staff.active.is_(True))
    return await session.scalar(query) or 0


async def staff_by_id(session: AsyncSession, staff_id: str) -> Staff | None:
    return await session.get(Staff, staff_id)


async def staff_held(session: AsyncSession, staff_id: str) -> Staff | None:
    """Nobody closes the account or gives it another password until the transaction ends."""
    return await session.get(Staff, staff_id, with_for_update=True, populate_existing=True)


async def spend_step(session: AsyncSession, staff_id: str, step: int) -> bool:
    """Whether the code of this half minute opens: none of it or of a later one did before."""
    spent: Any = await session.execute(
        update(Staff)
        .where(Staff.id == staff_id, or_(Staff.totp_step.is_(None), Staff.totp_step < step))
        .values(totp_step=step)
        .execution_options(synchronize_session=False)
    )
    return bool(spent.rowcount)


async def all_staff(session: AsyncSession) -> Sequence[Staff]:
    return (await session.scalars(select(Staff).order_by(Staff.username))).all()


async def everybody_named(session: AsyncSession) -> dict[str, str]:
    """What each account is called, by id, in the order of user names: nothing else of it is opened."""
    rows = await session.execute(select(Staff.id, Staff.display_name).order_by(Staff.username))
    return {str(staff_id): str(name) for staff_id, name in rows}


async def staff_page(
    session: AsyncSession, *, named: str = "", limit: int, after: str | None = None
) -> Sequence[Staff]:
    """By user name, those whose name begins so. ``after``: the last one seen."""
    query = select(Staff)
    if named:
        query = query.where(Staff.username >= named, Staff.username < f"{named}\uffff")
    if after is not None:
        query = query.where(Staff.username > after)
    return (await session.scalars(query.order_by(Staff.username).limit(limit))).all()


async def names_of_staff(session: AsyncSession, ids: Collection[str]) -> dict[str, str]:
    """What people are called, by id."""
    rows = await session.execute(select(Staff.id, Staff.display_name).where(Staff.id.in_(list(ids))))
    return {str(staff_id): str(name) for staff_id, name in rows}


async def staff_of_unit(session: AsyncSession, unit: str, day: date) -> Sequence[Staff]:
    """Who holds a post in a unit, named by its code or its name, on a day."""
    posts = (
        select(RoleAssignment.staff_id)
        .join(Unit, Unit.id == RoleAssignment.unit_id)
        .where(or_(Unit.code == unit, Unit.name == unit), *_held_on(day))
    )
    query = select(Staff).where(Staff.id.in_(posts)).order_by(Staff.username)
    return (await session.scalars(query)).all()


async def add_staff(session: AsyncSession, staff: Staff) -> Staff:
    session.add(staff)
    await session.flush()
    return staff


async def posts_on(session: AsyncSession, staff_id: str, day: date) -> Sequence[RoleAssignment]:
    """Posts that somebody holds on a day."""
    query = select(RoleAssignment).where(RoleAssignment.staff_id == staff_id, *_held_on(day))
    return (await session.scalars(query.order_by(RoleAssignment.starts_on))).all()


def _held_on(day: date) -> tuple[ColumnElement[bool], ...]:
    return (
        RoleAssignment.starts_on <= day,
        or_(RoleAssignment.ends_on.is_(None), RoleAssignment.ends_on >= day),
    )


async def posts_of(
    session: AsyncSession, staff_ids: Collection[str], since: date
) -> dict[str, list[RoleAssignment]]:
    """Posts of each that have not ended before a day, the newest first."""
    query = select(RoleAssignment).where(
        RoleAssignment.staff_id.in_(list(staff_ids)),
        or_(RoleAssignment.ends_on.is_(None), RoleAssignment.ends_on >= since),
    )
    found: dict[str, list[RoleAssignment]] = {one: [] for one in staff_ids}
    for post in await session.scalars(query.order_by(RoleAssignment.starts_on.desc())):
        found[post.staff_id].append(post)
    return found


async def same_post(session: AsyncSession, staff_id: str, unit_id: str, role: str, starts_on: date) -> bool:
    query = select(func.count()).where(
        RoleAssignment.staff_id == staff_id,
        RoleAssignment.unit_id == unit_id,
        RoleAssignment.role == role,
        RoleAssignment.starts_on == starts_on,
    )
    return bool(await session.scalar(query))


async def post_by_id(session: AsyncSession, post_id: str) -> RoleAssignment | None:
    return await session.get(RoleAssignment, post_id)


async def add_post(session: AsyncSession, post: RoleAssignment) -> RoleAssignment:
    session.add(post)
    await session.flush()
    return post


async def add_session(session: AsyncSession, row: StaffSession) -> None:
    session.add(row)
    await session.flush()


async def session_by_hash(session: AsyncSession, token_hash: str) -> StaffSession | None:
    return await session.scalar(select(StaffSession).where(StaffSession.token_hash == token_hash))


async def touch_session(
    session: AsyncSession, token_hash: str, now: datetime, *, not_since: datetime
) -> None:
    await session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash, StaffSession.seen_at < not_since)
        .values(seen_at=now)
    )


async def end_session(session: AsyncSession, token_hash: str, now: datetime) -> None:
    await session.execute(
        update(StaffSession)
        .where(StaffSession.token_hash == token_hash, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )


async def end_sessions_of(
    session: AsyncSession, staff_id: str, now: datetime, *, only: str | None = None, but: str = ""
) -> int:
    """How many were open. ``only``: the id of the one to end; ``but``: the hash of one that stays."""
    ended: Any = await session.execute(
        update(StaffSession)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.ended_at.is_(None),
            StaffSession.token_hash != but,
            *([] if only is None else [StaffSession.id == only]),
        )
        .values(ended_at=now)
    )
    return int(ended.rowcount)


async def open_sessions(
    session: AsyncSession, staff_id: str, now: datetime, *, idle_since: datetime
) -> Sequence[StaffSession]:
    """The one used last comes first."""
    query = select(StaffSession).where(
        StaffSession.staff_id == staff_id,
        StaffSession.ended_at.is_(None),
        StaffSession.expires_at > now,
        StaffSession.seen_at > idle_since,
    )
    return (await session.scalars(query.order_by(StaffSession.seen_at.desc()))).all()


async def add_trouble(session: AsyncSession, row: SignInTrouble) -> None:
    session.add(row)
    await session.flush()


async def troubles_since(session: AsyncSession, subject_hash: str, since: datetime) -> int:
    query = select(func.count()).where(SignInTrouble.subject_hash == subject_hash, SignInTrouble.at >= since)
    return await session.scalar(query) or 0
