"""What the law gives a citizen over what is known of them: see, correct, withdraw, erase (Law 91/2025/QH15).

Each room shows and lets go of its own; here they are put together, with a reason and a line in the audit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import personal as said
from core.database import Database, utc_now
from core.phones import read_phone, shown
from dossiers import personal as dossiers
from feedback import personal as opinions
from notifications import personal as notices
from people import consents
from people import personal as people
from people.chat_accounts import ensure_contact
from people.citizen_models import ConsentSource, Purpose
from people.desk import NoContact, contact_hash
from people.repository import add_audit

WITHDRAWABLE = (Purpose.SURVEY, Purpose.REMINDER, Purpose.CAMPAIGN, Purpose.LINK)
"""Purposes that rest on consent; status notices rest on law and are refused channel by channel."""


@dataclass(frozen=True)
class Erased:
    """How much went, and in words what stays and why."""

    counts: Mapping[str, int]
    kept: Sequence[str]


@dataclass(frozen=True)
class Touched:
    """Whose data passed through in a stretch of time: for the notice within 72 hours after a breach."""

    people: Mapping[str, str]
    """Keyed hash of the contact: how it may be shown."""
    dossiers: Sequence[str]
    messages: int
    conversations: int
    actions: Mapping[str, int]
    full: Sequence[tuple[str, str, str]] = field(default_factory=tuple)
    """(dossier code, name, phone) in clear, only where it was asked for with a reason."""


class PersonDesk:
    """``by``: who does it; ``reason``: why, for example the number of the citizen's request."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._database, self._clock = database, clock

    async def export(self, typed: str, *, by: str, reason: str) -> dict[str, Any]:
        """Everything that is held about somebody; raises ``NoContact``."""
        found, safe = contact_hash(typed)
        async with self._database.writing() as session:
            conversations = await self._conversations(session, found)
            held = {
                "of": safe,
                "at": self._clock(),
                **await people.held(session, found),
                **await dossiers.held(session, found),
                **await notices.held(session, found),
                **await said.held(session, conversations),
                **await opinions.held(session, found),
            }
            await self._audit(session, "person.export", found, by, reason)
        return held

    async def correct(
        self, typed: str, *, new_phone: str | None, name: str | None, by: str, reason: str
    ) -> list[str]:
        """Codes of the dossiers that were put right. The one-stop software must be told as well."""
        found, _ = contact_hash(typed)
        phone = None
        if new_phone is not None:
            phone = read_phone(new_phone).e164
            if phone is None:
                raise NoContact(f"'{new_phone}' không phải số di động: gõ như 0900000001")
        async with self._database.writing() as session:
            codes = await dossiers.correct(session, found, phone=phone, name=name)
            if phone is not None:
                await ensure_contact(session, phone, now=self._clock())
                await opinions.correct(session, found, phone)
            await self._audit(session, "person.correct", found, by, reason)
        return codes

    async def withdraw(self, typed: str, *, by: str, reason: str) -> list[Purpose]:
        """Every consent is taken back at once; notices that the law asks for go on."""
        found, _ = contact_hash(typed)
        async with self._database.writing() as session:
            for purpose in WITHDRAWABLE:
                await consents.record(
                    session, [found], purpose, granted=False, source=ConsentSource.COUNTER,
                    now=self._clock(), actor=by,
                )  # fmt: skip
            await self._audit(session, "person.withdraw", found, by, reason)
        return list(WITHDRAWABLE)

    async def erase(self, typed: str, *, by: str, reason: str) -> Erased:
        """The person goes from everything that the law does not hold back; one transaction, or nothing."""
        found, _ = contact_hash(typed)
        now = self._clock()
        async with self._database.writing() as session:
            conversations = await self._conversations(session, found)
            open_codes = [
                one.code
                for one in await dossiers.of_contact(session, found)
                if one.closed_at is None or one.closed_at > now
            ]
            gone, kept = await dossiers.erase(session, found, now)
            counts = Counter({"dossiers": len(gone)})
            counts.update(await notices.erase(session, found, keep_codes=open_codes, now=now))
            counts["turns"] = await said.erase(session, conversations)
            counts.update(await opinions.erase(session, found))
            counts.update(await people.erase(session, found))
            kept = [
                *kept,
                "dấu vết đã gửi tin gì, lúc nào (không còn tên và số)",
                "bằng chứng đồng ý, từ chối",
            ]
            await self._audit(session, "person.erase", found, by, f"{reason}; giữ: {len(kept)}")
        return Erased(counts, kept)

    async def touched(
        self, start: datetime, end: datetime, *, by: str, reason: str, full: bool = False
    ) -> Touched:
        async with self._database.writing() as session:
            seen = await dossiers.touched(session, start, end)
            sent = await notices.touched(session, start, end)
            entries = await people.looked_at(session, start, end)
            spoken = await said.spoke_between(session, start, end)
            left = [
                *await dossiers.left_numbers(session, start, end),
                *await opinions.touched(session, start, end),
            ]
            known = {one.phone_hash: shown(one.phone) for one in seen if one.phone and one.phone_hash}
            known |= {one.recipient_hash: one.recipient_shown for one in sent if one.phone or one.email}
            known |= {one.phone_hash: shown(one.phone) for one in left if one.phone and one.phone_hash}
            clear = [(one.code, one.applicant_name or "", one.phone or "") for one in seen] if full else []
            await add_audit(
                session,
                actor=by,
                action="person.touched.full" if full else "person.touched",
                subject=f"{start:%Y-%m-%dT%H:%M}/{end:%Y-%m-%dT%H:%M}",
                reason=reason,
            )
        return Touched(
            people=known,
            dossiers=[one.code for one in seen],
            messages=len(sent),
            conversations=spoken,
            actions=Counter(entry.action for entry in entries),
            full=clear,
        )

    async def _conversations(self, session: AsyncSession, found: str) -> list[str]:
        """Those that belong to this person for certain."""
        ids = [*await people.conversations(session, found), *await dossiers.conversations(session, found)]
        return list(dict.fromkeys(ids))

    @staticmethod
    async def _audit(session: AsyncSession, action: str, found: str, by: str, reason: str) -> None:
        await add_audit(session, actor=by, action=action, subject=f"person:{found[:12]}", reason=reason)
