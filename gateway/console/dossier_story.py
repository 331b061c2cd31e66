"""Everything about one dossier in the order in which it happened: events, letters, messages, receipts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from core.text.spell import spell_date
from dossiers import deadline_repository
from dossiers.deadline_models import Extension
from dossiers.extension_states import STATE_WORDS as LETTER_WORDS
from dossiers.extension_states import ExtensionState
from dossiers.models import Complaint, Dossier
from dossiers.status import told_steps
from dossiers.status_text import STATE_WORDS, ToldStep
from dossiers.vocabularies import MEANING, PAYMENT_WORDS, DossierEventType
from notifications import ledger, repository, resending, task_repository
from notifications.desk_models import UnitTask
from notifications.ledger import NotificationView
from notifications.schemas import Purpose
from notifications.tasks import OUTCOME_WORDS, WAY_WORDS, TaskOutcome, TaskWay
from notifications.telling import about, explain


class Sort(StrEnum):
    EVENT = "event"
    LETTER = "letter"
    MESSAGE = "message"
    TASK = "task"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Entry:
    """``message_id``: a notice that can be looked into; ``not_again``: why it cannot be sent again."""

    at: datetime
    sort: Sort
    title: str
    lines: Sequence[str] = ()
    message_id: str | None = None
    not_again: str | None = None
    link: str | None = None


@dataclass(frozen=True)
class Story:
    """``breaks``: what is wrong with the sealed ledger; ``fits``: nothing is."""

    entries: list[Entry] = field(default_factory=list)
    ledger_lines: int = 0
    breaks: Sequence[str] = ()


async def story_of(session: AsyncSession, dossier: Dossier, complaints: Sequence[Complaint] = ()) -> Story:
    """Oldest first. Says nothing about who the citizen is. ``complaints``: those that the reader may see."""
    entries = [_event(step) for step in await told_steps(session, dossier)]
    for letter in await deadline_repository.extensions_of(session, dossier.id):
        entries += _letter(letter)
    told = await ledger.for_dossier(session, dossier.code)
    rows = {row.id: row for row in await repository.messages_of_dossier(session, dossier.code)}
    for view in told.notifications if told else ():
        why = resending.why_not_again(rows[view.id])
        entries.append(_message(view, why))
    entries += [_task(row) for row in await task_repository.tasks_of_dossier(session, dossier.code)]
    entries += [_complaint(row) for row in complaints]
    return Story(
        sorted(entries, key=lambda entry: entry.at),
        told.entries if told else 0,
        told.breaks if told else (),
    )


def _event(step: ToldStep) -> Entry:
    data, status = step.data, MEANING[step.type].status
    title = f"Hồ sơ {STATE_WORDS[status]}" if status else "Xin lỗi, hẹn lại ngày trả kết quả"
    if step.type is DossierEventType.FEE_PAID:
        title = "Đã nộp phí, lệ phí"
    lines = [f"Lý do: {data.reason}"] if data.reason else []
    if data.paid_how:
        lines.append(f"Cách nộp: {PAYMENT_WORDS[data.paid_how]}")
    lines += [f"Giấy tờ cần bổ sung: {one}" for one in data.items or ()]
    for fee in data.fees or ():
        amount = f"{fee.amount:,} đồng".replace(",", ".") if fee.amount is not None else "chưa có số tiền"
        lines.append(f"{fee.name}: {amount}")
    if data.new_due_at:
        lines.append(f"Ngày hẹn mới: {spell_date(data.new_due_at.date())}")
    if data.notice_number:
        lines.append(f"Văn bản số {data.notice_number}")
    return Entry(step.occurred_at, Sort.EVENT, title, lines)


def _letter(letter: Extension) -> list[Entry]:
    link = f"/console/xin-loi/{letter.id}"
    state = LETTER_WORDS[ExtensionState(letter.state)]
    found = [Entry(letter.drafted_at, Sort.LETTER, "Lập văn bản xin lỗi", [f"Nay: {state}"], link=link)]
    for at, what in (
        (letter.reasoned_at, f"Ghi lý do, người ghi: {letter.reasoned_by}"),
        (letter.signed_at, f"Đã ký: {letter.signed_by}, {letter.signer_position}"),
        (letter.numbered_at, f"Đã cấp số {letter.notice_number}"),
        (letter.sent_at, "Đã gửi văn bản xin lỗi cho người dân"),
    ):
        if at is not None:
            found.append(Entry(at, Sort.LETTER, what, link=link))
    return found


def _message(view: NotificationView, not_again: str | None) -> Entry:
    lines = explain(view)[1:]
    what = about(view.event_type, view.purpose)
    title = "Báo cho cơ quan" if view.purpose == Purpose.ALERT else f"Tin cho người dân: {what}"
    return Entry(view.planned_at, Sort.MESSAGE, title, lines, view.id, not_again)


def _task(row: UnitTask) -> Entry:
    lines = [f"Chậm nhất {spell_date(row.due_on)}"]
    if row.outcome:
        lines.append(f"Kết quả: {OUTCOME_WORDS[TaskOutcome(row.outcome)]}, người làm: {row.done_by}")
    return Entry(row.created_at, Sort.TASK, f"Phải báo bằng tay: {WAY_WORDS[TaskWay(row.way)]}", lines)


def _complaint(row: Complaint) -> Entry:
    lines = [f"Trả lời chậm nhất {spell_date(row.due_on)}"]
    return Entry(
        row.created_at,
        Sort.COMPLAINT,
        f"Phản ánh mã {row.receipt_code}",
        lines,
        link=f"/console/phan-anh/{row.id}",
    )
