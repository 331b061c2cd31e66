"""What can be told about where a dossier stands: facts first, then plain Vietnamese lines. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.calendar import LOCAL, WorkingCalendar, local_day
from core.text.spell import spell_date
from dossiers.models import Dossier
from dossiers.schemas import DossierEventData
from dossiers.vocabularies import DossierEventType, DossierStatus

STATE_WORDS: dict[DossierStatus, str] = {
    DossierStatus.REGISTERED: "đã nộp trên cổng, chưa được tiếp nhận",
    DossierStatus.RECEIVED: "đã được tiếp nhận",
    DossierStatus.NOT_ACCEPTED: "không được tiếp nhận",
    DossierStatus.PROCESSING: "đang được xử lý",
    DossierStatus.SUPPLEMENT_REQUESTED: "đang chờ bổ sung giấy tờ",
    DossierStatus.FEE_DUE: "đang chờ nộp phí, lệ phí",
    DossierStatus.FINANCIAL_DUTY: "đang chờ thực hiện nghĩa vụ tài chính",
    DossierStatus.PAUSED: "đang tạm dừng giải quyết",
    DossierStatus.WITHDRAWN: "đã rút theo yêu cầu của người nộp",
    DossierStatus.REJECTED: "bị từ chối giải quyết",
    DossierStatus.STOPPED: "đã dừng giải quyết",
    DossierStatus.RESULT_READY: "đã có kết quả",
    DossierStatus.RETURNED: "đã trả kết quả",
    DossierStatus.POSTED: "đã gửi kết quả qua bưu điện",
}
# Only here does the office hold the dossier: elsewhere it waits for the citizen, for others, or is done.
_OFFICE_WORKS = {DossierStatus.RECEIVED, DossierStatus.PROCESSING}
_REASON_MATTERS = {
    DossierStatus.NOT_ACCEPTED,
    DossierStatus.SUPPLEMENT_REQUESTED,
    DossierStatus.PAUSED,
    DossierStatus.REJECTED,
    DossierStatus.STOPPED,
}


@dataclass(frozen=True)
class ToldStep:
    """A step of the history with what its event said."""

    type: DossierEventType
    occurred_at: datetime
    data: DossierEventData


@dataclass(frozen=True)
class Delay:
    """``announced``: a notice gave a reason and a new date. Else the date passed and nobody said anything."""

    announced: bool
    due_on: date
    reason: str | None = None
    new_due_on: date | None = None
    notice_number: str | None = None


@dataclass(frozen=True)
class StatusFacts:
    """``overdue_days`` are working days past the printed date while the office holds the dossier."""

    dossier_code: str
    procedure_name: str | None
    unit: str | None
    officer: str | None
    status: DossierStatus
    state_words: str
    since: datetime
    received_at: datetime | None
    due_on: date | None
    new_due_on: date | None
    overdue_days: int
    delay: Delay | None
    reason: str | None
    items: tuple[str, ...]
    fees: tuple[tuple[str, int | None], ...]
    fees_total: int | None
    notice_number: str | None
    sensitive: bool


def facts_of(
    dossier: Dossier, steps: Sequence[ToldStep], *, today: date, calendar: WorkingCalendar
) -> StatusFacts:
    """Everything an answer about this dossier may say, as of ``today`` in Vietnam."""
    status = DossierStatus(dossier.status)
    due_on, new_due_on = _day(dossier.due_at), _day(dossier.new_due_at)
    present = _present_step(dossier, steps)
    overdue = 0
    if status in _OFFICE_WORKS and due_on is not None and due_on < today:
        overdue = _working_days_after(due_on, today, calendar)
    return StatusFacts(
        dossier_code=dossier.code,
        procedure_name=dossier.procedure_name,
        unit=dossier.unit,
        officer=dossier.officer,
        status=status,
        state_words=STATE_WORDS[status],
        since=dossier.status_at.astimezone(LOCAL),
        received_at=dossier.received_at.astimezone(LOCAL) if dossier.received_at else None,
        due_on=due_on,
        new_due_on=new_due_on,
        overdue_days=overdue,
        delay=_delay(status, due_on, new_due_on, steps, today),
        reason=present.reason if present and status in _REASON_MATTERS else None,
        items=tuple(present.items) if present else (),
        fees=tuple((fee.name, fee.amount) for fee in present.fees) if present else (),
        fees_total=present.fees_total if present else None,
        notice_number=present.notice_number if present else None,
        sensitive=dossier.sensitive,
    )


def _day(moment: datetime | None) -> date | None:
    return local_day(moment) if moment else None


def _present_step(dossier: Dossier, steps: Sequence[ToldStep]) -> DossierEventData | None:
    """What the event said that brought the dossier where it stands."""
    found = [
        step.data
        for step in steps
        if step.occurred_at == dossier.status_at and step.type.short == dossier.status
    ]
    return found[-1] if found else None


def _working_days_after(start: date, end: date, calendar: WorkingCalendar) -> int:
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def _delay(
    status: DossierStatus,
    due_on: date | None,
    new_due_on: date | None,
    steps: Sequence[ToldStep],
    today: date,
) -> Delay | None:
    if status not in _OFFICE_WORKS or due_on is None:
        return None
    notices = [step.data for step in steps if step.type is DossierEventType.DELAYED]
    if notices and new_due_on is not None and today <= new_due_on:
        notice = notices[-1]
        return Delay(True, due_on, notice.reason, new_due_on, notice.notice_number)
    last = max(due_on, new_due_on) if new_due_on else due_on
    return Delay(False, last) if last < today else None


def status_lines(facts: StatusFacts, *, today: date, address: str = "ông/bà") -> list[str]:
    """The answer in plain lines, the state or the apology first; ``address`` is how the citizen is called."""
    if facts.delay is not None:
        lines = _delay_lines(facts, facts.delay, today, address)
    else:
        lines = [f"Hồ sơ {facts.dossier_code} {facts.state_words}, từ {spell_date(facts.since.date())}."]
    if facts.procedure_name:
        lines.append(f"Thủ tục: {facts.procedure_name}")
    if facts.unit:
        officer = f", người xử lý: {facts.officer}" if facts.officer else ""
        lines.append(f"Cơ quan: {facts.unit}{officer}")
    if facts.received_at:
        lines.append(f"Tiếp nhận: {spell_date(facts.received_at.date())}")
    if facts.due_on and facts.delay is None and facts.status in _OFFICE_WORKS:
        lines.append(f"Hẹn trả kết quả: {spell_date(facts.new_due_on or facts.due_on)}")
    if facts.reason:
        lines.append(f"Lý do: {facts.reason}")
    if facts.items and facts.status is DossierStatus.SUPPLEMENT_REQUESTED:
        lines.append("Cần bổ sung: " + "; ".join(facts.items))
    if facts.fees and facts.status in (DossierStatus.FEE_DUE, DossierStatus.FINANCIAL_DUTY):
        lines += [f"{name}: {_money(amount)}" for name, amount in facts.fees]
        if facts.fees_total is not None and len(facts.fees) > 1:
            lines.append(f"Tổng cộng: {_money(facts.fees_total)}")
    return lines


def _delay_lines(facts: StatusFacts, delay: Delay, today: date, address: str) -> list[str]:
    unit = facts.unit or "Cơ quan giải quyết"
    due = spell_date(delay.due_on)
    if not delay.announced:
        return [
            f"Hồ sơ {facts.dossier_code} đã quá ngày hẹn {due} mà chưa có kết quả. {unit} xin lỗi {address}.",
            "Ở đây chưa có lý do và ngày hẹn mới; cơ quan phải báo hai điều này bằng văn bản.",
        ]
    missed = "đã không xong đúng hẹn" if delay.due_on < today else "sẽ không xong đúng hẹn"
    lines = [f"Hồ sơ {facts.dossier_code} {missed} {due}. {unit} xin lỗi {address}."]
    if delay.reason:
        lines.append(f"Lý do: {delay.reason}")
    if delay.new_due_on:
        lines.append(f"Ngày hẹn mới: {spell_date(delay.new_due_on)}")
    if delay.notice_number:
        lines.append(f"Văn bản xin lỗi số {delay.notice_number}")
    return lines


def _money(amount: int | None) -> str:
    return "chưa có số tiền" if amount is None else f"{amount:,} đồng".replace(",", ".")
