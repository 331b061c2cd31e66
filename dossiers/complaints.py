"""Reflections and complaints: a receipt code, a unit, a date by which there is an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import WorkingCalendar
from core.crypto import keyed_hash
from core.events import publish
from core.phones import read_phone
from core.text.receipt import new_receipt
from dossiers import repository
from dossiers.happenings import COMPLAINT_ANSWERED
from dossiers.models import Complaint
from dossiers.schemas import LOCAL

RECEIVED = "motcua.complaint.received"
"""Body {"complaint_id", "receipt_code", "unit", "due_on"}; the text stays in the complaint."""


class ComplaintKind(StrEnum):
    """A reflection (phản ánh) is not a complaint (khiếu nại) in law: only the citizen may say which it is."""

    UNSPECIFIED = "unspecified"
    REFLECTION = "reflection"
    COMPLAINT = "complaint"


class ComplaintStatus(StrEnum):
    RECEIVED = "received"
    FORWARDED = "forwarded"
    ANSWERED = "answered"


@dataclass(frozen=True)
class ComplaintTerms:
    """Working days. Forwarding: Decree 20/2008, article 9. Answering: the same decree as amended by Decree
    92/2017, from memory and not checked against the text, so a deployment sets its own."""

    forward_days: int = 5
    answer_days: int = 15


DEFAULT_TERMS = ComplaintTerms()


@dataclass(frozen=True)
class Receipt:
    """What the citizen is told: the code to ask with and the day of the answer at the latest."""

    code: str
    due_on: date


async def answer_complaint(session: AsyncSession, *, receipt_code: str, answer: str, now: datetime) -> bool:
    """Keep the unit's answer and have the citizen told; False when no such complaint waits for one."""
    complaint = await repository.complaint_by_receipt(session, receipt_code)
    if complaint is None or complaint.status == ComplaintStatus.ANSWERED:
        return False
    complaint.status, complaint.answer, complaint.answered_at = ComplaintStatus.ANSWERED, answer, now
    await publish(
        session,
        type=COMPLAINT_ANSWERED,
        subject=receipt_code,
        body={"complaint_id": complaint.id},
        external_id=f"complaint-answered:{complaint.id}",
        occurred_at=now,
    )
    return True


async def file_complaint(
    session: AsyncSession,
    *,
    text: str,
    calendar: WorkingCalendar,
    now: datetime,
    unit: str | None = None,
    conversation_id: str | None = None,
    dossier_code: str | None = None,
    phone: str | None = None,
    kind: ComplaintKind = ComplaintKind.UNSPECIFIED,
    terms: ComplaintTerms = DEFAULT_TERMS,
) -> Receipt:
    """Keep a citizen's words and tell the unit by an event. Day 1 is the first working day after today."""
    today = now.astimezone(LOCAL)
    code = new_receipt()
    while await repository.complaint_by_receipt(session, code):
        code = new_receipt()
    number = read_phone(phone).e164 if phone else None
    complaint = Complaint(
        receipt_code=code,
        kind=kind,
        text=text,
        unit=unit,
        conversation_id=conversation_id,
        dossier_code=dossier_code,
        phone=number,
        phone_hash=keyed_hash(number, "phone") if number else None,
        status=ComplaintStatus.RECEIVED,
        forward_by=calendar.due_date(today, terms.forward_days),
        due_on=calendar.due_date(today, terms.answer_days),
        created_at=now,
    )
    await repository.add_complaint(session, complaint)
    await publish(
        session,
        type=RECEIVED,
        subject=code,
        body={
            "complaint_id": complaint.id,
            "receipt_code": code,
            "unit": unit,
            "due_on": complaint.due_on.isoformat(),
        },
        external_id=f"complaint:{complaint.id}",
        occurred_at=now,
    )
    return Receipt(code, complaint.due_on)
