"""The link of an invitation, made anew each time it is sent: it is stored nowhere."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from feedback import repository
from feedback.models import InvitationState
from feedback.token import token_of


async def token_for(session: AsyncSession, invitation_id: str, now: datetime) -> str | None:
    """The token of an invitation's link; ``None`` when it has run out, was refused or is unknown."""
    found = await repository.invitation(session, invitation_id)
    if (
        found is None
        or found.token_seed is None
        or found.state not in (InvitationState.PLANNED, InvitationState.REMINDED)
        or found.expires_at <= now
    ):
        return None
    return token_of(found.id, found.token_seed)


async def link_for(
    session: AsyncSession, invitation_id: str, *, public_url: str, now: datetime
) -> str | None:
    """The address of an invitation's survey page; ``None`` as for ``token_for``."""
    token = await token_for(session, invitation_id, now)
    return f"{public_url.rstrip('/')}/k/{token}" if token else None
