"""The token row in the database. The row lock is ``SELECT … FOR UPDATE``; SQLite begins ``IMMEDIATE``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database
from wire.zalo.models import ZaloToken
from wire.zalo.pair import Stored, TokenPair


class DatabaseTokens:
    """No lock is held while Zalo is being asked: a claim in the row says who asks, and until when.

    A lock across a network call would stop every writer of an SQLite deployment for that long.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, oa_id: str) -> Stored | None:
        async with self._database.reading() as session:
            row = await session.get(ZaloToken, oa_id)
        return _stored(row) if row else None

    async def claim(self, oa_id: str, *, generation: int, owner: str, now: datetime, until: datetime) -> bool:
        async with self._database.writing() as session:
            row = await _locked(session, oa_id)
            if row is None or row.generation != generation:
                return False
            if row.claimed_until and row.claimed_until > now and row.claimed_by != owner:
                return False
            row.claimed_by, row.claimed_until, row.asked_at = owner, until, now
        return True

    async def put(self, oa_id: str, pair: TokenPair, *, now: datetime, after: int | None) -> bool:
        async with self._database.writing() as session:
            row = await _locked(session, oa_id)
            if row is None:
                row = ZaloToken(oa_id=oa_id, generation=0)
                session.add(row)
            elif after is not None and row.generation > after:
                return False
            row.access_token, row.refresh_token = pair.access_token, pair.refresh_token
            row.access_expires_at = pair.access_expires_at
            row.refresh_expires_at = pair.refresh_expires_at
            row.generation += 1
            row.claimed_by = row.claimed_until = row.asked_at = row.failure = None
            row.updated_at = now
        return True

    async def release(self, oa_id: str, *, owner: str, failure: str | None, answered: bool) -> None:
        async with self._database.writing() as session:
            row = await _locked(session, oa_id)
            if row is None or row.claimed_by != owner:
                return
            row.claimed_by = row.claimed_until = None
            row.failure = failure
            if answered:
                row.asked_at = None


async def _locked(session: AsyncSession, oa_id: str) -> ZaloToken | None:
    return await session.scalar(select(ZaloToken).where(ZaloToken.oa_id == oa_id).with_for_update())


def _stored(row: ZaloToken) -> Stored:
    pair = TokenPair(row.access_token, row.refresh_token, row.access_expires_at, row.refresh_expires_at)
    return Stored(pair, row.generation, row.asked_at, row.failure)
