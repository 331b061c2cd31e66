"""What a unit does by hand when no channel reached a citizen: a task with a day, and an outcome on record."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import WorkingCalendar, local_day
from notifications import ledger, repository, task_repository
from notifications.desk_models import UnitTask
from notifications.informing import Policy
from notifications.ledger import EntryKind
from notifications.models import Message
from notifications.schemas import Reason


class TaskWay(StrEnum):
    """What is tried first. ``VISIT``: through the head of the neighbourhood, or by letter."""

    CALL = "call"
    VISIT = "visit"
    LETTER = "letter"
    CHECK_PHONE = "check_phone"


class TaskStatus(StrEnum):
    OPEN = "open"
    DONE = "done"


class TaskOutcome(StrEnum):
    TOLD_BY_PHONE = "told_by_phone"
    TOLD_IN_PERSON = "told_in_person"
    LETTER_SENT = "letter_sent"
    NUMBER_CORRECTED = "number_corrected"
    NOT_FOUND = "not_found"
    ARRIVED = "arrived"
    """A late receipt came before anybody had called."""


WAY_WORDS: dict[TaskWay, str] = {
    TaskWay.CALL: "gọi điện",
    TaskWay.VISIT: "nhờ trưởng khu phố, hoặc gửi thư",
    TaskWay.LETTER: "gửi thư",
    TaskWay.CHECK_PHONE: "xem lại số điện thoại ghi trên hồ sơ",
}
OUTCOME_WORDS: dict[TaskOutcome, str] = {
    TaskOutcome.TOLD_BY_PHONE: "đã báo qua điện thoại",
    TaskOutcome.TOLD_IN_PERSON: "đã báo tận nơi",
    TaskOutcome.LETTER_SENT: "đã gửi thư",
    TaskOutcome.NUMBER_CORRECTED: "đã sửa số điện thoại",
    TaskOutcome.NOT_FOUND: "không tìm được người",
    TaskOutcome.ARRIVED: "tin đã tới, không cần báo nữa",
}


class NoSuchTask(Exception):
    """There is no open task with this id."""


async def open_task(
    session: AsyncSession,
    message: Message,
    *,
    unit: str | None,
    reason: Reason,
    way: TaskWay,
    calendar: WorkingCalendar,
    policy: Policy,
    now: datetime,
) -> bool:
    """Give the unit the task of telling a citizen; False when this message has one already."""
    if await task_repository.task_of_message(session, message.id) is not None:
        return False
    due_on = calendar.add_working_days(local_day(now), policy.task_working_days)
    task = UnitTask(
        message_id=message.id,
        unit=unit,
        dossier_code=message.dossier_code,
        reason=reason,
        way=way,
        due_on=due_on,
        status=TaskStatus.OPEN,
        created_at=now,
    )
    await task_repository.add_task(session, task)
    await ledger.append(
        session, message, EntryKind.TASK, at=now, task=task.id, way=way.value, due_on=due_on.isoformat()
    )
    return True


async def finish(
    session: AsyncSession,
    task_id: str,
    *,
    outcome: TaskOutcome,
    by: str,
    note: str | None = None,
    now: datetime,
) -> UnitTask:
    """Write down what came of a task; raises ``NoSuchTask``. The note stays out of the ledger."""
    task = await task_repository.task_by_id(session, task_id, lock=True)
    if task is None or task.status != TaskStatus.OPEN:
        raise NoSuchTask(task_id)
    task.status, task.outcome, task.done_by, task.note, task.done_at = (
        TaskStatus.DONE,
        outcome,
        by,
        note,
        now,
    )
    message = await repository.message_by_id(session, task.message_id)
    if message is not None:
        await ledger.append(
            session, message, EntryKind.TASK_DONE, at=now, task=task.id, outcome=outcome.value, by=by
        )
    return task


async def not_needed(session: AsyncSession, message: Message, *, now: datetime) -> None:
    """The message has arrived after all: an open task of telling the citizen is over."""
    task = await task_repository.task_of_message(session, message.id)
    if task is not None and task.status == TaskStatus.OPEN and task.way != TaskWay.CHECK_PHONE:
        await finish(session, task.id, outcome=TaskOutcome.ARRIVED, by="motcua", now=now)


def as_facts(row: UnitTask) -> dict[str, str | None]:
    """A task as machines read it; no phone, no note."""
    return {
        "id": row.id,
        "dossier_code": row.dossier_code,
        "message_id": row.message_id,
        "unit": row.unit,
        "way": row.way,
        "reason": row.reason,
        "due_on": row.due_on.isoformat(),
        "status": row.status,
        "outcome": row.outcome,
        "done_by": row.done_by,
    }
