"""All SQL about invitations and answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import defer

from core.events import OWN_SOURCE, Event
from feedback.models import (
    InvitationState,
    SurveyAnswer,
    SurveyInstrument,
    SurveyInvitation,
    SurveyOptOut,
)
from feedback.span import Slice
from people.citizen_models import Consent, Purpose

_REMINDED_AT_ONCE = 200


async def add_invitation(session: AsyncSession, invitation: SurveyInvitation) -> None:
    session.add(invitation)
    await session.flush()


async def is_invited(session: AsyncSession, dossier_hash: str) -> bool:
    query = select(SurveyInvitation.id).where(SurveyInvitation.dossier_hash == dossier_hash)
    return await session.scalar(query) is not None


async def invitation_of_dossier(session: AsyncSession, dossier_hash: str) -> SurveyInvitation | None:
    return await session.scalar(select(SurveyInvitation).where(SurveyInvitation.dossier_hash == dossier_hash))


async def invitation(session: AsyncSession, invitation_id: str) -> SurveyInvitation | None:
    return await session.get(SurveyInvitation, invitation_id)


async def invitation_by_token(session: AsyncSession, token_hash: str) -> SurveyInvitation | None:
    query = select(SurveyInvitation).where(SurveyInvitation.token_hash == token_hash)
    return await session.scalar(query)


async def invitations_by_tokens(
    session: AsyncSession, token_hashes: Collection[str]
) -> dict[str, SurveyInvitation]:
    """By the hash of the token; what makes the token itself is left alone."""
    query = select(SurveyInvitation).where(SurveyInvitation.token_hash.in_(token_hashes))
    found = await session.scalars(query.options(defer(SurveyInvitation.token_seed)))
    return {one.token_hash: one for one in found}


async def sample_invitation(session: AsyncSession, now: datetime) -> SurveyInvitation | None:
    """An invitation about an invented dossier that can still be answered."""
    query = (
        select(SurveyInvitation)
        .where(
            SurveyInvitation.sample,
            SurveyInvitation.token_seed.is_not(None),
            SurveyInvitation.expires_at > now,
        )
        .order_by(SurveyInvitation.id)
        .limit(1)
    )
    return await session.scalar(query)


async def announcement(session: AsyncSession, event_type: str, invitation_id: str) -> Event | None:
    """The event that announced an invitation, with what it takes to find the person."""
    query = select(Event).where(
        Event.source == OWN_SOURCE, Event.external_id == invitation_id, Event.type == event_type
    )
    return await session.scalar(query)


async def asked_since(session: AsyncSession, hashes: Sequence[str], since: datetime) -> bool:
    """Whether a person known by one of these was asked for an opinion, or is going to be, after a moment."""
    for known_by in (SurveyInvitation.contact_hash, SurveyInvitation.person_hash):
        query = select(SurveyInvitation.id).where(known_by.in_(hashes), SurveyInvitation.send_at > since)
        if await session.scalar(query.limit(1)) is not None:
            return True
    return False


async def newest_invitation(
    session: AsyncSession, contact_hash: str, now: datetime
) -> SurveyInvitation | None:
    query = (
        select(SurveyInvitation)
        .where(SurveyInvitation.contact_hash == contact_hash, SurveyInvitation.expires_at > now)
        .order_by(SurveyInvitation.send_at.desc())
        .limit(1)
    )
    return await session.scalar(query)


async def to_remind(
    session: AsyncSession, sent_before: datetime, now: datetime
) -> Sequence[SurveyInvitation]:
    """Invitations whose time for a reminder has come, some at a time."""
    query = (
        select(SurveyInvitation)
        .where(
            SurveyInvitation.state == InvitationState.PLANNED,
            SurveyInvitation.send_at <= sent_before,
            SurveyInvitation.expires_at > now,
            ~SurveyInvitation.sample,
        )
        .order_by(SurveyInvitation.send_at)
        .limit(_REMINDED_AT_ONCE)
    )
    return (await session.scalars(query)).all()


async def end_expired(session: AsyncSession, now: datetime) -> int:
    """Erase what could still lead from expired invitations to their answers; how many were ended.

    The hash of the token stays, so that an old link is told that it is old.
    """
    ended = await session.execute(
        update(SurveyInvitation)
        .where(SurveyInvitation.state != InvitationState.ENDED, SurveyInvitation.expires_at <= now)
        .values(token_seed=None, contact_hash=None, person_hash=None, state=InvitationState.ENDED)
        .returning(SurveyInvitation.id)
    )
    return len(ended.all())


async def answer_by_key(session: AsyncSession, key: str) -> SurveyAnswer | None:
    return await session.scalar(select(SurveyAnswer).where(SurveyAnswer.answer_key == key))


async def answers_by_keys(session: AsyncSession, keys: Collection[str]) -> dict[str, SurveyAnswer]:
    if not keys:
        return {}
    found = await session.scalars(select(SurveyAnswer).where(SurveyAnswer.answer_key.in_(keys)))
    return {one.answer_key: one for one in found}


async def rewrite_answers(session: AsyncSession, at: Slice) -> None:
    """Write the answers of a half month anew, in the order of their identifiers. PostgreSQL alone.

    The lock lets readers go on. Who waits to change one of these rows then finds it under its identifier.
    """
    await session.execute(text("LOCK TABLE survey_answer IN SHARE ROW EXCLUSIVE MODE"))
    await session.execute(
        text(
            "WITH taken AS (DELETE FROM survey_answer WHERE month = :month AND half = :half RETURNING *) "
            "INSERT INTO survey_answer SELECT * FROM taken ORDER BY id"
        ),
        at._asdict(),
    )


async def add_answer(session: AsyncSession, answer: SurveyAnswer) -> None:
    """Store an answer, unless the same tap sent twice at once has filled its slot already."""
    try:
        async with session.begin_nested():
            session.add(answer)
            await session.flush()
    except IntegrityError:
        return


async def frozen_instrument(session: AsyncSession, identifier: str, version: int) -> SurveyInstrument | None:
    return await session.get(SurveyInstrument, (identifier, version))


async def add_instrument(session: AsyncSession, instrument: SurveyInstrument) -> None:
    session.add(instrument)
    await session.flush()


async def opt_out(session: AsyncSession, contact_hash: str, now: datetime) -> None:
    if await session.get(SurveyOptOut, contact_hash) is None:
        session.add(SurveyOptOut(contact_hash=contact_hash, at=now))
        await session.flush()


async def opt_in(session: AsyncSession, contact_hash: str) -> None:
    await session.execute(delete(SurveyOptOut).where(SurveyOptOut.contact_hash == contact_hash))


async def any_opted_out(session: AsyncSession, contact_hashes: Sequence[str]) -> bool:
    """Whether one of the contacts refuses surveys, here or in the consents kept by ``people``."""
    if not contact_hashes:
        return False
    refused_here = select(SurveyOptOut.contact_hash).where(SurveyOptOut.contact_hash.in_(contact_hashes))
    if await session.scalar(refused_here.limit(1)) is not None:
        return True
    consents = await session.scalars(
        select(Consent)
        .where(
            Consent.contact_hash.in_(contact_hashes),
            Consent.purpose == Purpose.SURVEY,
            Consent.channel.is_(None),
        )
        .order_by(Consent.at)
    )
    latest = {consent.contact_hash: consent.granted for consent in consents}
    return not all(latest.values())


async def refuse_invitations(session: AsyncSession, contact_hash: str) -> Sequence[str]:
    """End the open invitations of a contact, or of a person; their identifiers."""
    refused = await session.execute(
        update(SurveyInvitation)
        .where(
            or_(SurveyInvitation.contact_hash == contact_hash, SurveyInvitation.person_hash == contact_hash),
            SurveyInvitation.state.in_((InvitationState.PLANNED, InvitationState.REMINDED)),
        )
        .values(state=InvitationState.REFUSED)
        .returning(SurveyInvitation.id)
    )
    return refused.scalars().all()
