"""What a unit does with a reflection or a complaint; nothing of it reaches the person complained about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import LOCAL, WorkingCalendar
from core.events import publish
from core.text.fold import fold
from dossiers import complaint_repository as repository
from dossiers import photo_repository
from dossiers.complaint_terms import ComplaintKind, ComplaintTerms, clock_of
from dossiers.complaints import ComplaintStatus
from dossiers.happenings import COMPLAINT_ANSWERED
from dossiers.models import Complaint

FORWARDED = "motcua.complaint.forwarded"
"""Body {"complaint_id", "receipt_code", "to"}."""

WHERE_TO_DENOUNCE = (
    "Việc anh/chị kể là tố cáo: báo một người làm trái pháp luật. Tố cáo không nhận qua trò chuyện hay "
    "trang này, để giữ kín tên anh/chị. Xin gửi đơn, hoặc đến trực tiếp, cơ quan quản lý người đó: "
    "Ban Tiếp công dân tỉnh, hoặc Chủ tịch Ủy ban nhân dân phường, xã nếu là cán bộ của phường, xã. "
    "Có nguy hiểm thì gọi 113."
)
_LONGEST = 4000


class ComplaintProblem(ValueError):
    """A step that cannot be taken, in words for the unit."""


class Hidden(LookupError):
    """It is about the person who asks for it, or another unit's: as if it were not there."""


@dataclass(frozen=True)
class Reader:
    """Who looks. ``units``: codes and names of the units whose complaints this person handles."""

    staff_id: str
    display_name: str
    units: frozenset[str]


def may_read(complaint: Complaint, reader: Reader) -> bool:
    """Not another unit's, and never one's own: by account, or by the name that the citizen wrote."""
    if complaint.unit is not None and complaint.unit not in reader.units:
        return False
    if complaint.about_staff == reader.staff_id:
        return False
    name = fold(reader.display_name.split("(")[0]).strip()
    said = fold(f"{complaint.about_name or ''} {complaint.text}")
    return not (name and name in said)


async def complaint_for(
    session: AsyncSession, complaint_id: str, reader: Reader, *, lock: bool = True
) -> Complaint:
    """Locked, where it will be changed. Raises Hidden."""
    found = await repository.by_id(session, complaint_id, lock=lock)
    if found is None or not may_read(found, reader):
        raise Hidden
    return found


async def waiting(
    session: AsyncSession, reader: Reader, *, limit: int, after: tuple[date, str] | None = None
) -> Sequence[Complaint]:
    """What waits for an answer in the reader's units, the most pressing first; see ``readable``."""
    return await repository.open_ones(session, reader.units, limit=limit, after=after)


def readable(rows: Iterable[Complaint], reader: Reader) -> list[Complaint]:
    """Without those about the reader, which no condition of SQL can find: the citizen's words are sealed."""
    return [row for row in rows if may_read(row, reader)]


def sort_out(
    complaint: Complaint,
    *,
    kind: ComplaintKind,
    category: str,
    about_staff: str | None,
    is_complex: bool,
    calendar: WorkingCalendar,
    terms: ComplaintTerms,
) -> None:
    """Category, who it is about, whether it is complex. A kind that the citizen chose is not changed."""
    _must_be_open(complaint)
    chosen = ComplaintKind(complaint.kind)
    if chosen is not ComplaintKind.UNSPECIFIED and kind is not chosen:
        raise ComplaintProblem("Loại này do người dân chọn, không đổi thay được: hỏi lại người dân.")
    if kind is not ComplaintKind.UNSPECIFIED and chosen is ComplaintKind.UNSPECIFIED:
        raise ComplaintProblem("Người dân chưa chọn loại: gọi hỏi, hoặc chờ người dân chọn bằng mã theo dõi.")
    complaint.category = " ".join(category.split())[:60] or None
    complaint.about_staff, complaint.is_complex = about_staff or None, is_complex
    _set_clock(complaint, calendar, terms)


def choose_kind(
    complaint: Complaint,
    kind: ComplaintKind,
    calendar: WorkingCalendar,
    terms: ComplaintTerms,
) -> None:
    """The citizen says which it is."""
    _must_be_open(complaint)
    complaint.kind = kind
    _set_clock(complaint, calendar, terms)


