"""The last step of a letter with a new date: it goes out, and from here the dossier has the date."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import WorkingCalendar, local_day
from dossiers import repository
from dossiers.deadline_models import Extension
from dossiers.event import DossierEvent, digest_of
from dossiers.extension_states import ExtensionState, Step
from dossiers.extension_step import letter_by_id, take
from dossiers.schemas import DossierEventData
from dossiers.service import accept
from dossiers.vocabularies import DossierEventType

SOURCE = "motcua/extension"


async def send(
    session: AsyncSession,
    extension_id: str,
    *,
    version: int,
    by: str,
    calendar: WorkingCalendar,
    now: datetime,
) -> Extension:
    """Publish the new date: from here the dossier has it, and the citizen is told with the letter's number.

    After the old date it may still be sent, since the citizen is still owed it; the audit says that it was
    late.
    """
    letter = await letter_by_id(session, extension_id)
    dossier = await repository.dossier_by_code(session, letter.dossier_code, lock=True)
    late = local_day(now) > letter.old_due_on
    letter = await take(
        session,
        letter,
        Step.SEND,
        version=version,
        by=by,
        note="sau ngày hẹn cũ" if late else None,
        state=ExtensionState.SENT,
        sent_at=now,
        sent_by=by,
        open_for=None,
    )
    assert dossier is not None  # noqa: S101 - the letter is about it
    assert letter.new_due_on is not None  # noqa: S101 - no reason without a date
    data = DossierEventData(
        dossier_code=dossier.code,
        unit=dossier.unit,
        officer=dossier.officer,
        occurred_at=now,
        reason=letter.reason,
        new_due_at=calendar.for_unit(dossier.unit).closing(letter.new_due_on),
        notice_number=letter.notice_number,
    )
    event = DossierEvent(
        type=DossierEventType.DELAYED,
        source=SOURCE,
        external_id=letter.id,
        data=data,
        as_posted=digest_of(data.model_dump(mode="json", exclude_none=True)),
    )
    (accepted,) = await accept(session, [event], now=now)
    letter.sent_event_id = accepted.event_id
    await session.flush()
    return letter
