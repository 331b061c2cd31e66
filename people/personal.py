"""What this room holds about one citizen, and letting go of it. All SQL about that stands here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from people import person_request_repository
from people.audit_models import AuditEntry
from people.chat_accounts import ChannelRefusal, ChatAccount, LinkToken
from people.citizen_models import Binding, Consent, Contact, ContactBlock, ContactChoice, Guest
from people.models import SignInTrouble, StaffSession


async def held(session: AsyncSession, contact_hash: str) -> dict[str, Any]:
    """Everything, in plain values for the citizen to read."""
    contacts = await _contacts(session, contact_hash)
    bindings = await _bindings(session, contacts)
    consents = await session.scalars(
        select(Consent).where(Consent.contact_hash == contact_hash).order_by(Consent.at)
    )
    blocks = await session.scalars(select(ContactBlock).where(ContactBlock.contact_hash == contact_hash))
    choice = await session.get(ContactChoice, contact_hash)
    return {
        "contacts": [{"kind": one.kind, "value": one.value, "since": one.created_at} for one in contacts],
        "accounts": [
            {"channel": one.channel, "account": one.account, "since": one.bound_at, "until": one.ended_at}
            for one in bindings
        ],
        "consents": [
            {
                "purpose": one.purpose,
                "channel": one.channel,
                "granted": one.granted,
                "words": one.wording,
                "version": one.wording_version,
                "source": one.source,
                "at": one.at,
            }
            for one in consents
        ],
        "requests": await person_request_repository.held(session, contact_hash),
        "not_mine": [{"dossier_code": one.dossier_code, "at": one.at} for one in blocks],
        "chosen_channel": choice.channel if choice else None,
    }


async def conversations(session: AsyncSession, contact_hash: str) -> list[str]:
    """Ids of conversations on accounts that proved this contact."""
    bindings = await _bindings(session, await _contacts(session, contact_hash))
    accounts = [one.account_hash for one in bindings]
    found = await session.scalars(
        select(ChatAccount.conversation_id).where(ChatAccount.account_hash.in_(accounts))
    )
    return [one for one in found if one is not None]


async def erase(session: AsyncSession, contact_hash: str) -> dict[str, int]:
    """Contact, accounts and choices go; answers about consent stay as proof, under the hash alone."""
    contacts = await _contacts(session, contact_hash)
    bindings = await _bindings(session, contacts)
    accounts = [one.account_hash for one in bindings]
    await session.execute(delete(ChatAccount).where(ChatAccount.account_hash.in_(accounts)))
    await session.execute(delete(Binding).where(Binding.id.in_([one.id for one in bindings])))
    await session.execute(delete(Contact).where(Contact.id.in_([one.id for one in contacts])))
    for table in (ContactChoice, Guest, ChannelRefusal):
        await session.execute(delete(table).where(table.contact_hash == contact_hash))
    await person_request_repository.let_go(session, contact_hash)
    return {"contacts": len(contacts), "accounts": len(bindings)}


async def forget_old_proofs(session: AsyncSession, before: datetime) -> int:
    """Answers about consent that another one replaced before that day; the newest always stays."""
    newer = aliased(Consent)
    replaced = (
        select(Consent.id)
        .join(
            newer,
            (newer.contact_hash == Consent.contact_hash)
            & (newer.purpose == Consent.purpose)
            & (func.coalesce(newer.channel, "") == func.coalesce(Consent.channel, ""))
            & (newer.at > Consent.at)
            & (newer.at < before),
        )
        .distinct()
    )
    ids = (await session.scalars(replaced.limit(5000))).all()
    return await _deleted(session, delete(Consent).where(Consent.id.in_(ids)))


async def forget_technical(session: AsyncSession, before: datetime) -> int:
    """Links that ran out, sessions that ended, sign-ins that failed: nothing counts them any more."""
    statements = (
        delete(LinkToken).where(LinkToken.expires_at < before),
        delete(StaffSession).where(or_(StaffSession.expires_at < before, StaffSession.ended_at < before)),
        delete(SignInTrouble).where(SignInTrouble.at < before),
    )
    return sum([await _deleted(session, one) for one in statements])


async def looked_at(session: AsyncSession, start: datetime, end: datetime) -> Sequence[AuditEntry]:
    """What staff and machines did with people's data in a stretch of time."""
    query = select(AuditEntry).where(AuditEntry.at >= start, AuditEntry.at < end).order_by(AuditEntry.at)
    return (await session.scalars(query)).all()


async def _contacts(session: AsyncSession, contact_hash: str) -> Sequence[Contact]:
    return (await session.scalars(select(Contact).where(Contact.value_hash == contact_hash))).all()


async def _bindings(session: AsyncSession, contacts: Sequence[Contact]) -> Sequence[Binding]:
    ids = [one.id for one in contacts]
    return (await session.scalars(select(Binding).where(Binding.contact_id.in_(ids)))).all()


async def _deleted(session: AsyncSession, statement: Delete) -> int:
    return cast("CursorResult[Any]", await session.execute(statement)).rowcount
