"""Messages in words for people: what one was about, how it went, and why. Nothing about the recipient."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from core.calendar import LOCAL
from core.text.spell import spell_date, spell_time
from notifications.ledger import AttemptView, ClimbView, NotificationView, ReceiptView
from notifications.schemas import AttemptOutcome, Channel, ClimbReason, MessageStatus, Purpose

_EVENTS: Mapping[str, str] = {
    "received": "đã tiếp nhận hồ sơ",
    "not_accepted": "không tiếp nhận hồ sơ",
    "processing": "hồ sơ đang được xử lý",
    "supplement_requested": "yêu cầu bổ sung giấy tờ",
    "fee_due": "cần nộp phí, lệ phí",
    "fee_paid": "đã nhận phí, lệ phí",
    "financial_duty": "cần thực hiện nghĩa vụ tài chính",
    "paused": "tạm dừng giải quyết hồ sơ",
    "delayed": "xin lỗi và báo ngày hẹn mới",
    "withdrawn": "đã ghi nhận yêu cầu rút hồ sơ",
    "rejected": "từ chối giải quyết hồ sơ",
    "stopped": "đã dừng giải quyết hồ sơ",
    "result_ready": "đã có kết quả",
    "returned": "đã trả kết quả",
    "posted": "đã gửi kết quả qua bưu điện",
    "unsigned": "báo hồ sơ không kịp ngày hẹn",
    "moved": "báo ngày hẹn tính lại",
}
_PURPOSES: Mapping[Purpose, str] = {
    Purpose.STATUS: "tin về hồ sơ",
    Purpose.ONE_TIME_CODE: "mã xác nhận",
    Purpose.SURVEY: "mời góp ý",
    Purpose.COMPLAINT: "tin về phản ánh, kiến nghị",
    Purpose.REMINDER: "nhắc lịch hẹn",
    Purpose.CAMPAIGN: "tin tuyên truyền",
    Purpose.ALERT: "báo cho cơ quan",
    Purpose.DIGEST: "tóm tắt đầu tuần",
    Purpose.CONFIRMATION: "xác nhận yêu cầu",
}
CHANNELS: Mapping[Channel, str] = {
    Channel.ZALO_CHAT: "Zalo",
    Channel.ZALO: "Zalo",
    Channel.SMS: "tin nhắn SMS",
    Channel.EMAIL: "thư điện tử",
    Channel.TELEGRAM: "Telegram",
    Channel.WEB: "khung trò chuyện trên web",
}
STATES: Mapping[MessageStatus, str] = {
    MessageStatus.PLANNED: "chờ gửi",
    MessageStatus.UNCERTAIN: "chưa rõ đã gửi hay chưa",
    MessageStatus.ACCEPTED: "bên chuyển tin đã nhận",
    MessageStatus.SENT: "đã chuyển đi",
    MessageStatus.FAILED: "không gửi được",
    MessageStatus.DELIVERED: "đã đến máy người nhận",
    MessageStatus.READ: "người nhận đã xem",
    MessageStatus.CANCELLED: "đã hủy trước khi gửi",
    MessageStatus.SUPPRESSED: "không gửi",
}
_OUTCOMES: Mapping[AttemptOutcome, str] = {
    AttemptOutcome.OPEN: "đang gửi",
    AttemptOutcome.ACCEPTED: "bên chuyển tin đã nhận",
    AttemptOutcome.REJECTED_PERMANENT: "bị từ chối hẳn",
    AttemptOutcome.REJECTED_TEMPORARY: "bị từ chối, sẽ thử lại",
    AttemptOutcome.AMBIGUOUS: "không rõ đã nhận hay chưa",
    AttemptOutcome.NOT_SENT: "chưa gửi đi",
}
_CLIMBS: Mapping[ClimbReason | None, str] = {
    ClimbReason.REFUSED: "kênh trước từ chối hẳn",
    ClimbReason.BUSY: "kênh trước từ chối nhiều lần",
    ClimbReason.FAILED: "biên nhận báo tin trước không tới",
    ClimbReason.NO_RECEIPT: "quá giờ chờ mà kênh trước chưa có biên nhận",
    ClimbReason.UNCERTAIN: "không rõ kênh trước đã chuyển tin hay chưa",
    ClimbReason.OPTED_OUT: "người dân không nhận tin qua kênh trước",
    ClimbReason.NO_ACCOUNT: "kênh trước không còn nối",
    None: "kênh trước không gửi được",
}
_LEFT_NOTHING = (
    AttemptOutcome.REJECTED_TEMPORARY,
    AttemptOutcome.REJECTED_PERMANENT,
    AttemptOutcome.NOT_SENT,
)
# What providers' codes mean that an office sees often; any other is told as it came.
_CODES: Mapping[str, str] = {
    "-118": "số này không dùng Zalo",
    "-119": "tài khoản Zalo này không nhận được tin",
    "no_account": "số này không dùng Zalo",
    "refused": "người dân đã chặn kênh này",
    "timeout": "bên chuyển tin không trả lời",
    "lease_ran_out": "phần mềm ngừng đột ngột giữa lúc gửi",
    "receipt": "biết qua biên nhận",
    "asked": "đã hỏi lại bên chuyển tin",
    "99": "số này bị chặn",
    "103": "tài khoản ở bên chuyển tin hết tiền",
    "104": "bên chuyển tin không có tên gửi này",
    "108": "số điện thoại sai",
    "177": "tên gửi chưa đăng ký với nhà mạng của số này",
    "too_long": "tin dài hơn mức bên chuyển tin nhận",
    "not_mobile": "không phải số di động",
    "146": "nội dung không khớp mẫu đã đăng ký",
}
_CONFIDENCE = {
    "handset": "máy người nhận xác nhận",
    "network": "nhà mạng xác nhận",
    "accepted": "mới chỉ nhận chuyển",
}


def about(event_type: str, purpose: str) -> str:
    """What a message was about: ``đã có kết quả``."""
    known = _EVENTS.get(event_type.rpartition(".")[2]) if purpose == Purpose.STATUS else None
    return known or _PURPOSES[Purpose(purpose)]


def channel_words(channel: str) -> str:
    return CHANNELS[Channel(channel)] if channel in set(Channel) else channel


def moment(at: datetime) -> str:
    """``9 giờ 05, thứ Hai 23/11/2026``."""
    local = at.astimezone(LOCAL)
    return f"{spell_time(local.time())}, {spell_date(local.date())}"


def explain(view: NotificationView) -> list[str]:
    """Why this was, or was not, sent: one line a step."""
    lines = [
        f"Tin: {about(view.event_type, view.purpose)}; việc xảy ra {moment(view.occurred_at)}",
        f"Gửi tới: {view.recipient}",
        f"Câu mẫu: {view.template or 'không có'}",
        "Kế hoạch: " + (", rồi ".join(channel_words(one) for one in view.ladder) or "không có kênh nào"),
    ]
    lines += _story(view)
    if view.cost_vnd:
        lines.append(f"Chi phí ước tính: {view.cost_vnd:,} đồng".replace(",", "."))
    if view.maybe_second_copy:
        lines.append("Có thể người nhận đã được hai tin: lần gửi trước không rõ kết quả")
    lines.append(f"Nay: {STATES[view.status]}" + (f", vì {view.why}" if view.why else ""))
    return lines


def _story(view: NotificationView) -> list[str]:
    """Attempts, steps to the next channel and receipts in the order in which we learnt of them."""
    rung = {channel: number for number, channel in enumerate(view.ladder)}
    told: list[tuple[datetime, int, int, str]] = []
    told += [(one.at, rung.get(one.channel, 0), 0, _climb(one)) for one in view.climbs]
    told += [(one.started_at, rung.get(one.channel, 0), one.number, _attempt(one)) for one in view.attempts]
    told += [(one.recorded_at, len(rung), 0, _receipt(one, view)) for one in view.receipts]
    return [line for *_, line in sorted(told)]


def _attempt(attempt: AttemptView) -> str:
    code = ""
    if attempt.code:
        known = _CODES.get(attempt.code)
        number = attempt.code.lstrip("-").isdigit() or known is None
        code = f" ({', '.join(part for part in (f'mã {attempt.code}' if number else '', known) if part)})"
    return (
        f"Lần gửi {attempt.number}, {moment(attempt.started_at)}: {channel_words(attempt.channel)} qua "
        f"{attempt.provider}, {_OUTCOMES[attempt.outcome]}{code}"
    )


def _climb(climb: ClimbView) -> str:
    return f"{moment(climb.at)}: chuyển sang {channel_words(climb.channel)}, vì {_CLIMBS[climb.why]}"


def _receipt(receipt: ReceiptView, view: NotificationView) -> str:
    sure = _CONFIDENCE.get(receipt.confidence, receipt.confidence)
    line = f"Biên nhận {moment(receipt.occurred_at)}: {STATES[receipt.status]} ({sure}"
    if not receipt.moved:
        return f"{line}; không đổi trạng thái)"
    spared = _spared(receipt, view)
    return f"{line})" + (f"; không gửi {channel_words(spared)} nữa" if spared else "")


def _spared(receipt: ReceiptView, view: NotificationView) -> str | None:
    """The channel that waited when it became known that an earlier one had arrived."""
    if receipt.status not in (MessageStatus.DELIVERED, MessageStatus.READ):
        return None
    climbed = [one for one in view.climbs if one.at <= receipt.recorded_at]
    begun = any(
        climbed and one.started_at >= climbed[-1].at and one.outcome not in _LEFT_NOTHING
        for one in view.attempts
    )
    return climbed[-1].channel if climbed and not begun else None
