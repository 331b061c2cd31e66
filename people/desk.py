"""Consents, wrong numbers, choices and guests as a counter, a hotline or a page handles them: by contact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.crypto import keyed_hash
from core.database import Database, utc_now
from core.phones import read_phone, shown
from people import consents
from people import contact_repository as repository
from people.citizen_models import ConsentSource, Purpose
from people.consents import GUEST_LIST, WORDS, Standing
from people.repository import add_audit

CHOICES = ("zalo", "sms", "email", "telegram")


class NoContact(ValueError):
    """What was typed is neither a mobile number nor a mail address; the text says what to type."""


@dataclass(frozen=True)
class Known:
    """A contact as an officer may see it, and what it has said."""

    shown: str
    contact_hash: str
    standing: Standing


def contact_hash(typed: str) -> tuple[str, str]:
    """Hash and safe spelling of a phone or a mail address; raises ``NoContact``."""
    text = typed.strip()
    if "@" in text:
        return keyed_hash(text.lower(), "email"), "thư điện tử"
    phone = read_phone(text).e164
    if phone is None:
        raise NoContact(f"'{text}' không phải số di động hay địa chỉ thư: gõ như 0900000001")
    return keyed_hash(phone, "phone"), shown(phone)


class ConsentDesk:
    """Every change goes to the audit log with who made it and from where."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database, self._clock = database, clock

    async def look(self, typed: str) -> Known:
        found, safe = contact_hash(typed)
        async with self._database.reading() as session:
            standing = (await consents.standings(session, [found]))[found]
        return Known(safe, found, standing)

    async def answer(
        self,
        typed: str,
        purpose: Purpose,
        *,
        granted: bool,
        source: ConsentSource,
        by: str,
        channel: str | None = None,
    ) -> str:
        """Write a yes or no down; the words it was given to, which the officer has read out."""
        if purpose is Purpose.STATUS and channel is None:
            raise NoContact(
                "tin về hồ sơ do luật quy định, chỉ từ chối được từng kênh: nói rõ kênh zalo, sms, email"
            )
        found, _ = contact_hash(typed)
        async with self._database.writing() as session:
            await consents.record(
                session, [found], purpose, granted=granted, source=source, now=self._clock(),
                channel=channel, actor=by,
            )  # fmt: skip
            action = "consent.grant" if granted else "consent.refuse"
            await add_audit(session, actor=by, action=action, subject=f"{purpose}:{found[:12]}")
        return WORDS[purpose, granted]

    async def not_mine(self, typed: str, dossier_code: str, *, source: ConsentSource, by: str) -> bool:
        found, _ = contact_hash(typed)
        async with self._database.writing() as session:
            new = await consents.block(session, [found], dossier_code, source=source, now=self._clock())
            await add_audit(session, actor=by, action="contact.not_mine", subject=dossier_code)
        return new

    async def theirs_after_all(self, typed: str, dossier_code: str, *, by: str) -> bool:
        """It was written down by mistake; whether there was anything to take back."""
        found, _ = contact_hash(typed)
        async with self._database.writing() as session:
            lifted = await consents.unblock(session, [found], dossier_code, now=self._clock())
            if lifted:
                await add_audit(session, actor=by, action="contact.mine_again", subject=dossier_code)
        return bool(lifted)

    async def choose(self, typed: str, channel: str | None, *, source: ConsentSource, by: str) -> None:
        found, _ = contact_hash(typed)
        async with self._database.writing() as session:
            await repository.choose(session, found, channel, source=source, now=self._clock())
            await add_audit(
                session, actor=by, action="contact.choose", subject=f"{channel or '-'}:{found[:12]}"
            )

    async def guest_mode(self, on: bool, *, by: str) -> int:
        """Turn the trial's guest list on or off; how many guests there are."""
        async with self._database.writing() as session:
            await repository.turn(session, GUEST_LIST, on, by=by, now=self._clock())
            await add_audit(session, actor=by, action=f"guests.{'on' if on else 'off'}", subject=GUEST_LIST)
            return len(await repository.guests(session))

    async def add_guest(self, typed: str, *, by: str) -> bool:
        found, safe = contact_hash(typed)
        async with self._database.writing() as session:
            return await repository.add_guest(session, found, shown=safe, added_by=by, now=self._clock())

    async def remove_guest(self, typed: str) -> bool:
        found, _ = contact_hash(typed)
        async with self._database.writing() as session:
            return await repository.remove_guest(session, found)

    async def guests(self) -> tuple[bool, Sequence[str]]:
        async with self._database.reading() as session:
            on = await repository.is_on(session, GUEST_LIST)
            return on, [f"{row.shown} ({row.added_by})" for row in await repository.guests(session)]
