"""The status of a dossier for a conversation that may see it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import WorkingCalendar, local_day
from dossiers import repository
from dossiers.lookup import may_see
from dossiers.models import Dossier
from dossiers.schemas import data_of
from dossiers.status_text import StatusFacts, ToldStep, facts_of
from dossiers.vocabularies import DossierEventType


async def status_for(
    session: AsyncSession,
    *,
    conversation_id: str,
    dossier_code: str,
    now: datetime,
    calendar: WorkingCalendar,
) -> StatusFacts | None:
    """The facts, or None alike for a dossier that is not there and for one that is not theirs."""
    dossier = await may_see(session, conversation_id=conversation_id, dossier_code=dossier_code)
    if dossier is None:
        return None
    steps = await told_steps(session, dossier)
    return facts_of(dossier, steps, today=local_day(now), calendar=calendar)


async def told_steps(session: AsyncSession, dossier: Dossier) -> list[ToldStep]:
    """The history of a dossier with what each event said, oldest first."""
    rows = await repository.steps_of(session, dossier.id)
    events = await repository.events_by_ids(session, [row.event_id for row in rows])
    return [
        ToldStep(DossierEventType(row.type), row.occurred_at, data_of(events[row.event_id].body))
        for row in rows
    ]
