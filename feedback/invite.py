"""Reads closings from the event log and invites: one invitation per occasion, announced by an event.

Whoever sends reads ``motcua.survey.invited`` and asks ``service.link_for`` for the link at the moment of
sending; the event carries no token.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database
from core.event_reading import advance, position, read_events
from core.events import Event, publish
from dossiers import repository as dossiers
from dossiers.happenings import COMPLAINT_ANSWERED
from dossiers.models import Dossier
from dossiers.service import MATCHED
from dossiers.vocabularies import TYPE_PREFIX
from feedback import repository
from feedback.draw import Closing, InvitationPlan, Opening, Skip, reason_to_skip, send_time
from feedback.instruments import Instruments
from feedback.inviting import INVITED, Occasion, in_peace, invite
from feedback.links import token_for
from feedback.models import InvitationState
from feedback.occasions import complaint_answered
from feedback.persons import contacts_of, known_by_dossier
from feedback.token import answer_key

__all__ = ["INVITED", "closing_of", "remind", "tick"]

CONSUMER = "feedback.invite"
_BATCH = 100


def occasion_of(closing: Closing, *, sad: bool) -> Occasion:
    return Occasion(
        subject=closing.dossier_code,
        ended_at=closing.closed_at,
        unit=closing.unit or "",
        contact_hashes=closing.contact_hashes,
        told={"dossier_code": closing.dossier_code},
        field=closing.field,
        procedure_code=closing.procedure_code,
        channel=closing.channel,
        officer=closing.officer,
        sample=closing.sample,
        # Gentler words, and at their own time.
        more={"sad": True} if sad else {},
    )


def closing_of(dossier: Dossier, closed_at: datetime) -> Closing:
    return Closing(
        dossier_code=dossier.code,
        closed_at=closed_at,
        unit=dossier.unit,
        field=dossier.field,
        procedure_code=dossier.procedure_code,
        procedure_name=dossier.procedure_name,
        channel=dossier.channel,
        officer=dossier.officer,
        contact_hashes=contacts_of(dossier),
        sensitive=dossier.sensitive,
        sample=dossier.sample,
    )


async def tick(
    database: Database,
    *,
    plan: InvitationPlan,
    instruments: Instruments,
    calendar: Opening,
    now: datetime,
    needed: Mapping[str, float] | None = None,
) -> Counter[Skip | str]:
    """Deal with the next closings of the log; how many were ``invited``, or skipped for which reason.

    ``needed``: the rates of units that follow their target (``feedback.rates``).

    Empty when there was nothing to do. Raises ``FrozenWordingError`` when a questionnaire in use was changed
    without a new version; the log then waits.
    """
    types = [MATCHED, COMPLAINT_ANSWERED, *(f"{TYPE_PREFIX}{kind}" for kind in plan.closings)]
    async with database.reading() as session:
        # Most ticks find nothing: they must not take the writer's turn.
        if not await read_events(session, after=await position(session, CONSUMER), limit=1, types=types):
            return Counter()
    done: Counter[Skip | str] = Counter()
    async with database.writing() as session:
        events = await read_events(
            session, after=await position(session, CONSUMER), limit=_BATCH, types=types
        )
        for event in events:
            if event.type == COMPLAINT_ANSWERED:
                dealt = await complaint_answered(session, event, plan, instruments, calendar, now)
            else:
                dealt = await _deal_with(session, event, plan, instruments, calendar, now, needed or {})
            done[dealt] += 1
        if events:
            await advance(session, CONSUMER, events[-1].position)
    return done


async def _deal_with(
    session: AsyncSession,
    event: Event,
    plan: InvitationPlan,
    instruments: Instruments,
    calendar: Opening,
    now: datetime,
    needed: Mapping[str, float],
) -> Skip | str:
    if event.type == MATCHED:
        waited = await dossiers.events_by_ids(session, [event.body["event_id"]])
        event = waited[event.body["event_id"]]
    survey = plan.closings.get(event.type.removeprefix(TYPE_PREFIX))
    dossier = await dossiers.dossier_by_code(session, event.subject)
    if survey is None or dossier is None or dossier.closed_at is None:
        # Not known yet: the dossier's own room tells us when it is. Or it was opened again meanwhile.
        return Skip.NOT_CLOSED
    closing = closing_of(dossier, dossier.closed_at)
    skip = reason_to_skip(closing, plan, now, needed)
    if skip is not None:
        return skip
    known_by = await known_by_dossier(session, dossier)
    occasion = replace(
        occasion_of(closing, sad=plan.is_sad(closing)), known_by=known_by, person=dossier.person_hash
    )
    kept_back = await in_peace(session, occasion, plan, now)
    if kept_back is not None:
        return kept_back
    await invite(
        session,
        occasion,
        plan,
        instruments[plan.questionnaire(survey, closing)],
        send_at=send_time(closing, plan, calendar, now),
        now=now,
        correlation_id=event.correlation_id,
    )
    return "invited"


async def remind(database: Database, *, plan: InvitationPlan, calendar: Opening, now: datetime) -> int:
    """Announce the one reminder of invitations that were not answered; how many.

    Whether there is an answer is asked with the token itself; the invitation only learns that its reminder is
    settled, which says nothing. The dossier is named by the event that announced the invitation.
    """
    if not plan.remind_days:
        return 0
    sent_before = now - timedelta(days=plan.remind_days)
    async with database.reading() as session:
        if not await repository.to_remind(session, sent_before, now):
            return 0
    announced = 0
    async with database.writing() as session:
        for invitation in await repository.to_remind(session, sent_before, now):
            invitation.state = InvitationState.REMINDED
            token = await token_for(session, invitation.id, now)
            first = await repository.announcement(session, INVITED, invitation.id)
            if token is None or first is None or "conversation_id" in first.body:
                continue  # in a chat the question still stands there
            if await repository.answer_by_key(session, answer_key(token)):
                continue
            send_at = calendar.next_opening(now).isoformat()
            await publish(
                session,
                type=INVITED,
                subject=first.subject,
                body={**first.body, "send_at": send_at, "reminder": True},
                external_id=f"{invitation.id}-reminder",
            )
            announced += 1
    return announced
