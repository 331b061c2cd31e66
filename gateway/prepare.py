"""What must be true before a process starts: keys, schema, shipped content."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from core.content_mirror import SyncReport, sync
from core.crypto import CryptoError
from core.database import Database
from core.event_reading import read_events
from core.settings import Settings
from gateway import schema
from gateway.content_kinds import why_not
from gateway.keys import activate_keys, ring_file
from gateway.knowledge import SEED
from gateway.units import ensure_units


async def prepare(settings: Settings, *, tell: Callable[[str], None]) -> SyncReport:
    """Make keys if there are none, migrate, and bring in shipped content; safe to repeat."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    activate_keys(settings)
    await asyncio.to_thread(schema.upgrade, settings.database)
    database = Database(settings.database)
    try:
        await _keys_fit(settings, database)
        report = await sync(database, seed=SEED, mirror=settings.mirror, acceptable=why_not)
        await ensure_units(database)
    finally:
        await database.dispose()
    if report.published:
        tell(f"Nội dung: {len(report.published)} tệp mới được đưa vào sử dụng.")
    for line in report.conflicts:
        tell(f"Nội dung cần xem lại: {line}")
    return report


async def _keys_fit(settings: Settings, database: Database) -> None:
    """A second machine makes a ring of its own if none was copied there, and would write what no other reads.

    Raises ``CryptoError``.
    """
    async with database.reading() as session:
        try:
            await read_events(session, after=0, limit=1)
        except CryptoError:
            raise CryptoError(
                "khóa ở đây không phải khóa của cơ sở dữ liệu này: chép vòng khóa của máy trước vào "
                f"{ring_file(settings)}, hoặc xem lại DATABASE_URL"
            ) from None
