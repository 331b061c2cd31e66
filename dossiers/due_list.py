"""What is about to be late: with the cause, who calls, and the letter that is under way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import WorkingCalendar
from dossiers import deadline_repository
from dossiers.deadline_models import DossierDeadline, Extension
from dossiers.deadlines import DeadlinePolicy, recount_day
from dossiers.extension_states import STATE_WORDS, ExtensionState
from dossiers.models import Dossier
from dossiers.vocabularies import DossierStatus

MOST = 5000
Place = tuple[date, str]
"""Where an entry stands in the list: its date, and the id of its dossier."""
NO_UNIT = "chưa ghi cơ quan"


class Cause(StrEnum):
    """Why a date is in danger, as far as the events tell."""

    NOT_STARTED = "not_started"
    IN_WORK = "in_work"
    HELD = "held"
    WAITED = "waited"
    LATE_REQUEST = "late_request"


CAUSE_WORDS: Mapping[Cause, str] = {
    Cause.NOT_STARTED: "đã tiếp nhận, chưa chuyển xử lý",
    Cause.IN_WORK: "đang xử lý, chưa có kết quả",
    Cause.HELD: "cơ quan đang tạm dừng giải quyết",
    Cause.WAITED: "đã chờ người dân bổ sung hoặc nộp tiền: cần xác nhận ngày tính lại",
    Cause.LATE_REQUEST: "yêu cầu bổ sung hoặc nộp tiền sau khi đã quá hẹn",
}


@dataclass(frozen=True)
class DueEntry:
    """``days_left`` in working days: 0 is today, negative is late. ``recount_to``: see ``recount_day``."""

    dossier_id: str
    dossier_code: str
    unit: str
    officer: str | None
    status: DossierStatus
    due_on: date
    days_left: int
    cause: Cause
    who_calls: str
    recount_to: date | None
    on_day_off: bool
    extension_id: str | None
    extension_state: ExtensionState | None
    extension_version: int | None

    def as_json(self) -> dict[str, Any]:
        return {
            "dossier_code": self.dossier_code,
            "unit": self.unit,
            "officer": self.officer,
            "status": self.status.value,
            "due_on": self.due_on.isoformat(),
            "days_left": self.days_left,
            "cause": self.cause.value,
            "cause_words": CAUSE_WORDS[self.cause],
            "who_calls": self.who_calls,
            "recount_to": self.recount_to.isoformat() if self.recount_to else None,
            "on_day_off": self.on_day_off,
            "extension": {
                "id": self.extension_id,
                "state": self.extension_state.value if self.extension_state else None,
                "version": self.extension_version,
            }
            if self.extension_id
            else None,
        }

    @property
    def left_words(self) -> str:
        if self.days_left > 0:
            return f"còn {self.days_left} ngày làm việc"
        if self.days_left == 0:
            return "hôm nay"
        return f"trễ {-self.days_left} ngày làm việc"

    @property
    def letter_words(self) -> str:
        return STATE_WORDS[self.extension_state] if self.extension_state else "chưa có văn bản xin lỗi"


async def due_list(
    session: AsyncSession,
    *,
    today: date,
    calendar: WorkingCalendar,
    policy: DeadlinePolicy,
    days: int | None = None,
    until: date | None = None,
    unit: str | None = None,
    units: Collection[str] | None = None,
    limit: int = MOST,
    since: date | None = None,
    letter: ExtensionState | None = None,
    after: Place | None = None,
) -> list[DueEntry]:
    """Dossiers whose date has passed or comes within ``days`` working days, the most pressing first.

    ``until``: the last day, where it is no number of working days from today. ``since``: none whose date came
    before. ``letter``: only those whose letter of apology stands so. ``after``: what follows this place.
    """
    until = until or calendar.add_working_days(today, policy.warn_days if days is None else days)
    rows = await deadline_repository.running_until(
        session, until, unit=unit, units=units, limit=limit, since=since, letter=letter, after=after
    )
    letters = await deadline_repository.open_extensions(session, [row.dossier_id for row, _ in rows])
    return [_entry(row, dossier, letters.get(dossier.id), today, calendar) for row, dossier in rows]


def _entry(
    row: DossierDeadline, dossier: Dossier, letter: Extension | None, today: date, calendar: WorkingCalendar
) -> DueEntry:
    unit = dossier.unit or NO_UNIT
    return DueEntry(
        dossier_id=dossier.id,
        dossier_code=dossier.code,
        unit=unit,
        officer=dossier.officer,
        status=DossierStatus(dossier.status),
        due_on=row.due_on,
        days_left=calendar.working_days_between(today, row.due_on),
        cause=_cause(row, DossierStatus(dossier.status)),
        who_calls=dossier.officer or unit,
        recount_to=recount_day(row),
        on_day_off=not calendar.is_working_day(row.due_on),
        extension_id=letter.id if letter else None,
        extension_state=ExtensionState(letter.state) if letter else None,
        extension_version=letter.version if letter else None,
    )


def _cause(row: DossierDeadline, status: DossierStatus) -> Cause:
    if recount_day(row) is not None:
        return Cause.WAITED
    if status is DossierStatus.RECEIVED:
        return Cause.NOT_STARTED
    if status is DossierStatus.PROCESSING:
        return Cause.IN_WORK
    return Cause.HELD if status is DossierStatus.PAUSED else Cause.LATE_REQUEST


def by_unit(entries: Sequence[DueEntry]) -> dict[str, list[DueEntry]]:
    found: dict[str, list[DueEntry]] = {}
    for entry in entries:
        found.setdefault(entry.unit, []).append(entry)
    return dict(sorted(found.items()))
