"""Occasions that are no closing of a dossier: a complaint that was answered, a talk that came to its end."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.events import Event
from dossiers import repository as dossiers
from dossiers.complaints import ComplaintStatus
from dossiers.models import Complaint
from feedback import repository
from feedback.draw import InvitationPlan, Opening, Skip, is_drawn
from feedback.instruments import Instruments
from feedback.inviting import Occasion, in_peace, invite
from feedback.links import token_for
from feedback.persons import chat_hash, known_by_chat, known_by_complaint, person_of_complaint


async def complaint_answered(
    session: AsyncSession,
    event: Event,
    plan: InvitationPlan,
    instruments: Instruments,
    calendar: Opening,
    now: datetime,
) -> Skip | str:
    """Invite whoever complained, a day after the answer; in the chat, where they asked there, at once.

    What was handed on to another body was not answered here, and a denunciation is nobody's matter here.
    """
    complaint = await dossiers.complaint_by_id(session, event.body["complaint_id"])
    if (
        complaint is None
        or complaint.answered_at is None
        or complaint.status != ComplaintStatus.ANSWERED
        or plan.complaint_survey is None
    ):
        return Skip.NO_ANSWER_GIVEN
    if now - complaint.answered_at > timedelta(days=plan.oldest_days):
        return Skip.TOO_OLD
    occasion = _occasion_of(complaint, complaint.answered_at)
    if not occasion.unit:
        return Skip.NO_UNIT
    if not occasion.contact_hashes:
        return Skip.NO_CONTACT
    if not is_drawn(occasion.subject, plan.complaint_rate):
        return Skip.NOT_DRAWN
    occasion = replace(
        occasion,
        known_by=await known_by_complaint(session, complaint),
        person=await person_of_complaint(session, complaint),
    )
    kept_back = await in_peace(session, occasion, plan, now)
    if kept_back is not None:
        return kept_back
    wait = timedelta(hours=plan.wait_hours)
    send_at = now if complaint.phone_hash is None else calendar.next_opening(complaint.answered_at + wait)
    await invite(
        session,
        occasion,
        plan,
        instruments[plan.complaint_survey],
        send_at=max(send_at, now),
        now=now,
        correlation_id=event.correlation_id,
    )
    return "invited"


def _occasion_of(complaint: Complaint, answered_at: datetime) -> Occasion:
    """By telephone where there is one, else in the chat it was written in. ``officer``: whom it is about."""
    told: dict[str, str] = {"complaint_id": complaint.id}
    contacts: tuple[str, ...] = ()
    if complaint.phone_hash is not None:
        contacts = (complaint.phone_hash,)
    elif complaint.conversation_id is not None:
        told["conversation_id"] = complaint.conversation_id
        contacts = (chat_hash(complaint.conversation_id),)
    return Occasion(
        subject=f"complaint:{complaint.id}",
        ended_at=answered_at,
        unit=complaint.unit or "",
        contact_hashes=contacts,
        told=told,
        officer=complaint.about_name,
    )


@dataclass(frozen=True)
class Talk:
    """A talk that has come to rest. ``unit``: the name of the office it was with."""

    conversation_id: str
    ended_at: datetime
    unit: str


async def talk_ended(
    session: AsyncSession, talk: Talk, plan: InvitationPlan, instruments: Instruments, now: datetime
) -> Skip | str:
    """Invite in the chat itself, at most once a day and by chance."""
    if plan.chat_survey is None:
        return Skip.NOT_DRAWN
    subject = f"chat:{talk.conversation_id}:{local_day(talk.ended_at)}"
    if not is_drawn(subject, plan.chat_rate):
        return Skip.NOT_DRAWN
    occasion = Occasion(
        subject=subject,
        ended_at=talk.ended_at,
        unit=talk.unit,
        contact_hashes=(chat_hash(talk.conversation_id),),
        told={"conversation_id": talk.conversation_id},
        channel="chat",
        known_by=await known_by_chat(session, talk.conversation_id),
    )
    kept_back = await in_peace(session, occasion, plan, now)
    if kept_back is not None:
        return kept_back
    await invite(session, occasion, plan, instruments[plan.chat_survey], send_at=now, now=now)
    return "invited"


async def token_in_chat(session: AsyncSession, conversation_id: str, now: datetime) -> str | None:
    """The token of the newest invitation of this conversation, for whoever holds it and nobody else: a link
    among the words of a chat could be opened by the officer who reads them."""
    found = await repository.newest_invitation(session, chat_hash(conversation_id), now)
    return await token_for(session, found.id, now) if found else None
