"""Seals over the audit: a line that was changed, added or taken out later shows.

The database refuses to change lines of the audit, but whoever owns it can take that refusal away. So once an
hour everything up to an hour ago is counted, hashed in order, and sealed with the deployment's secret
together with the seal before it: without the secret nobody makes it fit again. What each seal said also goes
to the log, which lies elsewhere: seals taken off at the end show beside it, and here until the lines are
sealed anew. A chain from line to line, as the
ledger has, would make everybody who looks at anything wait for everybody else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from core.database import Database
from core.events import canonical_json
from people import audit_repository
from people.audit_models import AuditEntry, AuditSeal

log = structlog.get_logger()

EVERY = timedelta(hours=1)
_GRACE = timedelta(hours=1)
"""No transaction takes so long: what is written down by then is all of it."""
_LONGEST = timedelta(days=1)
"""Under one seal, so that years that nobody sealed yet are read a piece at a time."""
_LATE = 3 * EVERY
"""By then a line is sealed, a worker that was started again or followed by another included."""
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class SealFault(StrEnum):
    """What a check found; ``_WORDS`` says it to people, ``_REMEDIES`` what to do."""

    SEAL_CHANGED = "seal_changed"
    SEAL_MISSING = "seal_missing"
    LINES_DIFFER = "lines_differ"
    LINE_CHANGED = "line_changed"
    UNSEALED = "unsealed"


_WORDS = {
    SealFault.SEAL_CHANGED: "dấu niêm không khớp",
    SealFault.SEAL_MISSING: "thiếu dấu niêm",
    SealFault.LINES_DIFFER: "thiếu hoặc thừa dòng",
    SealFault.LINE_CHANGED: "có dòng đã bị sửa",
    SealFault.UNSEALED: "chưa có dấu niêm nào",
}
_REMEDIES = {
    SealFault.SEAL_CHANGED: "đoạn nào cũng báo vậy thì tệp khóa không phải của hệ thống này, đặt lại đúng "
    "tệp; chỉ một đoạn thì so với dòng audit_sealed của giờ đó trong logs/worker.log",
    SealFault.SEAL_MISSING: "tìm dấu ấy ở các dòng audit_sealed trong logs/worker.log và trong bản sao lưu "
    "gần nhất; dòng của đoạn này không còn gì làm chứng",
    SealFault.LINES_DIFFER: "so các dòng của đoạn này với bản sao lưu gần nhất",
    SealFault.LINE_CHANGED: "so các dòng của đoạn này với bản sao lưu gần nhất",
    SealFault.UNSEALED: "hệ thống nghỉ thì chạy motcua up, một phút sau kiểm lại; đang chạy thì tìm dòng "
    "audit_sealed mới nhất trong logs/worker.log: dấu có ở đó mà không có ở đây là đã bị gỡ",
}


@dataclass(frozen=True)
class SealBreak:
    """A stretch that does not fit its seal, or has none."""

    fault: SealFault
    since: datetime
    until: datetime
    detail: str | None = None

    def __str__(self) -> str:
        where = f"nhật ký {self.since:%d/%m/%Y %H:%M} đến {self.until:%d/%m/%Y %H:%M} UTC"
        return f"{where}: {self.called}" + (f" ({self.detail})" if self.detail else "")

    @property
    def called(self) -> str:
        return _WORDS[self.fault]

    @property
    def remedy(self) -> str:
        return _REMEDIES[self.fault]


@dataclass(frozen=True)
class SealCheck:
    seals: int
    entries: int
    breaks: tuple[SealBreak, ...]


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


async def check(session: AsyncSession, now: datetime) -> SealCheck:
    """Everything that was ever sealed, counted again; and what should be sealed by ``now`` and is not."""
    breaks: list[SealBreak] = []
    entries, before, since = 0, "", _BEGINNING
    seals = await audit_repository.all_seals(session)
    first = await audit_repository.oldest_since(session, _BEGINNING)
    for one in seals:
        count, digest = await _counted(session, since, one.until)
        fits = one.seal == _seal_of(before, one.since, one.until, one.count, one.digest)
        if since not in (_BEGINNING, one.since):
            breaks.append(SealBreak(SealFault.SEAL_MISSING, since, one.since))
        elif not fits and not before and first is not None and first < one.since:
            breaks.append(SealBreak(SealFault.SEAL_MISSING, _hour(first), one.since))
        elif not fits:
            breaks.append(SealBreak(SealFault.SEAL_CHANGED, one.since, one.until))
        elif count != one.count:
            told = f"có {count} dòng, lúc niêm có {one.count}"
            breaks.append(SealBreak(SealFault.LINES_DIFFER, one.since, one.until, told))
        elif digest != one.digest:
            breaks.append(SealBreak(SealFault.LINE_CHANGED, one.since, one.until))
        entries, before, since = entries + count, one.seal, one.until
    late, waiting = now - _LATE, await audit_repository.oldest_since(session, since)
    if waiting is not None and waiting < late:
        breaks.append(SealBreak(SealFault.UNSEALED, waiting, late))
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
