"""What ties an opinion to a person: an invitation, and the number of somebody who asked to be called.

Answers hold no person: nobody can find one's own again. All SQL about that stands here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from feedback.case_models import OpinionCase, caller_hash
from feedback.models import InvitationState, SurveyAnswer, SurveyInvitation


async def held(session: AsyncSession, contact_hash: str) -> dict[str, Any]:
    return {
        "calls_asked_for": [
            {
                "unit": one.unit,
                "words": one.words,
                "phone": one.phone,
                "at": one.opened_at,
                "called_at": one.called_at,
                "told": one.told,
            }
            for one in await _cases(session, contact_hash)
        ]
    }


async def correct(session: AsyncSession, contact_hash: str, phone: str) -> int:
    """The number that is called back, put right; how many cases."""
    cases = await _cases(session, contact_hash)
    for case in cases:
        case.phone = phone
    await session.flush()
    return len(cases)


async def erase(session: AsyncSession, contact_hash: str) -> dict[str, int]:
    """Invitations end and no longer know whom they went to; a case is mended on, without number and words."""
    result = await session.execute(
        update(SurveyInvitation)
        .where(SurveyInvitation.contact_hash == contact_hash)
        .values(contact_hash=None, person_hash=None, token_seed=None, state=InvitationState.ENDED)
    )
    cases = await _cases(session, contact_hash)
    for case in cases:
        case.phone = case.words = None
    await session.flush()
    return {"invitations": cast("CursorResult[Any]", result).rowcount, "calls": len(cases)}


async def touched(session: AsyncSession, start: datetime, end: datetime) -> Sequence[OpinionCase]:
    """Cases with a number that were opened, called about or closed in a stretch of time."""
    moments = (OpinionCase.opened_at, OpinionCase.called_at, OpinionCase.closed_at)
    query = select(OpinionCase).where(
        OpinionCase.caller_hash.is_not(None), or_(*((at >= start) & (at < end) for at in moments))
    )
    return (await session.scalars(query.order_by(OpinionCase.opened_at))).all()


async def _cases(session: AsyncSession, contact_hash: str) -> Sequence[OpinionCase]:
    query = select(OpinionCase).where(OpinionCase.caller_hash == caller_hash(contact_hash))
    return (await session.scalars(query.order_by(OpinionCase.opened_at))).all()


async def forget_words(session: AsyncSession, before_month: str) -> int:
    """Comments of answers about dossiers closed before a month (YYYY-MM); the marks stay."""
    result = await session.execute(
        update(SurveyAnswer)
        .where(SurveyAnswer.month < before_month, SurveyAnswer.comment.is_not(None))
        .values(comment=None)
    )
    return cast("CursorResult[Any]", result).rowcount
