"""What must be true before a process starts: keys, schema, shipped content."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from core.content import SyncReport, sync
from core.database import Database
from core.settings import Settings
from gateway import schema
from gateway.content_kinds import why_not
from gateway.keys import activate_keys
from gateway.knowledge import SEED
from gateway.units import ensure_units


async def prepare(settings: Settings, *, tell: Callable[[str], None]) -> SyncReport:
    """Make keys if there are none, migrate, and bring in shipped content; safe to repeat."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    activate_keys(settings)
    await asyncio.to_thread(schema.upgrade, settings.database)
    database = Database(settings.database)
    try:
        report = await sync(database, seed=SEED, mirror=settings.mirror, acceptable=why_not)
        await ensure_units(database)
    finally:
        await database.dispose()
    if report.published:
        tell(f"Nội dung: {len(report.published)} tệp mới được đưa vào sử dụng.")
    for line in report.conflicts:
        tell(f"Nội dung cần xem lại: {line}")
    return report
