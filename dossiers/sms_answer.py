"""Answering a dossier's own number by text message: one segment, no marks, no name (VOICE, sample 11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.phones import read_phone
from core.text.sms import SmsEncoding, measure, strip_marks
from core.text.spell import spell_date
from dossiers import repository
from dossiers.lookup import DEFAULT_POLICY, LookupPolicy, normal_code
from dossiers.models import Dossier
from dossiers.vocabularies import DossierStatus
from people.chat_accounts import contact_hash

_KIND = "sms"
_FRAUD = " Can bo khong hoi ma OTP."
_HOW = " Xem tai {site} bang ma ho so."

_STATES: dict[DossierStatus, str] = {
    DossierStatus.REGISTERED: "da nop, chua duoc tiep nhan",
    DossierStatus.RECEIVED: "da tiep nhan",
    DossierStatus.NOT_ACCEPTED: "khong duoc tiep nhan, xem van ban",
    DossierStatus.PROCESSING: "dang xu ly",
    DossierStatus.SUPPLEMENT_REQUESTED: "can bo sung giay to",
    DossierStatus.FEE_DUE: "can nop phi, le phi",
    DossierStatus.FINANCIAL_DUTY: "can thuc hien nghia vu tai chinh",
    DossierStatus.PAUSED: "tam dung giai quyet",
    DossierStatus.WITHDRAWN: "da rut",
    DossierStatus.REJECTED: "bi tu choi giai quyet, xem van ban",
    DossierStatus.STOPPED: "da dung giai quyet, xem van ban",
    DossierStatus.RESULT_READY: "da co ket qua, moi den nhan",
    DossierStatus.RETURNED: "da tra ket qua",
    DossierStatus.POSTED: "da gui ket qua qua buu dien",
}
_WAITS_FOR_OFFICE = {DossierStatus.RECEIVED, DossierStatus.PROCESSING}


@dataclass(frozen=True)
class SmsPolicy:
    office: str
    site: str = "dichvucong.gov.vn"
    per_number_per_hour: int = 5


async def answer(
    session: AsyncSession,
    *,
    phone: str,
    dossier_code: str | None,
    now: datetime,
    policy: SmsPolicy,
    lookup: LookupPolicy = DEFAULT_POLICY,
) -> str | None:
    """The answer in one segment; None when this number has asked too often this hour.

    A code that does not exist and a dossier of another number read the same.
    """
    number = read_phone(phone)
    if number.e164 is None:
        return None
    phone_hash = contact_hash(number.e164)
    asked = await repository.count_lookup_tries(session, phone_hash, _KIND, now - timedelta(hours=1))
    if asked >= policy.per_number_per_hour:
        return None
    await repository.add_lookup_try(session, phone_hash, _KIND, now)
    if dossier_code is None:
        return how_to(policy)
    dossier = await repository.dossier_by_code(session, normal_code(dossier_code))
    own = dossier is not None and dossier.phone_hash == phone_hash
    if not own or await repository.applicants_with_phone(session, phone_hash) >= lookup.applicants_per_phone:
        return not_yours(policy)
    assert dossier is not None  # noqa: S101 - own says so
    return status(dossier, policy, today=local_day(now))


def status(dossier: Dossier, policy: SmsPolicy, *, today: date) -> str:
    state = DossierStatus(dossier.status)
    words = f"Ho so {dossier.code} {_STATES[state]}"
    due = dossier.new_due_at or dossier.due_at
    if state in _WAITS_FOR_OFFICE and due is not None:
        day = local_day(due)
        words += (
            f", hen tra {spell_date(day)}" if day >= today else f", da qua hen {spell_date(day)}, xin loi"
        )
    return _one_segment(f"{policy.office}: {words}.", _HOW.format(site=policy.site), _FRAUD)


def not_yours(policy: SmsPolicy) -> str:
    return _one_segment(
        f"{policy.office}: Khong co ho so nay theo so dien thoai cua ong/ba.",
        " Xem lai ma tren giay hen,",
        " hoac mang giay hen ra quay de duoc tra cuu.",
    )


def how_to(policy: SmsPolicy) -> str:
    return _one_segment(
        f"{policy.office}: Nhan HCC DN va ma ho so tren giay hen, vi du: HCC DN H99.01-261102-0001.",
        " Hoac mang giay hen ra quay.",
    )


def _one_segment(*parts: str) -> str:
    """As many of the parts as fit into 160 characters; the first always stays."""
    text = ""
    for part in map(strip_marks, parts):
        size = measure(text + part)
        if text and (size.segments > 1 or size.encoding is not SmsEncoding.GSM7):
            break
        text += part
    return text
