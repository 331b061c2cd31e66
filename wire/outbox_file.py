"""A provider that writes every message into a folder: what runs where no account is configured.

One readable file a message and one with the facts for programs. The reference stands in the name, so a
message that is handed over twice is there once, and anybody can be asked whether it is there.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path

from core.calendar import LOCAL
from core.database import utc_now
from wire.provider import Accepted, Lookup, Outcome, OutgoingNotice, Rejected

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class OutboxFile:
    """``folder`` is made when the first message comes."""

    name = "outbox-file"
    can_be_settled = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, notice: OutgoingNotice) -> Outcome:
        return await asyncio.to_thread(self.write, notice)

    async def lookup(self, reference: str) -> Lookup:
        found = await asyncio.to_thread(self._find, reference)
        return Lookup.TAKEN if found else Lookup.NOT_TAKEN

    def _find(self, reference: str) -> Path | None:
        """The readable file is written last: only with it is a message there."""
        if not self._folder.exists():
            return None
        return next(iter(self._folder.glob(f"*_{_safe(reference)}.txt")), None)

    def write(self, notice: OutgoingNotice) -> Outcome:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            known = self._find(notice.reference)
            if known is None:
                written = (notice.written_at or utc_now()).astimezone(LOCAL)
                stem = "_".join(
                    _safe(part)
                    for part in (
                        f"{written:%Y%m%dT%H%M%S}",
                        notice.dossier_code or "-",
                        notice.channel,
                        notice.reference,
                    )
                )
                self._put(f"{stem}.json", _facts(notice, written.isoformat()))
                known = self._put(f"{stem}.txt", _readable(notice))
        except OSError as error:
            return Rejected(permanent=False, code=type(error).__name__)
        return Accepted(provider_message_id=known.stem)

    def _put(self, name: str, text: str) -> Path:
        """Whole or not at all, even when the power fails: written aside, flushed to the disk, renamed."""
        target = self._folder / name
        aside = self._folder / f".{name}.{os.getpid()}"
        with aside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return target


def _safe(part: str) -> str:
    return _UNSAFE.sub("-", part)


def _readable(notice: OutgoingNotice) -> str:
    heading = f"Đến: {notice.to} ({notice.channel})\n"
    if notice.title:
        heading += f"Tiêu đề: {notice.title}\n"
    return f"{heading}\n{notice.text}\n"


def _facts(notice: OutgoingNotice, written: str) -> str:
    facts = {
        "reference": notice.reference,
        "channel": notice.channel,
        "to": notice.to,
        "dossier_code": notice.dossier_code,
        "title": notice.title,
        "text": notice.text,
        "written_at": written,
    }
    return json.dumps(facts, ensure_ascii=False, indent=2) + "\n"
