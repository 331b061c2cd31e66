"""The key with which the sandbox posts events and reads the ledger, as the one-stop software would."""

from __future__ import annotations

from datetime import timedelta

from core.database import Database, utc_now
from core.settings import Settings
from people.service import Scope, create_key, end_key

NAME = "máy chủ thử"
_DAYS = 30


async def sample_key(settings: Settings) -> str:
    """Made new at every start; the one before ends."""
    database, now = Database(settings.database), utc_now()
    try:
        async with database.writing() as session:
            await end_key(session, name=NAME, at=now, actor="system")
            return await create_key(
                session,
                name=NAME,
                scopes={Scope.EVENTS_WRITE, Scope.LEDGER_READ},
                expires_at=now + timedelta(days=_DAYS),
            )
    finally:
        await database.dispose()
