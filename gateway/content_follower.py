"""What happens to content while nobody looks: scheduled versions go live, and the mirror in files follows.

A file changed by hand in the mirror comes in as a draft within a minute (ARCHITECTURE, content).
"""

from __future__ import annotations

from pathlib import Path

import structlog

from conversations import mended
from conversations.unanswered_repository import waiting_versions
from core import editing
from core.content_mirror import sync
from core.database import Database, utc_now
from core.generations import generation
from gateway.content_kinds import why_not
from gateway.knowledge import SEED

log = structlog.get_logger()

# Looked at without a change of the database, for what people changed in the files.
_LOOK_EVERY_TICKS = 6


class ContentFollower:
    def __init__(self, database: Database, mirror: Path) -> None:
        self._database, self._mirror = database, mirror
        self._generation = -1
        self._ticks = 0

    async def tick(self) -> None:
        async with self._database.reading() as session:
            due = await editing.any_due(session, now=utc_now())
        if due:
            async with self._database.writing() as session:
                for key in await editing.publish_due(session, now=utc_now()):
                    log.info("content_published", key=key)
        await self._tell_who_waits()
        async with self._database.reading() as session:
            now = await generation(session, "content")
        self._ticks += 1
        if now == self._generation and self._ticks % _LOOK_EVERY_TICKS:
            return
        report = await sync(self._database, seed=SEED, mirror=self._mirror, acceptable=why_not)
        for line in report.conflicts:
            log.warning("content_conflict", what=line)
        self._generation = now

    async def _tell_who_waits(self) -> None:
        """Questions whose mend went live without anybody at the console: scheduled, or from the files."""
        async with self._database.reading() as session:
            waiting = await waiting_versions(session)
            live = [one for one in waiting if await editing.is_live(session, one)]
        for version_id in live:
            async with self._database.writing() as session:
                await mended.note_published(session, version_id, now=utc_now())
