"""Decisions about keys and units."""

from __future__ import annotations

import secrets
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from people import repository
from people.models import ApiKey, Unit, UnitKind


class Scope(StrEnum):
    """What a machine client may do."""

    EVENTS_WRITE = "events:write"
    LEDGER_READ = "ledger:read"
    DEADLINES_READ = "deadlines:read"
    DEADLINES_WRITE = "deadlines:write"
    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    TURNS = "turns"
    METRICS_READ = "metrics:read"


def hash_of_key(secret: str) -> str:
    return keyed_hash(secret, "api-key")


async def create_key(
    session: AsyncSession,
    *,
    name: str,
    scopes: set[Scope],
    expires_at: datetime | None = None,
    secret: str | None = None,
) -> str:
    """Make a key and return its secret, which is shown this once and never stored."""
    secret = secret or f"mc_{secrets.token_urlsafe(32)}"
    await repository.add_api_key(
        session,
        name=name,
        secret_hash=hash_of_key(secret),
        scopes=" ".join(sorted(scopes)),
        expires_at=expires_at,
    )
    await repository.add_audit(session, actor="system", action="api_key.create", subject=name)
    return secret


async def end_key(
    session: AsyncSession, *, name: str, at: datetime, actor: str, reason: str | None = None
) -> bool:
    """Take a key away from a moment on; whether there was one with this name."""
    key = await repository.api_key_by_name(session, name)
    if key is None:
        return False
    key.revoked_at = at
    await repository.add_audit(session, actor=actor, action="api_key.end", subject=name, reason=reason)
    return True


async def rotate_key(
    session: AsyncSession, *, name: str, expires_at: datetime, old_until: datetime, actor: str
) -> str | None:
    """A new secret under the same name; the old one opens until ``old_until``. None without such a key."""
    old = await repository.api_key_by_name(session, name)
    if old is None:
        return None
    scopes = {Scope(scope) for scope in old.scopes.split()}
    old.name = f"{name} (trước {old_until:%d/%m/%Y})"[:100]
    old.expires_at = min(old.expires_at, old_until) if old.expires_at else old_until
    await session.flush()
    secret = await create_key(session, name=name, scopes=scopes, expires_at=expires_at)
    await repository.add_audit(session, actor=actor, action="api_key.rotate", subject=name)
    return secret


async def key_allows(session: AsyncSession, *, secret: str, scope: Scope, now: datetime) -> ApiKey | None:
    """The key, if it is known, alive and may do this."""
    key = await repository.api_key_by_hash(session, hash_of_key(secret))
    if key is None or key.revoked_at is not None or (key.expires_at and key.expires_at <= now):
        return None
    return key if scope in key.scopes.split() else None


async def ensure_unit(
    session: AsyncSession, *, code: str, name: str, kind: UnitKind, parent_code: str | None = None
) -> Unit:
    """The unit with this code, made if it is not there yet."""
    known = await repository.unit_by_code(session, code)
    if known is not None:
        known.name = name
        return known
    parent = await repository.unit_by_code(session, parent_code) if parent_code else None
    return await repository.add_unit(
        session, code=code, name=name, kind=kind, parent_id=parent.id if parent else None
    )
