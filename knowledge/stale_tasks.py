"""Staleness as tasks: a row for each reason in each record, opened once, settled when the reason is gone.

New rows are told in the event log as one event a subject ("64/2025/TT-BTC has ended: these records rest on
it"), so that whoever notifies staff sends one message and not a hundred.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import new_id
from core.events import publish
from core.generations import bump
from knowledge.models import StaleFinding
from knowledge.staleness import Stale

STALE = "vn.motcua.content.stale"
FINDINGS = "findings"
"""Readers that keep findings in memory look at ``core.generations.generation(session, FINDINGS)``."""
_CHUNK = 400


@dataclass(frozen=True)
class Changed:
    opened: int
    settled: int


def reason_hash(stale: Stale) -> str:
    return hashlib.sha256(f"{stale.kind}\0{stale.said}".encode()).hexdigest()


async def settle(session: AsyncSession, found: Mapping[str, Sequence[Stale]], *, now: datetime) -> Changed:
    """Bring the tasks to what was found: new reasons open, returned ones open again, gone ones settle."""
    held = {(row.code, row.reason_hash): row for row in await session.scalars(select(StaleFinding))}
    wanted = {(code, reason_hash(one)): one for code, why in found.items() for one in why}
    fresh = {key: one for key, one in wanted.items() if key not in held}
    back = [row.id for key, row in held.items() if key in wanted and row.settled_at is not None]
    gone = [row.id for key, row in held.items() if key not in wanted and row.settled_at is None]
    rows = [_row(code, digest, one, now) for (code, digest), one in fresh.items()]
    for start in range(0, len(rows), _CHUNK):
        await session.execute(insert(StaleFinding), rows[start : start + _CHUNK])
    await _set(session, back, {"settled_at": None, "found_at": now})
    await _set(session, gone, {"settled_at": now})
    await _tell(session, fresh)
    if fresh or back or gone:
        await bump(session, FINDINGS)
    return Changed(len(fresh) + len(back), len(gone))


async def open_tasks(session: AsyncSession) -> Sequence[StaleFinding]:
    """What is still to be done, the oldest first."""
    query = select(StaleFinding).where(StaleFinding.settled_at.is_(None))
    return (await session.scalars(query.order_by(StaleFinding.found_at, StaleFinding.code))).all()


async def biggest_reasons(session: AsyncSession, limit: int) -> list[tuple[str, int]]:
    """Open reasons with the number of records that they touch, the biggest first."""
    records = func.count(StaleFinding.code.distinct())
    query = (
        select(StaleFinding.reason, records)
        .where(StaleFinding.settled_at.is_(None))
        .group_by(StaleFinding.reason)
        .order_by(records.desc(), StaleFinding.reason)
        .limit(limit)
    )
    return [(str(reason), int(count)) for reason, count in await session.execute(query)]


async def _set(session: AsyncSession, ids: Sequence[str], values: dict[str, Any]) -> None:
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        await session.execute(update(StaleFinding).where(StaleFinding.id.in_(part)).values(**values))


async def _tell(session: AsyncSession, fresh: Mapping[tuple[str, str], Stale]) -> None:
    subjects: dict[tuple[str, str], list[tuple[str, Stale]]] = defaultdict(list)
    for (code, _digest), one in fresh.items():
        subjects[(one.kind, one.subject)].append((code, one))
    for (kind, subject), items in sorted(subjects.items()):
        first = items[0][1]
        await publish(
            session,
            type=STALE,
            subject=subject[:100],
            body={
                "kind": kind,
                "subject": subject,
                "reason": first.said,
                "owner": first.owner.value,
                "codes": sorted(code for code, _ in items),
            },
        )


def _row(code: str, digest: str, one: Stale, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "code": code,
        "kind": one.kind.value,
        "subject": one.subject,
        "reason": one.said,
        "reason_hash": digest,
        "owner": one.owner.value,
        "found_at": now,
    }
