"""Whoever is signed in at the console: who they are now, and when their session ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.crypto import keyed_hash
from people import accounts_repository, repository, unit_repository
from people.models import Role, Staff, Via
from people.permissions import Actor, Post

IDLE = timedelta(minutes=45)
LONGEST = timedelta(hours=12)
_TOUCHED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SignedIn:
    """``untouched``: the session was not used for so long that its use is written down."""

    actor: Actor
    untouched: bool


async def signed_in(session: AsyncSession, token: str, *, now: datetime) -> SignedIn | None:
    """Who holds this session now; none when it has ended, lain idle, or its account is closed."""
    found = await accounts_repository.session_by_hash(session, session_hash(token))
    if found is None or found.ended_at is not None or found.expires_at <= now or found.seen_at + IDLE <= now:
        return None
    staff = await accounts_repository.staff_by_id(session, found.staff_id)
    if staff is None or not staff.active:
        return None
    actor = await actor_for(session, staff, now=now)
    if found.via == Via.PASSWORD and staff.first_password_until is not None:
        actor = replace(actor, first_password=True)
    return SignedIn(actor, found.seen_at < now - _TOUCHED_EVERY)


async def actor_for(session: AsyncSession, staff: Staff, *, now: datetime) -> Actor:
    tree = await unit_repository.unit_tree(session)
    posts = [
        Post(
            Role(row.role),
            tree.code(row.unit_id),
            tree.name(row.unit_id),
            tree.below(row.unit_id),
            tree.names_below(row.unit_id),
        )
        for row in await accounts_repository.posts_on(session, staff.id, local_day(now))
    ]
    return Actor(staff.id, staff.username, staff.display_name, tuple(posts))


async def touch(session: AsyncSession, token: str, *, now: datetime) -> None:
    """The session was used; written at most once a minute."""
    await accounts_repository.touch_session(session, session_hash(token), now, not_since=now - _TOUCHED_EVERY)


async def sign_out(session: AsyncSession, token: str, *, now: datetime) -> Via:
    """Ends the session; returns how it was begun."""
    found = await accounts_repository.session_by_hash(session, session_hash(token))
    if found is None:
        return Via.PASSWORD
    staff = await accounts_repository.staff_by_id(session, found.staff_id)
    await accounts_repository.end_session(session, found.token_hash, now)
    if staff is not None:
        await repository.add_audit(
            session, actor=staff.username, action="sign_out", subject=f"staff:{staff.id}", reason=found.via
        )
    return Via(found.via)


async def via_of(session: AsyncSession, token: str) -> Via | None:
    """How the session with this secret was begun."""
    found = await accounts_repository.session_by_hash(session, session_hash(token))
    return Via(found.via) if found is not None else None


def session_hash(token: str) -> str:
    return keyed_hash(token, "staff-session")
