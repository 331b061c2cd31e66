"""Why was this (not) sent? Every step of every message, in a chain of hashes, and as shapes for machines.

Nothing here shows who the recipient is: a message names its dossier, and the last digits of a number.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import utc_now
from notifications import ledger_repository, repository, trail_repository
from notifications.audit import check_chain
from notifications.chain import EntryKind as EntryKind  # its writers know it from here
from notifications.chain import Line, append_all
from notifications.models import Message
from notifications.schemas import AttemptOutcome, ClimbReason, MessageStatus, Reason

REASON_WORDS: dict[Reason, str] = {
    Reason.NO_CONTACT: "hồ sơ không có số điện thoại hay địa chỉ thư dùng được",
    Reason.OVERTAKEN: "tin đến sau khi đã có tin mới hơn",
    Reason.NO_WORDING: "chưa có câu mẫu cho tin này",
    Reason.NOT_APPROVED: "lời tin chưa được nhà mạng, Zalo duyệt và không còn kênh khác",
    Reason.EXPIRED: "đã quá giờ có tác dụng",
    Reason.CHANNELS_EXHAUSTED: "không kênh nào gửi được",
    Reason.INVITATION_OVER: "lời mời góp ý không còn hiệu lực",
    Reason.TOLD_IN_CHAT: "đã trả lời ngay trong trò chuyện",
    Reason.NO_CONSENT: "người này chưa đồng ý nhận loại tin này",
    Reason.OPTED_OUT: "người này đã từ chối loại tin hoặc kênh này",
    Reason.NOT_THEIRS: "chủ số điện thoại báo không phải hồ sơ của mình",
    Reason.SHADOW: "đang chạy thầm: lẽ ra đã gửi, nhưng chưa gửi cho ai",
    Reason.GUESTS_ONLY: "đang chạy thử, số này không có trong danh sách khách mời",
    Reason.ALREADY_INFORMED: "nơi khác đã báo tin này cho người dân",
    Reason.SAME_TEXT: "vừa gửi đúng nội dung này cho người này",
    Reason.DAILY_CAP: "người này đã nhận đủ số tin trong các ngày tới",
    Reason.FOLDED: "chưa kịp gửi thì hồ sơ có tin mới hơn, chỉ gửi tin mới",
    Reason.BUDGET: "hết hạn mức chi trong tháng, tin này không bắt buộc",
    Reason.CAMPAIGN_STOPPED: "đợt tin đã được dừng",
    Reason.CALLED_OFF: "việc được nhắc đã hủy",
    Reason.UNSURE: "kênh cuối không trả lời rõ và không còn kênh khác, cần hỏi lại người dân",
}


class AttemptView(BaseModel):
    number: int
    channel: str
    provider: str
    reference: str
    template: str | None
    started_at: datetime
    finished_at: datetime | None
    outcome: AttemptOutcome
    provider_message_id: str | None
    confidence: str | None
    code: str | None


class ReceiptView(BaseModel):
    """``moved``: whether this receipt changed the state of the message; a late one does not."""

    provider: str
    status: MessageStatus
    confidence: str
    occurred_at: datetime
    recorded_at: datetime
    moved: bool


class ClimbView(BaseModel):
    """A step to the next channel: when, to which, and why."""

    at: datetime
    channel: str
    why: ClimbReason | None
    maybe_second_copy: bool


class NotificationView(BaseModel):
    """One message with its whole trail. ``why`` says in Vietnamese why it was not sent.

    ``cost_vnd``: what it is expected to cost, with the rungs that may have carried it before.
    """

    id: str
    dossier_code: str | None
    event_id: str
    event_type: str
    purpose: str
    recipient: str
    channel: str
    ladder: list[str]
    status: MessageStatus
    reason: Reason | None
    why: str | None
    maybe_second_copy: bool
    cost_vnd: int
    verification_code: str | None
    template: str | None
    occurred_at: datetime
    planned_at: datetime
    due_at: datetime | None
    settled_at: datetime | None
    attempts: list[AttemptView]
    climbs: list[ClimbView]
    receipts: list[ReceiptView]


class DossierLedger(BaseModel):
    """``intact``: no line, and no row that a line speaks of, was changed or taken out; else ``breaks``."""

    dossier_code: str
    entries: int
    intact: bool
    breaks: list[str]
    notifications: list[NotificationView]


async def append(
    session: AsyncSession, message: Message, kind: EntryKind, *, at: datetime | None = None, **facts: Any
) -> None:
    """Add one line in the caller's transaction. ``facts`` are plain JSON values without personal data."""
    await append_all(session, [Line(message, kind, at or utc_now(), facts)])


async def for_dossier(session: AsyncSession, dossier_code: str) -> DossierLedger | None:
    """Everything that was told, or not told, about a dossier; None when nothing was ever planned."""
    messages = await repository.messages_of_dossier(session, dossier_code)
    if not messages:
        return None
    checked = await check_chain(session, dossier_code)
    return DossierLedger(
        dossier_code=dossier_code,
        entries=checked.entries,
        intact=checked.intact,
        breaks=[str(one) for one in checked.breaks],
        notifications=[await _view(session, message) for message in messages],
    )


async def for_message(session: AsyncSession, message_id: str) -> NotificationView | None:
    message = await repository.message_by_id(session, message_id)
    return await _view(session, message) if message else None


async def _view(session: AsyncSession, message: Message) -> NotificationView:
    attempts = await trail_repository.attempts_of(session, message.id)
    receipts = await trail_repository.receipts_of(session, message.id)
    climbs = await ledger_repository.climbs_of(session, message.id) if len(message.rungs) > 1 else ()
    reason = Reason(message.reason) if message.reason else None
    return NotificationView(
        id=message.id,
        dossier_code=message.dossier_code,
        event_id=message.event_id,
        event_type=message.event_type,
        purpose=message.purpose,
        recipient=message.recipient_shown,
        channel=message.channel,
        ladder=[rung["channel"] for rung in message.rungs],
        status=MessageStatus(message.status),
        reason=reason,
        why=REASON_WORDS[reason] if reason else None,
        maybe_second_copy=message.maybe_second_copy,
        cost_vnd=message.cost,
        verification_code=message.verification_code,
        template=_template(message.template_id, message.template_version),
        occurred_at=message.occurred_at,
        planned_at=message.created_at,
        due_at=message.due_at,
        settled_at=message.settled_at,
        attempts=[
            AttemptView(
                template=_template(row.template_id, row.template_version),
                **{name: getattr(row, name) for name in AttemptView.model_fields if name != "template"},
            )
            for row in attempts
        ],
        climbs=[
            ClimbView(
                at=row.at,
                channel=row.facts["channel"],
                why=row.facts.get("why"),
                maybe_second_copy=row.facts.get("maybe_second_copy", False),
            )
            for row in climbs
        ],
        receipts=[
            ReceiptView(**{name: getattr(row, name) for name in ReceiptView.model_fields}) for row in receipts
        ],
    )


def _template(identity: str | None, version: int | None) -> str | None:
    return f"{identity}.v{version}" if identity else None
