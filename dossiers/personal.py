"""What this room holds about one citizen: shown, corrected, let go of. All SQL about that stands here.

Under legal hold, and so exempt from erasure: a dossier that is still being worked on, letters that were
signed or numbered, complaints with their answers. They belong to the archive of the dossier.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core.crypto import keyed_hash
from core.events import Event
from core.text.fold import fold
from dossiers import photo_repository
from dossiers.appointment_models import Appointment
from dossiers.deadline_models import Extension
from dossiers.lookup import WatchRole
from dossiers.models import Complaint, Dossier, DossierWatch, LookupTry, OneTimeCode


async def of_contact(session: AsyncSession, contact_hash: str) -> Sequence[Dossier]:
    query = select(Dossier).where(or_(Dossier.phone_hash == contact_hash, Dossier.email_hash == contact_hash))
    return (await session.scalars(query.order_by(Dossier.created_at))).all()


async def held(session: AsyncSession, contact_hash: str) -> dict[str, Any]:
    dossiers = await of_contact(session, contact_hash)
    letters = await session.scalars(
        select(Extension).where(Extension.dossier_id.in_([one.id for one in dossiers]))
    )
    return {
        "dossiers": [
            {
                "code": one.code,
                "procedure": one.procedure_name,
                "unit": one.unit,
                "name": one.applicant_name,
                "phone": one.phone,
                "email": one.email,
                "received_at": one.received_at,
                "due_at": one.due_at,
                "new_due_at": one.new_due_at,
                "status": one.status,
                "closed_at": one.closed_at,
            }
            for one in dossiers
        ],
        "letters": [
            {
                "dossier_code": one.dossier_code,
                "state": one.state,
                "new_due_on": one.new_due_on,
                "reason": one.reason,
                "number": one.notice_number,
            }
            for one in letters
        ],
        "appointments": [
            {"code": one.code, "unit": one.unit, "service": one.service, "starts_at": one.starts_at}
            for one in await _appointments(session, contact_hash)
        ],
        "complaints": [
            {
                "receipt_code": one.receipt_code,
                "text": one.text,
                "answer": one.answer,
                "at": one.created_at,
            }
            for one in await _complaints(session, contact_hash)
        ],
    }


async def conversations(session: AsyncSession, contact_hash: str) -> list[str]:
    """Ids of conversations that proved to belong to the owner of one of these dossiers."""
    ids = [one.id for one in await of_contact(session, contact_hash)]
    query = select(DossierWatch.conversation_id).where(
        DossierWatch.dossier_id.in_(ids), DossierWatch.role == WatchRole.APPLICANT
    )
    return list(await session.scalars(query))


async def correct(
    session: AsyncSession, contact_hash: str, *, phone: str | None, name: str | None
) -> list[str]:
    """Codes of the dossiers that were changed; a number is put right on appointments and complaints too.

    ``phone`` in E.164.
    """
    dossiers = await of_contact(session, contact_hash)
    for dossier in dossiers:
        if phone is not None:
            dossier.phone, dossier.phone_hash = phone, keyed_hash(phone, "phone")
            dossier.contact_flaw = None
        if name is not None:
            dossier.applicant_name = name
            if dossier.applicant_name_hash is not None:
                dossier.applicant_name_hash = keyed_hash(fold(name), "applicant-name")
    if phone is not None:
        left: list[Appointment | Complaint] = [
            *await _appointments(session, contact_hash),
            *await _complaints(session, contact_hash),
        ]
        for row in left:
            row.phone, row.phone_hash = phone, keyed_hash(phone, "phone")
    await session.flush()
    return [one.code for one in dossiers]


async def erase(session: AsyncSession, contact_hash: str, now: datetime) -> tuple[list[str], list[str]]:
    """Codes of dossiers whose person is gone, and reasons in words why others stay."""
    gone, kept = [], []
    for dossier in await of_contact(session, contact_hash):
        if dossier.closed_at is None or dossier.closed_at > now:
            kept.append(f"hồ sơ {dossier.code} đang giải quyết")
        else:
            gone.append(dossier)
    await _without_person(session, gone)
    signed = await session.scalars(
        select(Extension.dossier_code).where(
            Extension.dossier_id.in_([one.id for one in gone]), Extension.signed_at.is_not(None)
        )
    )
    kept += [f"văn bản đã ký của hồ sơ {code}" for code in dict.fromkeys(signed)]
    for appointment in await _appointments(session, contact_hash):
        if appointment.starts_at > now:
            kept.append(f"lịch hẹn {appointment.code} chưa tới ngày: hủy hẹn rồi xóa lại")
        else:
            appointment.phone = appointment.phone_hash = None
    for complaint in await _complaints(session, contact_hash):
        if complaint.answered_at is None:
            kept.append(f"phản ánh {complaint.receipt_code} chưa trả lời")
        else:
            complaint.phone = complaint.phone_hash = None
            await photo_repository.drop_photos(session, [complaint.id])
            kept.append(f"nội dung và câu trả lời của phản ánh {complaint.receipt_code}")
    await session.flush()
    return [one.code for one in gone], kept


async def forget_closed(session: AsyncSession, before: datetime, limit: int) -> int:
    """Take the person off dossiers that were closed before a day; how many there were."""
    query = select(Dossier).where(
        Dossier.closed_at < before,
        or_(Dossier.phone.is_not(None), Dossier.applicant_name.is_not(None), Dossier.email.is_not(None)),
    )
    rows = (await session.scalars(query.limit(limit))).all()
    await _without_person(session, rows)
    return len(rows)


async def forget_appointments(session: AsyncSession, before: datetime) -> int:
    """Numbers of appointments that lie before a day; that somebody came and waited stays for the figures."""
    result = await session.execute(
        update(Appointment)
        .where(Appointment.starts_at < before, Appointment.phone_hash.is_not(None))
        .values(phone=None, phone_hash=None)
    )
    return cast("CursorResult[Any]", result).rowcount


async def forget_technical(session: AsyncSession, before: datetime) -> int:
    count = 0
    for statement in (
        delete(LookupTry).where(LookupTry.at < before),
        delete(OneTimeCode).where(OneTimeCode.expires_at < before),
    ):
        count += cast("CursorResult[Any]", await session.execute(statement)).rowcount
    return count


async def touched(session: AsyncSession, start: datetime, end: datetime) -> Sequence[Dossier]:
    """Dossiers that were written in a stretch of time and still name somebody."""
    query = select(Dossier).where(
        Dossier.updated_at >= start, Dossier.updated_at < end, Dossier.phone_hash.is_not(None)
    )
    return (await session.scalars(query.order_by(Dossier.updated_at))).all()


async def left_numbers(
    session: AsyncSession, start: datetime, end: datetime
) -> Sequence[Appointment | Complaint]:
    """Appointments booked and complaints sent or answered in a stretch of time that carry a number."""
    booked = select(Appointment).where(
        Appointment.phone_hash.is_not(None), Appointment.booked_at >= start, Appointment.booked_at < end
    )
    sent = select(Complaint).where(
        Complaint.phone_hash.is_not(None),
        or_(
            (Complaint.created_at >= start) & (Complaint.created_at < end),
            (Complaint.answered_at >= start) & (Complaint.answered_at < end),
        ),
    )
    return [*await session.scalars(booked), *await session.scalars(sent)]


async def _without_person(session: AsyncSession, dossiers: Sequence[Dossier]) -> None:
    """The dossier stays with its dates and its field: figures are counted from it, and nobody is named."""
    codes = [one.code for one in dossiers]
    if not codes:
        return
    await session.execute(
        update(Dossier)
        .where(Dossier.code.in_(codes))
        .values(
            applicant_name=None, applicant_name_hash=None, phone=None, phone_hash=None, email=None,
            email_hash=None, person_hash=None, updated_at=Dossier.updated_at,
        )
    )  # fmt: skip
    for event in await session.scalars(select(Event).where(Event.subject.in_(codes))):
        if event.body.get("applicant"):
            event.body = {**event.body, "applicant": {}}
    await session.flush()


async def _appointments(session: AsyncSession, contact_hash: str) -> Sequence[Appointment]:
    return (await session.scalars(select(Appointment).where(Appointment.phone_hash == contact_hash))).all()


async def _complaints(session: AsyncSession, contact_hash: str) -> Sequence[Complaint]:
    return (await session.scalars(select(Complaint).where(Complaint.phone_hash == contact_hash))).all()