def _set_clock(complaint: Complaint, calendar: WorkingCalendar, terms: ComplaintTerms) -> None:
    """A day that was told never moves closer by itself, and moves away only for a complex matter."""
    received = complaint.created_at.astimezone(LOCAL)
    clock = clock_of(
        ComplaintKind(complaint.kind),
        received,
        calendar.for_unit(complaint.unit),
        terms,
        is_complex=complaint.is_complex,
    )
    complaint.forward_by, complaint.accept_by = clock.forward_by, clock.accept_by
    complaint.due_on = clock.due_on


async def forward(session: AsyncSession, complaint: Complaint, *, to: str, note: str, now: datetime) -> None:
    """Another body is competent: it goes there within the days of the law, and the citizen is told."""
    _must_be_open(complaint)
    to = " ".join(to.split())
    if len(to) < 4:
        raise ComplaintProblem("Ghi tên cơ quan có thẩm quyền nhận.")
    complaint.status, complaint.forwarded_to, complaint.forwarded_at = ComplaintStatus.FORWARDED, to, now
    complaint.answer = f"Việc này thuộc {to}. Đã chuyển ngày {now.astimezone(LOCAL):%d/%m/%Y}. {note}".strip()
    complaint.answered_at = now
    await publish(
        session,
        type=FORWARDED,
        subject=complaint.receipt_code,
        body={"complaint_id": complaint.id, "receipt_code": complaint.receipt_code, "to": to},
        external_id=f"complaint-forwarded:{complaint.id}",
        occurred_at=now,
    )
    await _tell(session, complaint, now)


async def answer(session: AsyncSession, complaint: Complaint, *, text: str, now: datetime) -> None:
    """The unit's answer, which the citizen gets at once."""
    _must_be_open(complaint)
    words = text.strip()
    if len(words) < 20:
        raise ComplaintProblem("Trả lời còn quá ngắn: nói đã xem gì, kết quả ra sao, người dân làm gì tiếp.")
    if len(words) > _LONGEST:
        raise ComplaintProblem(f"Trả lời dài quá {_LONGEST} ký tự.")
    complaint.status, complaint.answer, complaint.answered_at = ComplaintStatus.ANSWERED, words, now
    await _tell(session, complaint, now)


async def redirect(session: AsyncSession, complaint: Complaint, *, now: datetime) -> None:
    """It is a denunciation: not handled here, its words are not kept, and the citizen is told where to go."""
    _must_be_open(complaint)
    complaint.status, complaint.answer, complaint.answered_at = (
        ComplaintStatus.REDIRECTED,
        WHERE_TO_DENOUNCE,
        now,
    )
    complaint.text, complaint.about_name, complaint.place = "", None, None
    await photo_repository.drop_photos(session, [complaint.id])
    await _tell(session, complaint, now)


def rate(complaint: Complaint, level: int, *, now: datetime) -> None:
    """The citizen on the answer, 1 to 5 in the five words of the surveys; once."""
    if complaint.status not in (ComplaintStatus.ANSWERED, ComplaintStatus.FORWARDED):
        raise ComplaintProblem("Chưa có trả lời để đánh giá.")
    if not 1 <= level <= 5:
        raise ComplaintProblem("Chọn một trong năm mức.")
    if complaint.rating is None:
        complaint.rating, complaint.rated_at = level, now


def show_in_public(complaint: Complaint, *, question: str, reply: str, now: datetime) -> None:
    """Matter and answer in words without anybody's name, for everybody to read."""
    if complaint.status != ComplaintStatus.ANSWERED:
        raise ComplaintProblem("Chỉ công khai việc đã trả lời.")
    if len(question.strip()) < 10 or len(reply.strip()) < 10:
        raise ComplaintProblem("Ghi lại việc và kết quả bằng lời không nêu tên ai.")
    complaint.public_question, complaint.public_answer = question.strip()[:1000], reply.strip()[:2000]
    complaint.published_at = now


def _must_be_open(complaint: Complaint) -> None:
    if complaint.status != ComplaintStatus.RECEIVED:
        raise ComplaintProblem("Việc này đã xong rồi: mở lại trang để xem.")


async def _tell(session: AsyncSession, complaint: Complaint, now: datetime) -> None:
    await publish(
        session,
        type=COMPLAINT_ANSWERED,
        subject=complaint.receipt_code,
        body={"complaint_id": complaint.id},
        external_id=f"complaint-answered:{complaint.id}",
        occurred_at=now,
    )
