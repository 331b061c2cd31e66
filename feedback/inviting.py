"""One invitation: who is left in peace, the row, and the event that whoever sends reads.

A dossier, an answered complaint and a talk with the assistant are occasions alike: each is asked about once,
and nobody is asked about two of them within some days.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.crypto import keyed_hash
from core.database import new_id
from core.events import publish
from feedback import repository
from feedback.draw import InvitationPlan, Skip
from feedback.instruments import Instrument
from feedback.models import SurveyInvitation
from feedback.span import Slice, half_of
from feedback.tally_repository import touch
from feedback.token import new_seed, officer_hash, token_hash, token_of
from feedback.wording import freeze

INVITED = "motcua.survey.invited"
"""Body {"invitation_id", "unit", "send_at"}, and one of "dossier_code", "complaint_id", "conversation_id" by
which whoever sends finds the person; "sad" and "reminder" where true."""


@dataclass(frozen=True)
class Occasion:
    """What somebody may be asked about. ``subject`` names it, once and for all; ``told`` goes into the event.

    ``contact_hashes``: keyed hashes of the person's contacts, the preferred one first. ``known_by``: further
    ones by which the same person may have been asked before (``feedback.persons``). ``person``: a keyed hash
    of the person's identity number.
    """

    subject: str
    ended_at: datetime
    unit: str
    contact_hashes: tuple[str, ...]
    told: Mapping[str, Any]
    field: str | None = None
    procedure_code: str | None = None
    channel: str | None = None
    officer: str | None = None
    sample: bool = False
    known_by: tuple[str, ...] = ()
    person: str | None = None
    more: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def subject_hash(subject: str) -> str:
    """What an invitation keeps of its occasion."""
    return keyed_hash(subject, "survey-dossier")


async def in_peace(
    session: AsyncSession, occasion: Occasion, plan: InvitationPlan, now: datetime
) -> Skip | None:
    """Why the person is not to be asked, as far as earlier invitations and refusals tell."""
    if await repository.is_invited(session, subject_hash(occasion.subject)):
        return Skip.ALREADY_INVITED
    person = (occasion.person,) if occasion.person else ()
    same_person = (*occasion.contact_hashes, *occasion.known_by, *person)
    if await repository.any_opted_out(session, same_person):
        return Skip.OPTED_OUT
    since = now - timedelta(days=plan.rest_days)
    if plan.rest_days and await repository.asked_since(session, same_person, since):
        return Skip.ASKED_LATELY
    return None


async def invite(
    session: AsyncSession,
    occasion: Occasion,
    plan: InvitationPlan,
    instrument: Instrument,
    *,
    send_at: datetime,
    now: datetime,
    correlation_id: str | None = None,
) -> str:
    """Keep the invitation and announce it; its identifier. ``FrozenWordingError`` as for ``freeze``."""
    await freeze(session, instrument, now)
    identifier, seed = new_id(), new_seed()
    ended_on = local_day(occasion.ended_at)
    await repository.add_invitation(
        session,
        SurveyInvitation(
            id=identifier,
            dossier_hash=subject_hash(occasion.subject),
            contact_hash=occasion.contact_hashes[0],
            person_hash=occasion.person,
            unit=occasion.unit,
            field=occasion.field,
            procedure_code=occasion.procedure_code,
            channel=occasion.channel,
            officer_group=plan.group_of(occasion.officer),
            officer_hash=officer_hash(occasion.officer),
            closed_at=occasion.ended_at,
            closed_month=f"{ended_on:%Y-%m}",
            closed_half=half_of(ended_on, plan.cut_day),
            instrument=instrument.id,
            instrument_version=instrument.version,
            token_seed=seed,
            token_hash=token_hash(token_of(identifier, seed)),
            send_at=send_at,
            expires_at=send_at + timedelta(days=plan.valid_days),
            sample=occasion.sample,
        ),
    )
    await touch(session, [Slice(f"{ended_on:%Y-%m}", half_of(ended_on, plan.cut_day))])
    await publish(
        session,
        type=INVITED,
        subject=occasion.subject,
        body={
            "invitation_id": identifier,
            **occasion.told,
            "unit": occasion.unit,
            "send_at": send_at.isoformat(),
            **occasion.more,
        },
        external_id=identifier,
        correlation_id=correlation_id,
    )
    return identifier
