"""The house as gauges: its parts, its disks, its last backup. Wanted most when the database is gone."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping

from core.metrics import Figure
from core.settings import Settings
from gateway.backup.manifest import newest

_SECONDS = 3.0
"""A disk of another machine that hangs must not take the other figures with it."""


class HouseFigures:
    """``parts``: by name, whether one of our own processes answers."""

    def __init__(self, settings: Settings, parts: Mapping[str, Callable[[], Awaitable[bool]]]) -> None:
        self._settings, self._parts = settings, parts

    async def figures(self) -> list[Figure]:
        answers = await asyncio.gather(*(ask() for ask in self._parts.values()))
        told = [
            Figure("motcua_part_up", "Whether a process of ours answers.", int(up), ("part", name))
            for name, up in zip(self._parts, answers, strict=True)
        ]
        for look in (self._disks, self._backup):
            try:
                async with asyncio.timeout(_SECONDS):
                    told += await asyncio.to_thread(look)
            except (OSError, TimeoutError):  # what is not known is left out
                continue
        return told

    def _disks(self) -> list[Figure]:
        found = []
        for name, folder in (("data", self._settings.data_dir), ("backups", self._settings.backups)):
            if folder.exists():
                usage = shutil.disk_usage(folder)
                label = ("of", name)
                share = usage.free / usage.total
                found += [
                    Figure("motcua_disk_free_bytes", "Room that is left, in bytes.", usage.free, label),
                    Figure("motcua_disk_free_share", "Of all room, from 0 to 1.", share, label),
                ]
        return found

    def _backup(self) -> list[Figure]:
        """None at all is one of 1970: older than anybody allows."""
        found = newest(self._settings.backups)
        at = found.made_at.timestamp() if found else 0
        words = "When the newest whole backup was made, in seconds since 1970."
        return [Figure("motcua_backup_made_at_seconds", words, at)]
