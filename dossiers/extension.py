"""The letter of apology with a new date: drafted, reasoned, signed, numbered, and only then sent.

Software drafts it and never issues it: an officer gives reason and new date, the competent person signs, the
clerical office numbers. Every step names who took it and the version of the letter they saw, so that of two
people at once one is told to look again. Form 04 of Circular 03/2025/TT-VPCP; the notice of Decree 118/2025.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import WorkingCalendar, local_day
from core.events import publish
from dossiers import deadline_repository
from dossiers.deadline_models import Extension, ExtensionFile
from dossiers.extension_files import FileKind, FileRefused, check_file
from dossiers.extension_states import (
    ExtensionProblem,
    ExtensionState,
    Step,
    TakingBack,
    Trouble,
    check_new_date,
    check_reason,
    invalid,
)
from dossiers.extension_step import check, take
from dossiers.extension_step import letter_by_id as letter_by_id
from dossiers.models import Dossier
from dossiers.vocabularies import CLOSED, DossierStatus
from people.repository import add_audit

AGAIN = "motcua.extension.again"
"""More new dates than are allowed; body {"dossier_code", "unit", "due_on", "extension_id", "ordinal"}."""


async def draft(
    session: AsyncSession, dossier: Dossier, *, old_due_on: date, by: str, now: datetime, most: int
) -> Extension:
    """A new draft for a dossier, or the letter that is already under way. More than ``most`` is an alarm."""
    known = (await deadline_repository.open_extensions(session, [dossier.id])).get(dossier.id)
    if known is not None:
        return known
    if DossierStatus(dossier.status) in CLOSED | {DossierStatus.RESULT_READY}:
        raise ExtensionProblem(
            Trouble.FORBIDDEN, "dossier_code", "hồ sơ đã có kết quả hoặc đã đóng", "không cần gia hạn nữa"
        )
    letter = Extension(
        dossier_id=dossier.id,
        dossier_code=dossier.code,
        unit=dossier.unit,
        open_for=dossier.id,
        state=ExtensionState.DRAFTED,
        version=1,
        ordinal=dossier.extension_count + 1,
        old_due_on=old_due_on,
        drafted_at=now,
        drafted_by=by,
    )
    await deadline_repository.add_extension(session, letter)
    await add_audit(session, actor=by, action="extension.draft", subject=dossier.code)
    if letter.ordinal > most:
        await publish(
            session,
            type=AGAIN,
            subject=dossier.code,
            external_id=f"again:{letter.id}",
            body={
                "dossier_code": dossier.code,
                "unit": dossier.unit,
                "due_on": old_due_on.isoformat(),
                "extension_id": letter.id,
                "ordinal": letter.ordinal,
            },
        )
    return letter


async def give_reason(
    session: AsyncSession,
    extension_id: str,
    *,
    version: int,
    by: str,
    reason: str,
    new_due_on: date,
    calendar: WorkingCalendar,
    now: datetime,
) -> Extension:
    """The officer says why and until when; may be corrected until somebody signs."""
    letter = await letter_by_id(session, extension_id)
    reason = check_reason(reason)
    today = local_day(now)
    check_new_date(new_due_on, after=max(letter.old_due_on, today), today=today, calendar=calendar)
    return await take(
        session,
        letter,
        Step.REASON,
        version=version,
        by=by,
        state=ExtensionState.REASONED,
        reason=reason,
        new_due_on=new_due_on,
        reasoned_at=now,
        reasoned_by=by,
    )


async def sign(
    session: AsyncSession,
    extension_id: str,
    *,
    version: int,
    by: str,
    signer: str,
    position: str,
    kind: FileKind,
    file_name: str,
    content: bytes,
    sha256: str,
    now: datetime,
) -> Extension:
    """Attach what the competent person signed. ``content`` is only checked here; the caller has stored it.

    A digital signature is looked for, not verified: whose certificate it is, the office's own tool tells.
    """
    letter = await letter_by_id(session, extension_id)
    if not signer.strip() or not position.strip():
        raise invalid("signer", "thiếu tên hoặc chức vụ người ký", "ghi đủ họ tên và chức vụ")
    content_type = check_signed(kind, content)
    check(letter, Step.SIGN, version)
    file = ExtensionFile(
        extension_id=letter.id,
        kind=kind,
        name=file_name[-200:] or "van-ban",
        content_type=content_type,
        size=len(content),
        sha256=sha256,
        added_at=now,
        added_by=by,
    )
    await deadline_repository.add_file(session, file)
    return await take(
        session,
        letter,
        Step.SIGN,
        version=version,
        by=by,
        note=f"{signer.strip()}, {position.strip()}; {kind}; sha256 {sha256}",
        state=ExtensionState.SIGNED,
        signed_at=now,
        signed_by=signer.strip()[:60],
        signer_position=position.strip()[:100],
        file_id=file.id,
    )


def check_signed(kind: FileKind, content: bytes) -> str:
    """The content type of a signed letter; what cannot be one is refused."""
    try:
        return check_file(kind, content)
    except FileRefused as refused:
        problem, _, remedy = str(refused).partition(": ")
        raise invalid("file", problem, remedy) from None


async def number(
    session: AsyncSession,
    extension_id: str,
    *,
    version: int,
    by: str,
    notice_number: str,
    numbered_on: date,
    now: datetime,
) -> Extension:
    """The clerical office enters the number and the date of the letter."""
    letter = await letter_by_id(session, extension_id)
    notice_number = " ".join(notice_number.split())
    if not notice_number or len(notice_number) > 100:
        raise invalid("notice_number", "số văn bản trống hoặc quá dài", "ghi như 12/VB-UBND")
    today = local_day(now)
    if not local_day(letter.drafted_at) <= numbered_on <= today:
        raise invalid(
            "numbered_on", "ngày văn bản nằm ngoài khoảng từ lúc lập tới hôm nay", "ghi ngày ký văn bản"
        )
    return await take(
        session,
        letter,
        Step.NUMBER,
        version=version,
        by=by,
        note=notice_number,
        state=ExtensionState.NUMBERED,
        notice_number=notice_number,
        numbered_on=numbered_on,
        numbered_at=now,
        numbered_by=by,
    )


async def take_back(
    session: AsyncSession, extension_id: str, step: TakingBack, *, version: int, by: str, why: str
) -> Extension:
    """A step back, with its reason. Reopened: signed words are to be changed, so the signature no longer
    counts; its file is kept. Cancelled: a letter that was not sent is given up, and a new one can be drafted.
    """
    letter = await letter_by_id(session, extension_id)
    if not why.strip():
        raise invalid("why", "chưa có lý do", "ghi một câu: vì sao mở lại hoặc bỏ văn bản")
    after: Mapping[str, object] = (
        _REOPENED if step is TakingBack.REOPEN else {**_CANCELLED, "ended_reason": why[:200]}
    )
    return await take(session, letter, Step(step), version=version, by=by, note=why, **after)


_REOPENED: Mapping[str, object] = {
    "state": ExtensionState.REASONED,
    "signed_at": None,
    "signed_by": None,
    "signer_position": None,
    "file_id": None,
}
_CANCELLED: Mapping[str, object] = {"state": ExtensionState.CANCELLED, "open_for": None}


async def cancel_by_system(session: AsyncSession, letter: Extension, *, why: str) -> None:
    """The dossier moved on, and the letter has nothing to say any more."""
    await take(
        session,
        letter,
        Step.CANCEL,
        version=letter.version,
        by="system",
        note=why,
        ended_reason=why,
        **_CANCELLED,
    )
