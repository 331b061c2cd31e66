"""A readable copy of every arrival in a folder, as the ``outbox-file`` provider would have written it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from core.text.dossier_code import find_dossier_codes
from gateway.sandbox.state import Arrival
from wire.outbox_file import OutboxFile
from wire.provider import OutgoingNotice


class FileCopy:
    def __init__(self, folder: Path) -> None:
        self._outbox = OutboxFile(folder)

    def __call__(self, arrival: Arrival) -> None:
        if arrival.outgoing:
            return
        rows = "\n".join(f"{label}: {value}" for label, value in arrival.rows)
        text = "\n".join(part for part in (arrival.text, rows) if part)
        codes = find_dossier_codes(f"{arrival.title}\n{text}")
        self._outbox.write(
            OutgoingNotice(
                reference=arrival.id,
                channel=arrival.channel,
                to=arrival.who,
                text=text,
                title=arrival.title or None,
                dossier_code=codes[0].code if codes else None,
                written_at=datetime.fromtimestamp(arrival.at, UTC),
            )
        )
