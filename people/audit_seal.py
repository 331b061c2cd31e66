"""Seals over the audit: a line that was changed, added or taken out later shows.

The database refuses to change lines of the audit, but whoever owns it can take that refusal away. So once an
hour everything up to an hour ago is counted, hashed in order, and sealed with the deployment's secret
together with the seal before it: without the secret nobody makes it fit again. What each seal said also goes
to the log, which lies elsewhere: seals taken off at the end show beside it. A chain from line to line, as the
ledger has, would make everybody who looks at anything wait for everybody else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from core.database import Database
from core.events import canonical_json
from people import audit_repository
from people.models import AuditEntry, AuditSeal

log = structlog.get_logger()

EVERY = timedelta(hours=1)
_GRACE = timedelta(hours=1)
"""No transaction takes so long: what is written down by then is all of it."""
_LONGEST = timedelta(days=1)
"""Under one seal, so that years that nobody sealed yet are read a piece at a time."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class SealCheck:
    """``breaks``: in words, one for each stretch that does not fit its seal."""

    seals: int
    entries: int
    breaks: tuple[str, ...]


async def seal(database: Database, now: datetime) -> int:
    """Seal what has come since the last seal; how many seals that took."""
    until, made = _hour(now - _GRACE), 0
    while await _seal_next(database, until):
        made += 1
    return made


async def _seal_next(database: Database, limit: datetime) -> bool:
    async with database.reading() as session:  # long: nobody may wait for it to write
        last = await audit_repository.last_seal(session)
        since = last.until if last else await audit_repository.first_moment(session)
        if since is None or (since := _hour(since)) >= limit:
            return False
        until = min(limit, since + _LONGEST)
        count, digest = await _counted(session, since, until)
    made = AuditSeal(
        until=until,
        since=since,
        count=count,
        digest=digest,
        seal=_seal_of(last.seal if last else "", since, until, count, digest),
    )
    async with database.writing() as session:
        await audit_repository.add_seal(session, made)
    log.info("audit_sealed", until=until.isoformat(), count=count, seal=made.seal)
    return True


async def check(session: AsyncSession) -> SealCheck:
    """Everything that was ever sealed, counted again."""
    breaks: list[str] = []
    entries, before, since = 0, "", _BEGINNING
    seals = await audit_repository.all_seals(session)
    for one in seals:
        count, digest = await _counted(session, since, one.until)
        where = f"{one.since:%d/%m/%Y %H:%M} đến {one.until:%d/%m/%Y %H:%M} UTC"
        follows = since in (_BEGINNING, one.since)
        if not follows or one.seal != _seal_of(before, one.since, one.until, one.count, one.digest):
            breaks.append(f"nhật ký {where}: dấu niêm đã bị sửa, hoặc thiếu dấu trước đó")
        elif count != one.count:
            breaks.append(f"nhật ký {where}: có {count} dòng, lúc niêm có {one.count}")
        elif digest != one.digest:
            breaks.append(f"nhật ký {where}: có dòng đã bị sửa")
        entries, before, since = entries + count, one.seal, one.until
    return SealCheck(len(seals), entries, tuple(breaks))


async def _counted(session: AsyncSession, since: datetime, until: datetime) -> tuple[int, str]:
    count, digest = 0, hashlib.sha256()
    async for row in audit_repository.entries_between(session, since, until):
        count += 1
        digest.update(_line(row))
    return count, digest.hexdigest()


def _line(row: AuditEntry) -> bytes:
    parts = [row.id, _written(row.at), row.actor, row.action, row.subject, row.reason, row.correlation_id]
    return canonical_json(parts).encode() + b"\n"


def _seal_of(before: str, since: datetime, until: datetime, count: int, digest: str) -> str:
    return keyed_hash(canonical_json([before, _written(since), _written(until), count, digest]), "audit-seal")


def _written(moment: datetime) -> str:
    """The same on every database, whichever zone its line is set to."""
    return moment.astimezone(UTC).isoformat()


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
