"""What comes of opinions: invitations to give one, drawn in another room, and a unit's weekly digest."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from core.events import Event
from dossiers import repository as dossiers
from notifications.draft import Draft, Recipient
from notifications.facts import unit_of
from notifications.pushing import Telling
from notifications.schemas import Purpose
from notifications.vocabulary import (
    OPINION_DIGEST,
    SURVEY_COMPLAINT,
    SURVEY_INVITATION,
    SURVEY_INVITATION_SAD,
    short_unit,
)

SURVEY_INVITED = "motcua.survey.invited"
DIGEST = "motcua.opinion.digest"
"""Body {"unit", "day", "lines"}: the week of a unit in plain lines, ready to be read."""
LINK_MARK = "[[link]]"
"""Stands in a survey's text until the moment of sending: the link leads to one person's answer."""


async def invited(session: AsyncSession, event: Event, telling: Telling) -> None:
    """By what the event names: a dossier, or a complaint with a telephone. A chat is asked in the chat."""
    if "conversation_id" in event.body:
        return
    if "complaint_id" in event.body:
        await _about_complaint(session, event, telling)
    else:
        await _about_dossier(session, event, telling)


async def _about_dossier(session: AsyncSession, event: Event, telling: Telling) -> None:
    """After a death, a divorce, an adoption it is late, and in its own words."""
    dossier = await dossiers.dossier_by_code(session, event.body["dossier_code"])
    if dossier is None:
        return
    sad = event.body.get("sad", dossier.sensitive)
    draft = _draft(
        event,
        telling,
        SURVEY_INVITATION_SAD if sad else SURVEY_INVITATION,
        dossier.unit,
        {"closed_on": dossier.closed_at or event.occurred_at},
    )
    draft.dossier_code = dossier.code
    await telling.applicant(session, draft, dossier, told_otherwise=True)


async def _about_complaint(session: AsyncSession, event: Event, telling: Telling) -> None:
    complaint = await dossiers.complaint_by_id(session, event.body["complaint_id"])
    if complaint is None or complaint.phone is None or complaint.phone_hash is None:
        return
    answered_at = complaint.answered_at or event.occurred_at
    context = {"receipt_code": complaint.receipt_code, "answered_at": answered_at}
    draft = _draft(event, telling, SURVEY_COMPLAINT, complaint.unit, context)
    draft.about, draft.unit = f"complaint:{complaint.id}", complaint.unit
    recipient = Recipient.by_phone(complaint.phone, complaint.phone_hash)
    await telling.push(session, draft, recipient, told_otherwise=True)


async def digest(session: AsyncSession, event: Event, telling: Telling) -> None:
    """To the mailboxes that the unit named, but for those that refused; to nobody where it wants none."""
    body = event.body
    unit = unit_of(body["unit"], telling.unit_name)
    context = {"unit": unit, "lines": body["lines"], "list_day": date.fromisoformat(body["day"])}
    desk = telling.informing.desk(body["unit"])
    for address in desk.digest_readers if desk else ():
        draft = telling.draft(event, Purpose.DIGEST, OPINION_DIGEST, context)
        draft.about, draft.unit = f"digest:{event.subject}", body["unit"]
        recipient = Recipient(keyed_hash(address.lower(), "email"), "hộp thư đơn vị", email=address)
        await telling.push(session, draft, recipient, told_otherwise=True)


def _draft(
    event: Event, telling: Telling, wording: str, unit_name: str | None, context: dict[str, Any]
) -> Draft:
    unit = unit_of(unit_name, telling.unit_name)
    facts = {
        "unit": unit,
        "unit_short": short_unit(unit),
        "link": LINK_MARK,
        "reminder": bool(event.body.get("reminder")),
        **context,
    }
    draft = telling.draft(event, Purpose.SURVEY, wording, facts)
    draft.link_ref = event.body["invitation_id"]
    named = event.body.get("send_at")
    delay = telling.policy.survey_delay
    wanted = datetime.fromisoformat(named) if named else event.occurred_at + delay
    draft.due_at = max(wanted, telling.clock())
    return draft
