"""What citizens ask about their own data, from the paper at the counter to the answer, with the law's days.

The decree on personal data (356/2025/NĐ-CP) gives some working days to answer and some days to do it, once
extended. How many stands in ``content/law-days/person-requests.yaml``, each with whether somebody has read it
in the decree.

Who asked is kept encrypted until it is done; afterwards only the hash stays, with who did what when: the
proof.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, Date, Index, String
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.calendar import WorkingCalendar, local_day
from core.crypto import EncryptedText
from core.database import Base, UtcDateTime, new_id
from core.law_days import Counted, LawDays


class Wish(StrEnum):
    """What the citizen asks for."""

    ACCESS = "access"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    ERASE = "erase"


class Proved(StrEnum):
    """How it was made sure that the number or address belongs to whoever asks."""

    PAPERS = "papers"
    CALLED_BACK = "called_back"
    CERTIFIED = "certified"


class RequestStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class RequestTerms:
    """``answer_days``: working days until the first answer. The others: calendar days until it is done, and
    by how many that may be put off."""

    answer_days: int
    access_days: int
    correct_days: int
    withdraw_days: int
    erase_days: int
    extension_days: int

    def days(self, wish: Wish) -> int:
        return {
            Wish.ACCESS: self.access_days,
            Wish.CORRECT: self.correct_days,
            Wish.WITHDRAW: self.withdraw_days,
            Wish.ERASE: self.erase_days,
        }[wish]


LAW_DAYS = "law-days/person-requests.yaml"
_COUNTED = {
    "answer": Counted.WORKING,
    **dict.fromkeys(("access", "correct", "withdraw", "erase", "extension"), Counted.CALENDAR),
}


def terms_of(found: LawDays, source: str = LAW_DAYS) -> RequestTerms:
    """The terms as published. Raises ContentShapeError."""
    days = found.days(_COUNTED, source)
    return RequestTerms(**{f"{name}_days": days[name] for name in _COUNTED})


class PersonRequest(Base):
    """``reference``: number of the paper. ``recorded_by``, ``answered_by``, ``done_by``: usernames.

    ``counts``: how much was touched; ``kept``: what the law holds back, in words; ``told``: how the citizen
    was told, or why it was refused.
    """

    __tablename__ = "person_request"
    __table_args__ = (
        Index("ix_person_request_open", "status", "due_on"),
        Index("ix_person_request_done", "done_at"),
        Index("ix_person_request_contact", "contact_hash"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True, default=new_id)
    wish: Mapped[str] = mapped_column(String(10))
    contact: Mapped[str | None] = mapped_column(EncryptedText)
    contact_hash: Mapped[str] = mapped_column(String(64))
    contact_shown: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(40))
    proved: Mapped[str] = mapped_column(String(20))
    reference: Mapped[str] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(10), default=RequestStatus.OPEN)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(60))
    answer_by: Mapped[date] = mapped_column(Date)
    due_on: Mapped[date] = mapped_column(Date)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answered_by: Mapped[str | None] = mapped_column(String(60))
    extended_why: Mapped[str | None] = mapped_column(String(300))
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done_by: Mapped[str | None] = mapped_column(String(60))
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    kept: Mapped[list[str]] = mapped_column(JSON, default=list)
    told: Mapped[str | None] = mapped_column(String(500))


class RequestProblem(ValueError):
    """What is wanted of a request is not possible; the message says what to do, in Vietnamese."""


async def record(
    session: AsyncSession,
    *,
    wish: Wish,
    contact: str,
    contact_hash: str,
    contact_shown: str,
    unit: str,
    proved: Proved,
    reference: str,
    by: str,
    now: datetime,
    calendar: WorkingCalendar,
    terms: RequestTerms,
) -> PersonRequest:
    """Write down what somebody asks for. The clock runs from the day it was received."""
    if len(reference.strip()) < 2:
        raise RequestProblem("Ghi số phiếu hoặc cách yêu cầu tới đây, ví dụ: phiếu số 12/2026.")
    today = local_day(now)
    row = PersonRequest(
        id=new_id(),
        wish=wish,
        contact=contact.strip(),
        contact_hash=contact_hash,
        contact_shown=contact_shown,
        unit=unit,
        proved=proved,
        reference=reference.strip()[:100],
        status=RequestStatus.OPEN,
        received_at=now,
        recorded_by=by,
        answer_by=calendar.for_unit(unit).due_date(now, terms.answer_days),
        due_on=today + timedelta(days=terms.days(wish)),
        counts={},
        kept=[],
    )
    session.add(row)
    await session.flush()
    return row


def answer(row: PersonRequest, *, by: str, now: datetime) -> None:
    """The citizen was told that it was received, and by when it is done."""
    _must_be_open(row)
    if row.answered_at is None:
        row.answered_at, row.answered_by = now, by


def extend(row: PersonRequest, *, why: str, terms: RequestTerms) -> None:
    """Once, and with a reason that the citizen is told."""
    _must_be_open(row)
    if row.extended_why is not None:
        raise RequestProblem("Yêu cầu này đã gia hạn một lần; luật không cho gia hạn lần nữa.")
    if len(why.strip()) < 10:
        raise RequestProblem("Ghi lý do gia hạn thành câu: người yêu cầu được báo lý do này.")
    row.extended_why = why.strip()[:300]
    row.due_on += timedelta(days=terms.extension_days)


def refuse(row: PersonRequest, *, why: str, by: str, now: datetime) -> None:
    _must_be_open(row)
    if len(why.strip()) < 10:
        raise RequestProblem("Ghi lý do không làm được thành câu: người yêu cầu được báo lý do này.")
    _close(row, RequestStatus.REFUSED, told=why, by=by, now=now)


def may_carry_out(row: PersonRequest, by: str) -> None:
    """Raises ``RequestProblem``. What cannot be taken back needs a second person."""
    _must_be_open(row)
    if row.wish == Wish.ERASE and row.recorded_by == by:
        raise RequestProblem(
            "Xóa rồi không lấy lại được nên cần người thứ hai: người khác mở việc này và bấm xóa."
        )


def finish(
    row: PersonRequest,
    *,
    told: str,
    by: str,
    now: datetime,
    counts: Mapping[str, int] | None = None,
    kept: Sequence[str] = (),
) -> None:
    """Done, and how the citizen was told. From now on nobody can read here who it was."""
    may_carry_out(row, by)
    if len(told.strip()) < 5:
        raise RequestProblem("Ghi đã báo người yêu cầu bằng cách nào, ví dụ: trao tận tay, có ký nhận.")
    row.counts, row.kept = dict(counts or {}), list(kept)
    _close(row, RequestStatus.DONE, told=told, by=by, now=now)


def _close(row: PersonRequest, status: RequestStatus, *, told: str, by: str, now: datetime) -> None:
    row.status, row.told, row.done_by, row.done_at = status, told.strip()[:500], by, now
    row.contact, row.contact_shown = None, "đã bỏ"
    if row.answered_at is None:
        row.answered_at, row.answered_by = now, by


def _must_be_open(row: PersonRequest) -> None:
    if row.status != RequestStatus.OPEN or row.contact is None:
        raise RequestProblem("Yêu cầu này đã khép lại. Người dân muốn nữa thì ghi một yêu cầu mới.")
