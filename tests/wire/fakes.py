"""Ports of the providers, kept in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from wire.alarms import Trouble, Unreachable
from wire.provider import OutgoingNotice
from wire.zalo.window import Citizen

REFERENCE = "01KBH3J8ZQ6V9T4X2C7M5N0P1R0"
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)


class Watching:
    def __init__(self) -> None:
        self.alarms: list[tuple[str, Trouble, str]] = []

    async def alarm(self, provider: str, trouble: Trouble, what: str) -> None:
        self.alarms.append((provider, trouble, what))


class Remembered:
    def __init__(self) -> None:
        self.known: dict[tuple[str, str], tuple[Unreachable, timedelta | None]] = {}

    async def stands(self, channel: str, contact: str) -> Unreachable | None:
        found = self.known.get((channel, contact))
        return found[0] if found else None

    async def note(self, channel: str, contact: str, why: Unreachable, lasts: timedelta | None) -> None:
        self.known[channel, contact] = (why, lasts)


class Linked:
    def __init__(self, **accounts: str) -> None:
        self.accounts = accounts

    async def account(self, channel: str, to: str) -> str | None:
        return self.accounts.get(channel)


class Counted:
    def __init__(self, citizen: Citizen) -> None:
        self.seen, self.counted = citizen, 0

    async def citizen(self, user_id: str) -> Citizen:
        return Citizen(self.seen.last_in_at, self.seen.used + self.counted)

    async def count(self, user_id: str) -> None:
        self.counted += 1


def notice(text: str = "Ho so H99.01-261102-0001 dang xu ly.", **more: object) -> OutgoingNotice:
    known: dict[str, object] = {
        "reference": REFERENCE,
        "channel": "sms",
        "to": "+84900000001",
        "text": text,
        "dossier_code": "H99.01-261102-0001",
        "written_at": NOW,
        "parameters": {
            "event": "received",
            "dossier_code": "H99.01-261102-0001",
            "applicant_name": "Nguyễn Văn Mẫu",
            "status": "đã được tiếp nhận",
            "unit": "UBND phường Mẫu",
            "due_at": "30/11/2026",
        },
    }
    return OutgoingNotice(**{**known, **more})  # type: ignore[arg-type]
