"""Reads closings from the event log and invites: one invitation per dossier, announced by an event.

Whoever sends reads ``motcua.survey.invited`` and asks ``service.link_for`` for the link at the moment of
sending; the event carries no token.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.crypto import keyed_hash
from core.database import Database, new_id
from core.events import Event, advance, position, publish, read_events
from dossiers import repository as dossiers
from dossiers.models import Dossier
from dossiers.schemas import TYPE_PREFIX
from dossiers.service import MATCHED
from feedback import repository
from feedback.draw import Closing, InvitationPlan, Opening, Skip, reason_to_skip, send_time
from feedback.instruments import Instruments
from feedback.models import InvitationState, SurveyInvitation
from feedback.service import freeze, token_for
from feedback.span import half_of
from feedback.token import answer_key, new_seed, officer_hash, token_hash, token_of

CONSUMER = "feedback.invite"
INVITED = "motcua.survey.invited"
_BATCH = 100


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
        contact_hashes=tuple(hash_ for hash_ in (dossier.phone_hash, dossier.email_hash) if hash_),
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
) -> Counter[Skip | str]:
    """Deal with the next closings of the log; how many were ``invited``, or skipped for which reason.

    Empty when there was nothing to do. Raises ``FrozenWordingError`` when a questionnaire in use was changed
    without a new version; the log then waits.
    """
    types = [MATCHED, *(f"{TYPE_PREFIX}{kind}" for kind in plan.closings)]
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
            done[await _deal_with(session, event, plan, instruments, calendar, now)] += 1
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
    skip = reason_to_skip(closing, plan, now)
    if skip is not None:
        return skip
    dossier_hash = keyed_hash(closing.dossier_code, "survey-dossier")
    if await repository.is_invited(session, dossier_hash):
        return Skip.ALREADY_INVITED
    if await repository.any_opted_out(session, closing.contact_hashes):
        return Skip.OPTED_OUT
    instrument = instruments[survey]
    await freeze(session, instrument, now)
    identifier, seed = new_id(), new_seed()
    closed_on = local_day(closing.closed_at)
    send_at = send_time(closing, plan, calendar, now)
    await repository.add_invitation(
        session,
        SurveyInvitation(
            id=identifier,
            dossier_hash=dossier_hash,
            contact_hash=closing.contact_hashes[0],
            unit=closing.unit or "",
            field=closing.field,
            procedure_code=closing.procedure_code,
            channel=closing.channel,
            officer_group=plan.group_of(closing.officer),
            officer_hash=officer_hash(closing.officer),
            closed_at=closing.closed_at,
            closed_month=f"{closed_on:%Y-%m}",
            closed_half=half_of(closed_on, plan.cut_day),
            instrument=instrument.id,
            instrument_version=instrument.version,
            token_seed=seed,
            token_hash=token_hash(token_of(identifier, seed)),
            send_at=send_at,
            expires_at=send_at + timedelta(days=plan.valid_days),
            sample=closing.sample,
        ),
    )
    await publish(
        session,
        type=INVITED,
        subject=closing.dossier_code,
        body={
            "invitation_id": identifier,
            "dossier_code": closing.dossier_code,
            "unit": closing.unit,
            "send_at": send_at.isoformat(),
            # Gentler words, and at their own time.
            **({"sad": True} if plan.is_sad(closing) else {}),
        },
        external_id=identifier,
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
            code = await repository.invited_dossier(session, INVITED, invitation.id)
            if token is None or code is None or await repository.answer_by_key(session, answer_key(token)):
                continue
            await publish(
                session,
                type=INVITED,
                subject=code,
                body={
                    "invitation_id": invitation.id,
                    "dossier_code": code,
                    "unit": invitation.unit,
                    "send_at": calendar.next_opening(now).isoformat(),
                    "reminder": True,
                },
                external_id=f"{invitation.id}-reminder",
            )
            announced += 1
    return announced
