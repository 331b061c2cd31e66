"""All SQL about citizens' contacts: what they said, what they chose, who is a guest of a trial."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.among import among, among_given
from people.citizen_models import Binding, Consent, Contact, ContactBlock, ContactChoice, Guest, Switch

_CONSENTS = (
    select(Consent).where(among_given(Consent.contact_hash, "contacts")).order_by(Consent.at, Consent.id)
)
_BLOCKS = select(ContactBlock).where(
    among_given(ContactBlock.contact_hash, "contacts"), ContactBlock.lifted_at.is_(None)
)
_CHOICES = select(ContactChoice.contact_hash, ContactChoice.channel).where(
    among_given(ContactChoice.contact_hash, "contacts")
)
_BINDINGS = (
    select(Contact.value_hash, Binding.channel)
    .join(Binding, Binding.contact_id == Contact.id)
    .where(among_given(Contact.value_hash, "contacts"), Binding.ended_at.is_(None))
)
_GUESTS = select(Guest.contact_hash).where(among_given(Guest.contact_hash, "contacts"))


async def consents_of(session: AsyncSession, contact_hashes: Sequence[str]) -> Sequence[Consent]:
    """Every answer of these contacts, oldest first."""
    return (await session.scalars(_CONSENTS, {"contacts": list(contact_hashes)})).all()


async def add_consent(session: AsyncSession, consent: Consent) -> None:
    session.add(consent)
    await session.flush()


async def blocks_of(session: AsyncSession, contact_hashes: Sequence[str]) -> Sequence[ContactBlock]:
    return (await session.scalars(_BLOCKS, {"contacts": list(contact_hashes)})).all()


async def add_block(session: AsyncSession, block: ContactBlock) -> None:
    session.add(block)
    await session.flush()


async def lift_blocks(
    session: AsyncSession, contact_hashes: Sequence[str], dossier_code: str, now: datetime
) -> bool:
    result = await session.execute(
        update(ContactBlock)
        .where(
            among(ContactBlock.contact_hash, contact_hashes),
            ContactBlock.dossier_code == dossier_code,
            ContactBlock.lifted_at.is_(None),
        )
        .values(lifted_at=now)
    )
    return cast("CursorResult[Any]", result).rowcount > 0


async def choices_of(session: AsyncSession, contact_hashes: Sequence[str]) -> dict[str, str]:
    rows = await session.execute(_CHOICES, {"contacts": list(contact_hashes)})
    return {row.contact_hash: row.channel for row in rows}


async def choose(
    session: AsyncSession, contact_hash: str, channel: str | None, *, source: str, now: datetime
) -> None:
    """Remember the channel that a citizen wants first; ``None`` forgets it."""
    await session.execute(delete(ContactChoice).where(ContactChoice.contact_hash == contact_hash))
    if channel is not None:
        session.add(ContactChoice(contact_hash=contact_hash, channel=channel, source=source, at=now))
    await session.flush()


async def bindings_of(session: AsyncSession, contact_hashes: Sequence[str]) -> dict[str, set[str]]:
    """By contact, the channels on which an account proved that it is theirs."""
    found: dict[str, set[str]] = {}
    rows = await session.execute(_BINDINGS, {"contacts": list(contact_hashes)})
    for contact_hash, channel in rows:
        found.setdefault(contact_hash, set()).add(channel)
    return found


async def guests_among(session: AsyncSession, contact_hashes: Sequence[str]) -> set[str]:
    return set(await session.scalars(_GUESTS, {"contacts": list(contact_hashes)}))


async def guests(session: AsyncSession) -> Sequence[Guest]:
    return (await session.scalars(select(Guest).order_by(Guest.at))).all()


async def add_guest(
    session: AsyncSession, contact_hash: str, *, shown: str, added_by: str, now: datetime
) -> bool:
    if await session.get(Guest, contact_hash) is not None:
        return False
    session.add(Guest(contact_hash=contact_hash, shown=shown, added_by=added_by, at=now))
    await session.flush()
    return True


async def remove_guest(session: AsyncSession, contact_hash: str) -> bool:
    result = await session.execute(delete(Guest).where(Guest.contact_hash == contact_hash))
    return cast("CursorResult[Any]", result).rowcount > 0


async def is_on(session: AsyncSession, name: str) -> bool:
    return bool(await session.scalar(select(Switch.on).where(Switch.name == name)))


async def turn(session: AsyncSession, name: str, on: bool, *, by: str, now: datetime) -> None:
    """Turn a switch of the deployment on or off."""
    found = await session.get(Switch, name, with_for_update=True)
    if found is None:
        session.add(Switch(name=name, on=on, changed_by=by, at=now))
    else:
        found.on, found.changed_by, found.at = on, by, now
    await session.flush()
