"""What ties an invitation to a person, let go of. Answers hold no person: nobody can find one's own again."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.ext.asyncio import AsyncSession

from feedback.models import InvitationState, SurveyAnswer, SurveyInvitation


async def erase(session: AsyncSession, contact_hash: str) -> int:
    """Invitations end and no longer know whom they went to."""
    result = await session.execute(
        update(SurveyInvitation)
        .where(SurveyInvitation.contact_hash == contact_hash)
        .values(contact_hash=None, token_seed=None, state=InvitationState.ENDED)
    )
    return cast("CursorResult[Any]", result).rowcount


async def forget_words(session: AsyncSession, before_month: str) -> int:
    """Comments of answers about dossiers closed before a month (YYYY-MM); the marks stay."""
    result = await session.execute(
        update(SurveyAnswer)
        .where(SurveyAnswer.month < before_month, SurveyAnswer.comment.is_not(None))
        .values(comment=None)
    )
    return cast("CursorResult[Any]", result).rowcount
