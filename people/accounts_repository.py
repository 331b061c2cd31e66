"""All SQL about accounts, posts and sessions of staff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from people.models import AuditEntry, RoleAssignment, SignInTrouble, SpentState, Staff, StaffSession, Unit


@dataclass(frozen=True)
class UnitTree:
    """Units by id, with what lies below each."""

    units: dict[str, Unit]
    children: dict[str | None, list[str]]

    def code(self, unit_id: str) -> str:
        return self.units[unit_id].code

    def name(self, unit_id: str) -> str:
        return self.units[unit_id].name

    def below(self, unit_id: str) -> frozenset[str]:
        """Codes of the unit and of every unit under it."""
        found, waiting = set(), [unit_id]
        while waiting:
            one = waiting.pop()
            found.add(self.units[one].code)
            waiting.extend(self.children.get(one, []))
        return frozenset(found)


async def unit_tree(session: AsyncSession) -> UnitTree:
    units = {unit.id: unit for unit in await session.scalars(select(Unit))}
    children: dict[str | None, list[str]] = defaultdict(list)
    for unit in units.values():
        children[unit.parent_id].append(unit.id)
    return UnitTree(units, children)


async def all_units(session: AsyncSession) -> Sequence[Unit]:
    return (await session.scalars(select(Unit).where(Unit.active.is_(True)).order_by(Unit.name))).all()


async def names_of_units(session: AsyncSession, codes: Collection[str]) -> frozenset[str]:
    return frozenset(await session.scalars(select(Unit.name).where(Unit.code.in_(codes))))


async def staff_by_username(session: AsyncSession, username: str) -> Staff | None:
    return await session.scalar(select(Staff).where(Staff.username == username))


async def staff_by_province_account(session: AsyncSession, account_hash: str) -> Staff | None:
    return await session.scalar(select(Staff).where(Staff.province_account_hash == account_hash))


async def count_with_province_account(session: AsyncSession) -> int:
    query = select(func.count()).where(Staff.province_account_hash.is_not(None), Staff.active.is_(True))
    return await session.scalar(query) or 0


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


async def staff_by_id(session: AsyncSession, staff_id: str) -> Staff | None:
    return await session.get(Staff, staff_id)


async def all_staff(session: AsyncSession) -> Sequence[Staff]:
    return (await session.scalars(select(Staff).order_by(Staff.username))).all()


async def add_staff(session: AsyncSession, staff: Staff) -> Staff:
    session.add(staff)
    await session.flush()
    return staff


async def posts_on(session: AsyncSession, staff_id: str, day: date) -> Sequence[RoleAssignment]:
    """Posts that somebody holds on a day."""
    query = select(RoleAssignment).where(
        RoleAssignment.staff_id == staff_id,
        RoleAssignment.starts_on <= day,
        or_(RoleAssignment.ends_on.is_(None), RoleAssignment.ends_on >= day),
    )
    return (await session.scalars(query.order_by(RoleAssignment.starts_on))).all()


async def posts_of(session: AsyncSession, staff_id: str) -> Sequence[RoleAssignment]:
    query = select(RoleAssignment).where(RoleAssignment.staff_id == staff_id)
    return (await session.scalars(query.order_by(RoleAssignment.starts_on.desc()))).all()


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


async def end_sessions_of(session: AsyncSession, staff_id: str, now: datetime) -> None:
    await session.execute(
        update(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
    )


async def add_trouble(session: AsyncSession, row: SignInTrouble) -> None:
    session.add(row)
    await session.flush()


async def troubles_since(session: AsyncSession, subject_hash: str, since: datetime) -> int:
    query = select(func.count()).where(SignInTrouble.subject_hash == subject_hash, SignInTrouble.at >= since)
    return await session.scalar(query) or 0


async def audit_entries(
    session: AsyncSession,
    *,
    actor: str | None = None,
    action: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: str | None = None,
    limit: int = 50,
) -> Sequence[AuditEntry]:
    """Newest first; ``before``: the id of the last entry of the page before."""
    query = select(AuditEntry)
    if actor:
        query = query.where(AuditEntry.actor == actor)
    if action:
        query = query.where(AuditEntry.action.startswith(action))
    if subject:
        query = query.where(AuditEntry.subject == subject)
    if since:
        query = query.where(AuditEntry.at >= since)
    if until:
        query = query.where(AuditEntry.at < until)
    if before:
        query = query.where(AuditEntry.id < before)
    return (await session.scalars(query.order_by(AuditEntry.id.desc()).limit(limit))).all()
