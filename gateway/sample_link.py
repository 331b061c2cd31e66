"""A survey link of the sample city, so that a newcomer can give an opinion at once."""

from __future__ import annotations

from core.content import published
from core.database import Database, utc_now
from core.settings import Settings
from feedback import invite
from feedback.links import link_for
from feedback.repository import sample_invitation
from gateway import content_kinds


async def sample_survey_link(settings: Settings, url: str) -> str | None:
    """The link of one invited sample dossier; none when all have expired."""
    database = Database(settings.database)
    try:
        async with database.reading() as session:
            documents = await published(session)
        await invite.tick(
            database,
            plan=content_kinds.invitation_plan(documents),
            instruments=content_kinds.instruments(documents),
            calendar=content_kinds.calendar(documents),
            now=utc_now(),
        )
        async with database.reading() as session:
            invitation = await sample_invitation(session, utc_now())
            if invitation is None:
                return None
            return await link_for(session, invitation.id, public_url=url, now=utc_now())
    finally:
        await database.dispose()
