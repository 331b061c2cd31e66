"""Linking a chat to the dossiers of a telephone that its citizen proved, and taking the link back.

A telephone is proven by Zalo's own form, by Telegram's own contact, or by a one-time code (``lookup``). One
telephone may stand on several dossiers: a parent's, a child's. A number that stands on many applicants'
dossiers belongs to an agent or to the post and proves nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from dossiers import repository
from dossiers.lookup import DEFAULT_POLICY, LookupPolicy, Proof, WatchRole, bind
from dossiers.models import Dossier
from people import chat_accounts, consents
from people.chat_accounts import LinkToken
from people.citizen_models import ConsentSource, Purpose

_RECENT = timedelta(days=90)
"""Dossiers closed longer ago are not taken along."""
_MOST = 20


@dataclass(frozen=True)
class LinkResult:
    """``dossiers``: what the chat follows now. ``shared``: the number is an agent's and proves nothing."""

    dossiers: Sequence[Dossier] = ()
    shared: bool = False


async def link_phone(
    session: AsyncSession,
    *,
    channel: str,
    account: str,
    conversation_id: str,
    phone: str,
    proof: Proof,
    now: datetime,
    policy: LookupPolicy = DEFAULT_POLICY,
) -> LinkResult:
    """Bind the account to the telephone and the chat to its dossiers. The caller has seen the proof."""
    phone_hash = chat_accounts.contact_hash(phone)
    if await repository.applicants_with_phone(session, phone_hash) >= policy.applicants_per_phone:
        return LinkResult(shared=True)
    contact = await chat_accounts.ensure_contact(session, phone, now=now)
    await chat_accounts.bind_account(
        session, channel=channel, account=account, contact=contact, proved_by=proof, now=now
    )
    await chat_accounts.clear_refusal(session, channel, phone)
    await consents.record(
        session,
        [phone_hash],
        Purpose.LINK,
        granted=True,
        source=ConsentSource.ZALO if channel == "zalo" else ConsentSource.CHAT,
        now=now,
        channel=channel,
    )
    found = await repository.dossiers_with_phone(session, phone_hash, since=now - _RECENT, limit=_MOST)
    for dossier in found:
        await bind(
            session,
            conversation_id=conversation_id,
            channel=channel,
            dossier_id=dossier.id,
            role=WatchRole.APPLICANT,
            proof=proof,
            now=now,
        )
    return LinkResult(found)


async def code_proved(
    session: AsyncSession, *, conversation_id: str, channel: str, dossier_code: str, now: datetime
) -> None:
    """A one-time code that came back proves the telephone it went to as well, for the account that sent it.

    A page's visitor has no account on a channel: there the conversation alone is bound.
    """
    account = await chat_accounts.account_of_conversation(session, conversation_id)
    dossier = await repository.dossier_by_code(session, dossier_code)
    if account is None or account.channel != channel or dossier is None or dossier.phone is None:
        return
    contact = await chat_accounts.ensure_contact(session, dossier.phone, now=now)
    await chat_accounts.bind_account(
        session,
        channel=channel,
        account=account.account,
        contact=contact,
        proved_by=Proof.ONE_TIME_CODE,
        now=now,
    )


async def catch_up(
    session: AsyncSession, *, channel: str, account: str, conversation_id: str, now: datetime
) -> int:
    """Follow dossiers that came to the proven telephones since; ended ones stay ended. How many are new."""
    new = 0
    for contact in await chat_accounts.phones_of(session, channel, account):
        if await repository.applicants_with_phone(session, contact.value_hash) >= (
            DEFAULT_POLICY.applicants_per_phone
        ):
            continue
        for dossier in await repository.dossiers_with_phone(
            session, contact.value_hash, since=now - _RECENT, limit=_MOST
        ):
            if await repository.watch_of(session, conversation_id, dossier.id) is None:
                await bind(
                    session,
                    conversation_id=conversation_id,
                    channel=channel,
                    dossier_id=dossier.id,
                    role=WatchRole.APPLICANT,
                    proof=Proof.BOUND_ACCOUNT,
                    now=now,
                )
                new += 1
    return new


async def unlink(
    session: AsyncSession, *, channel: str, account: str, conversation_id: str, now: datetime
) -> int:
    """One tap: the account proves nothing any more, the chat follows nothing. How many it followed."""
    phones = await chat_accounts.phones_of(session, channel, account)
    await chat_accounts.end_bindings(session, channel, account, now=now)
    if phones:
        await consents.record(
            session,
            [contact.value_hash for contact in phones],
            Purpose.LINK,
            granted=False,
            source=ConsentSource.ZALO if channel == "zalo" else ConsentSource.CHAT,
            now=now,
            channel=channel,
        )
    watches = await repository.watches_of(session, conversation_id)
    for watch in watches:
        await repository.end_watch(session, watch, at=now, reason="unlinked")
    return len(watches)


async def invite(
    session: AsyncSession,
    *,
    conversation_id: str,
    role: WatchRole,
    now: datetime,
    minutes: int,
) -> str | None:
    """A word of 128 random bits with which one other chat may follow the same dossiers; None without any."""
    if not await repository.watches_of(session, conversation_id):
        return None
    word = secrets.token_urlsafe(16)
    token = LinkToken(
        token_hash=_hash(word),
        conversation_id=conversation_id,
        role=role,
        expires_at=now + timedelta(minutes=minutes),
    )
    await chat_accounts.add_token(session, token)
    return word


async def join(
    session: AsyncSession, *, word: str, channel: str, conversation_id: str, now: datetime
) -> Sequence[Dossier] | None:
    """Follow what the inviting chat follows; None when the word is wrong, used or too old."""
    token = await chat_accounts.use_token(session, _hash(word), now=now)
    if token is None:
        return None
    followed = await repository.watched(session, token.conversation_id)
    for dossier in followed:
        await bind(
            session,
            conversation_id=conversation_id,
            channel=channel,
            dossier_id=dossier.id,
            role=WatchRole(token.role),
            proof=Proof.BOUND_ACCOUNT,
            now=now,
        )
    return followed


def _hash(word: str) -> str:
    return keyed_hash(word, "link-token")
