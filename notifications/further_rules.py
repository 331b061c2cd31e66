"""Rules for what is no step of a dossier: complaints, appointments, what citizens refuse, who has to call."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL, WorkingCalendar
from core.crypto import keyed_hash
from core.events import Event
from dossiers import repository as dossiers
from dossiers.models import Complaint
from notifications import ledger, peace_repository, repository, tasks
from notifications.draft import Recipient, no_one
from notifications.facts import unit_of
from notifications.gate import CONSENT_OF
from notifications.ledger import EntryKind
from notifications.models import Message
from notifications.pushing import Telling
from notifications.schemas import MessageStatus, Purpose, Reason
from notifications.tasks import TaskWay
from notifications.template_language import UNKNOWN
from notifications.vocabulary import (
    APPOINTMENT_REMINDER,
    COMPLAINT_ANSWERED,
    COMPLAINT_RECEIVED,
    OPT_OUT_CONFIRMATION,
    short_unit,
)

_STOPPED_WORDS = {
    "status": "tin về hồ sơ qua kênh này",
    "survey": "lời mời góp ý",
    "reminder": "tin nhắc hẹn",
    "campaign": "tin tuyên truyền",
}


async def complaint_received(session: AsyncSession, event: Event, telling: Telling) -> None:
    complaint = await dossiers.complaint_by_id(session, event.body["complaint_id"])
    if complaint is None:
        return
    context = {"receipt_code": complaint.receipt_code, "due_on": complaint.due_on}
    await _tell_complainant(session, event, telling, complaint, COMPLAINT_RECEIVED, context)


async def complaint_answered(session: AsyncSession, event: Event, telling: Telling) -> None:
    complaint = await dossiers.complaint_by_id(session, event.body["complaint_id"])
    if complaint is None or complaint.answer is None:
        return
    answered = complaint.answered_at or event.occurred_at
    context = {"receipt_code": complaint.receipt_code, "answer": complaint.answer, "answered_at": answered}
    await _tell_complainant(session, event, telling, complaint, COMPLAINT_ANSWERED, context)


async def _tell_complainant(
    session: AsyncSession,
    event: Event,
    telling: Telling,
    complaint: Complaint,
    wording: str,
    context: dict[str, object],
) -> None:
    unit = unit_of(complaint.unit, telling.unit_name)
    draft = telling.draft(
        event, Purpose.COMPLAINT, wording, {"unit": unit, "unit_short": short_unit(unit), **context}
    )
    draft.about, draft.unit = f"complaint:{complaint.id}", complaint.unit
    if complaint.phone is not None and complaint.phone_hash is not None:
        recipient = Recipient.by_phone(complaint.phone, complaint.phone_hash)
    else:
        recipient = no_one(complaint.id)
        draft.suppressed = Reason.TOLD_IN_CHAT if complaint.conversation_id else Reason.NO_CONTACT
    await telling.push(session, draft, recipient, told_otherwise=complaint.conversation_id is not None)


async def appointment(session: AsyncSession, event: Event, telling: Telling) -> None:
    """A reminder some hours before; none for an appointment that is nearer than that."""
    body = event.body
    starts_at = datetime.fromisoformat(body["starts_at"])
    unit = unit_of(body.get("unit"), telling.unit_name)
    context = {
        "unit": unit,
        "unit_short": short_unit(unit),
        "starts_at": starts_at,
        "counter": body.get("counter"),
        "appointment_code": body["code"],
        "service": body.get("service") or UNKNOWN,
    }
    draft = telling.draft(event, Purpose.REMINDER, APPOINTMENT_REMINDER, context)
    before = timedelta(hours=telling.informing.policy.reminder_hours)
    draft.about, draft.unit = f"appointment:{body['appointment_id']}", body.get("unit")
    draft.due_at, draft.expires_at = starts_at - before, starts_at
    if draft.due_at <= draft.now:
        return  # booked just now: the confirmation on the screen is the reminder
    if telling.informing.policy.quiet.is_quiet(draft.due_at):
        draft.due_at = _evening_before(draft.due_at, telling)
    phone = body.get("phone")
    if phone:
        recipient = Recipient.by_phone(phone, keyed_hash(phone, "phone"))
        await telling.push(session, draft, recipient, told_otherwise=True)


def _evening_before(at: datetime, telling: Telling) -> datetime:
    """A reminder that would wait until morning may come too late: an hour before the quiet begins instead."""
    starts = telling.informing.policy.quiet.starts
    local = at.astimezone(LOCAL)
    day = local.date() if local.time() >= starts else local.date() - timedelta(days=1)
    return max(datetime.combine(day, starts, LOCAL) - timedelta(hours=1), telling.clock())


async def appointment_off(session: AsyncSession, event: Event, telling: Telling) -> None:
    now = telling.clock()
    for message in await peace_repository.waiting(
        session, about=f"appointment:{event.body['appointment_id']}"
    ):
        await take_back(session, message.id, Reason.CALLED_OFF, now=now)


async def consent_changed(session: AsyncSession, event: Event, telling: Telling) -> None:
    """Refused: what waits is taken back, and a refusal of advertising is confirmed once."""
    body = event.body
    if body["granted"]:
        return
    now = telling.clock()
    purposes = [purpose for purpose, consent in CONSENT_OF.items() if consent == body["purpose"]]
    if body["channel"] is None:
        for message in await peace_repository.waiting(
            session, recipient_hashes=body["contact_hashes"], purposes=purposes
        ):
            await take_back(session, message.id, Reason.OPTED_OUT, now=now)
    if body["purpose"] == "campaign":
        await _confirm_refusal(session, event, telling)


async def _confirm_refusal(session: AsyncSession, event: Event, telling: Telling) -> None:
    """Decree 91/2020: the time it was received, the time of stopping, and nothing else. Advertising alone."""
    contact = await peace_repository.last_contact(session, event.body["contact_hashes"])
    if contact is None:
        return
    context = {
        "received_at": event.occurred_at,
        "stopped_at": telling.clock(),
        "stopped": _STOPPED_WORDS[event.body["purpose"]],
    }
    draft = telling.draft(event, Purpose.CONFIRMATION, OPT_OUT_CONFIRMATION, context)
    recipient = Recipient(
        contact.recipient_hash, contact.recipient_shown, phone=contact.phone, email=contact.email
    )
    draft.sample = contact.provider == "outbox-file" and contact.any_hour
    await telling.push(session, draft, recipient, told_otherwise=True)


async def contact_blocked(
    session: AsyncSession, event: Event, telling: Telling, calendar: WorkingCalendar
) -> None:
    """ "Not mine": what waits is taken back, and the unit finds out the right number."""
    code, now = event.body["dossier_code"], telling.clock()
    for message in await peace_repository.waiting(
        session, recipient_hashes=event.body["contact_hashes"], dossier_code=code
    ):
        await take_back(session, message.id, Reason.NOT_THEIRS, now=now)
    told = await peace_repository.last_about(session, code, event.body["contact_hashes"])
    await _check_number(session, told, code, telling, calendar)


async def not_mine_in_chat(
    session: AsyncSession, event: Event, telling: Telling, calendar: WorkingCalendar
) -> None:
    """Said under a notice in the chat, which has ended its news there already."""
    code = event.body["dossier_code"]
    told = await peace_repository.last_about(session, code)
    await _check_number(session, told, code, telling, calendar)


async def _check_number(
    session: AsyncSession, told: Message | None, code: str, telling: Telling, calendar: WorkingCalendar
) -> None:
    if told is None:
        return
    dossier = await dossiers.dossier_by_code(session, code)
    await tasks.open_task(
        session,
        told,
        unit=dossier.unit if dossier else None,
        reason=Reason.NOT_THEIRS,
        way=TaskWay.CHECK_PHONE,
        calendar=calendar,
        policy=telling.informing.policy,
        now=telling.clock(),
    )


async def unreachable(
    session: AsyncSession, event: Event, telling: Telling, calendar: WorkingCalendar
) -> None:
    """No rung leads to the citizen: somebody of the unit has to tell them, by a day."""
    message = await repository.message_by_id(session, event.body["message_id"])
    if message is None or message.status in (MessageStatus.DELIVERED, MessageStatus.READ):
        return
    unit = None
    if message.dossier_code:
        dossier = await dossiers.dossier_by_code(session, message.dossier_code)
        unit = dossier.unit if dossier else None
    elif message.about and message.about.startswith("complaint:"):
        complaint = await dossiers.complaint_by_id(session, message.about.removeprefix("complaint:"))
        unit = complaint.unit if complaint else None
    await tasks.open_task(
        session,
        message,
        unit=unit,
        reason=Reason(event.body["reason"]),
        way=TaskWay.CALL if message.phone else TaskWay.VISIT,
        calendar=calendar,
        policy=telling.informing.policy,
        now=telling.clock(),
    )


async def take_back(session: AsyncSession, message_id: str, reason: Reason, *, now: datetime) -> bool:
    """Cancel one planned message, with its line in the ledger."""
    (message,) = await peace_repository.waiting(session, ids=[message_id]) or (None,)
    if message is None or not await peace_repository.take_back(session, message_id, reason, now=now):
        return False
    await ledger.append(session, message, EntryKind.ENDED, at=now, status="cancelled", reason=reason.value)
    return True
