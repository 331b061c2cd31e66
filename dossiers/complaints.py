"""Reflections and complaints: a receipt code, a unit, a date by which there is an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL, WorkingCalendar
from core.crypto import keyed_hash
from core.events import publish
from core.phones import read_phone
from core.text.receipt import new_receipt
from dossiers import photo_repository, repository
from dossiers.complaint_terms import ComplaintKind, ComplaintTerms, clock_of
from dossiers.models import Complaint

RECEIVED = "motcua.complaint.received"
"""Body {"complaint_id", "receipt_code", "unit", "due_on"}; the text stays in the complaint."""


class ComplaintStatus(StrEnum):
    RECEIVED = "received"
    FORWARDED = "forwarded"
    ANSWERED = "answered"
    REDIRECTED = "redirected"
    """It was a denunciation: told where to go, its words not kept."""


@dataclass(frozen=True)
class Receipt:
    """What the citizen is told: the code to ask with and the day of the answer at the latest."""

    code: str
    due_on: date


async def file_complaint(
    session: AsyncSession,
    *,
    text: str,
    calendar: WorkingCalendar,
    now: datetime,
    terms: ComplaintTerms,
    unit: str | None = None,
    conversation_id: str | None = None,
    dossier_code: str | None = None,
    phone: str | None = None,
    kind: ComplaintKind = ComplaintKind.UNSPECIFIED,
    place: str | None = None,
    about: str | None = None,
    photos: Sequence[bytes] = (),
) -> Receipt:
    """Keep a citizen's words and tell the unit by an event. ``about``: whom it is about, as they wrote it.

    ``photos``: as ``dossiers.photo`` made them.
    """
    today = now.astimezone(LOCAL)
    code = new_receipt()
    while await repository.complaint_by_receipt(session, code):
        code = new_receipt()
    clock = clock_of(kind, today, calendar.for_unit(unit), terms)
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
        place=place,
        about_name=about,
        forward_by=clock.forward_by,
        accept_by=clock.accept_by,
        due_on=clock.due_on,
        created_at=now,
    )
    await repository.add_complaint(session, complaint)
    for photo in photos:
        await photo_repository.add_photo(session, complaint.id, photo, now)
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
