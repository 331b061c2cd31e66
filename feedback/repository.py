"""All SQL about invitations and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL
from core.database import UtcDateTime
from dossiers.models import Dossier, DossierStep
from dossiers.schemas import DossierEventType, DossierStatus
from feedback.index import SATISFIED_LEVELS
from feedback.models import (
    InvitationState,
    SurveyAnswer,
    SurveyInstrument,
    SurveyInvitation,
    SurveyOptOut,
)
from people.models import Consent, Purpose

DECIDED = (
    DossierStatus.RESULT_READY,
    DossierStatus.RETURNED,
    DossierStatus.POSTED,
    DossierStatus.REJECTED,
    DossierStatus.STOPPED,
)


async def add_invitation(session: AsyncSession, invitation: SurveyInvitation) -> None:
    session.add(invitation)
    await session.flush()


async def is_invited(session: AsyncSession, dossier_hash: str) -> bool:
    query = select(SurveyInvitation.id).where(SurveyInvitation.dossier_hash == dossier_hash)
    return await session.scalar(query) is not None


async def invitation(session: AsyncSession, invitation_id: str) -> SurveyInvitation | None:
    return await session.get(SurveyInvitation, invitation_id)


async def invitation_by_token(session: AsyncSession, token_hash: str) -> SurveyInvitation | None:
    query = select(SurveyInvitation).where(SurveyInvitation.token_hash == token_hash)
    return await session.scalar(query)


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


async def end_expired(session: AsyncSession, now: datetime) -> int:
    """Erase what could still lead from expired invitations to their answers; how many were ended.

    The hash of the token stays, so that an old link is told that it is old.
    """
    ended = await session.execute(
        update(SurveyInvitation)
        .where(SurveyInvitation.state != InvitationState.ENDED, SurveyInvitation.expires_at <= now)
        .values(token_seed=None, contact_hash=None, state=InvitationState.ENDED)
        .returning(SurveyInvitation.id)
    )
    return len(ended.all())


async def answer_by_key(session: AsyncSession, key: str) -> SurveyAnswer | None:
    return await session.scalar(select(SurveyAnswer).where(SurveyAnswer.answer_key == key))


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
    """End the open invitations of a contact; their identifiers."""
    refused = await session.execute(
        update(SurveyInvitation)
        .where(
            SurveyInvitation.contact_hash == contact_hash, SurveyInvitation.state == InvitationState.PLANNED
        )
        .values(state=InvitationState.REFUSED)
        .returning(SurveyInvitation.id)
    )
    return refused.scalars().all()


@dataclass(frozen=True)
class AnswerCount:
    """Answers of one unit in one group of the table."""

    unit: str
    group: str | None
    n: int
    satisfied: int


@dataclass(frozen=True)
class InvitedCount:
    unit: str
    group: str | None
    invited: int


async def has_real_answers(session: AsyncSession, *, months: Sequence[str], instrument: str) -> bool:
    query = select(SurveyAnswer.id).where(
        SurveyAnswer.month.in_(months), SurveyAnswer.instrument == instrument, ~SurveyAnswer.sample
    )
    return await session.scalar(query.limit(1)) is not None


async def has_sample_answers(session: AsyncSession) -> bool:
    query = select(SurveyAnswer.id).where(SurveyAnswer.sample)
    return await session.scalar(query.limit(1)) is not None


async def versions_answered(
    session: AsyncSession, *, months: Sequence[str], instrument: str, sample: bool
) -> Sequence[tuple[int, int]]:
    """The versions of a questionnaire that got answers, and how many, the newest first."""
    rows = await session.execute(
        select(SurveyAnswer.instrument_version, func.count())
        .where(
            SurveyAnswer.month.in_(months),
            SurveyAnswer.instrument == instrument,
            SurveyAnswer.sample == sample,
            SurveyAnswer.headline.is_not(None),
        )
        .group_by(SurveyAnswer.instrument_version)
        .order_by(SurveyAnswer.instrument_version.desc())
    )
    return [(version, n) for version, n in rows]


async def answer_counts(
    session: AsyncSession, *, months: Sequence[str], instrument: str, version: int, by: str, sample: bool
) -> list[AnswerCount]:
    """Valid and satisfied answers by unit and by the column named ``by``."""
    group = SurveyAnswer.__table__.c[by]
    rows = await session.execute(
        select(
            SurveyAnswer.unit,
            group,
            func.count(),
            func.count().filter(SurveyAnswer.headline.in_(sorted(SATISFIED_LEVELS))),
        )
        .where(
            SurveyAnswer.month.in_(months),
            SurveyAnswer.instrument == instrument,
            SurveyAnswer.instrument_version == version,
            SurveyAnswer.sample == sample,
            SurveyAnswer.headline.is_not(None),
        )
        .group_by(SurveyAnswer.unit, group)
    )
    return [AnswerCount(*row) for row in rows]


async def invited_counts(
    session: AsyncSession,
    *,
    months: Sequence[str],
    instrument: str,
    version: int,
    by: str,
    sample: bool,
    now: datetime,
) -> list[InvitedCount]:
    """Invitations whose time to be sent has come, by unit and by the column named ``by``."""
    group = SurveyInvitation.__table__.c[by]
    rows = await session.execute(
        select(SurveyInvitation.unit, group, func.count())
        .where(
            SurveyInvitation.closed_month.in_(months),
            SurveyInvitation.instrument == instrument,
            SurveyInvitation.instrument_version == version,
            SurveyInvitation.sample == sample,
            SurveyInvitation.send_at <= now,
        )
        .group_by(SurveyInvitation.unit, group)
    )
    return [InvitedCount(*row) for row in rows]


@dataclass(frozen=True)
class OnTimeCount:
    """Dossiers decided in a period. ``undated`` have no due date and cannot be judged."""

    unit: str | None
    decided: int
    on_time: int
    undated: int


async def on_time_counts(
    session: AsyncSession, *, start: datetime, end: datetime, sample: bool
) -> list[OnTimeCount]:
    """Dossiers decided from ``start`` to before ``end``, by unit, against the day printed on the slip.

    Decided is when the result was ready, not when it was fetched. A dossier is on time if that was on or
    before the printed day; a new date given later does not make it so. What was never accepted, or was
    withdrawn, is not counted.
    """
    ready = (
        select(DossierStep.dossier_id, func.min(DossierStep.occurred_at).label("at"))
        .where(DossierStep.type == DossierEventType.RESULT_READY)
        .group_by(DossierStep.dossier_id)
        .subquery()
    )
    decided_at = func.coalesce(ready.c.at, Dossier.closed_at, type_=UtcDateTime())
    rows = await session.execute(
        select(Dossier.unit, Dossier.due_at, decided_at)
        .outerjoin(ready, ready.c.dossier_id == Dossier.id)
        .where(Dossier.status.in_(DECIDED), decided_at >= start, decided_at < end, Dossier.sample == sample)
    )
    counts: dict[str | None, list[int]] = {}
    for unit, due_at, decided in rows:
        count = counts.setdefault(unit, [0, 0, 0])
        count[0] += 1
        if due_at is None:
            count[2] += 1
        elif decided.astimezone(LOCAL).date() <= due_at.astimezone(LOCAL).date():
            count[1] += 1
    return [OnTimeCount(unit, *count) for unit, count in counts.items()]
