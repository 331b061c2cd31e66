"""All SQL about people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from people.audit_models import AuditEntry
from people.models import ApiKey, Unit, UnitKind


async def api_key_by_hash(session: AsyncSession, secret_hash: str) -> ApiKey | None:
    return await session.scalar(select(ApiKey).where(ApiKey.secret_hash == secret_hash))


async def api_key_by_name(session: AsyncSession, name: str) -> ApiKey | None:
    return await session.scalar(select(ApiKey).where(ApiKey.name == name, ApiKey.revoked_at.is_(None)))


async def api_keys(session: AsyncSession) -> Sequence[ApiKey]:
    return (await session.scalars(select(ApiKey).order_by(ApiKey.created_at))).all()


async def add_api_key(
    session: AsyncSession, *, name: str, secret_hash: str, scopes: str, expires_at: datetime | None
) -> ApiKey:
    key = ApiKey(name=name, secret_hash=secret_hash, scopes=scopes, expires_at=expires_at)
    session.add(key)
    await session.flush()
    return key


async def unit_by_code(session: AsyncSession, code: str) -> Unit | None:
    return await session.scalar(select(Unit).where(Unit.code == code))


async def add_unit(
    session: AsyncSession, *, code: str, name: str, kind: UnitKind, parent_id: str | None = None
) -> Unit:
    unit = Unit(code=code, name=name, kind=kind, parent_id=parent_id)
    session.add(unit)
    await session.flush()
    return unit


async def add_audit(
    session: AsyncSession,
    *,
    actor: str,
    action: str,
    subject: str,
    reason: str | None = None,
    correlation_id: str | None = None,
) -> None:
    session.add(
        AuditEntry(actor=actor, action=action, subject=subject, reason=reason, correlation_id=correlation_id)
    )
    await session.flush()
