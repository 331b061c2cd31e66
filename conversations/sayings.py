"""What is said when there is nothing to understand, or when the assistant cannot be reached."""

from __future__ import annotations

from core.message import Button, OutboundMessage, Outcome, Reply, Task

_HANDOVER = Button(title="Gặp cán bộ", action="task:handover")
_STATUS = Button(title="Tra hồ sơ", action="task:dossier_status")


def no_words() -> Reply:
    return Reply(
        outcome=Outcome.FALLBACK,
        messages=[
            OutboundMessage(
                text="Anh/chị nhắn bằng chữ giúp, ví dụ: làm giấy khai sinh cần gì. Không dấu cũng được.",
                buttons=[_STATUS, _HANDOVER],
            )
        ],
    )


def too_fast() -> Reply:
    return Reply(
        outcome=Outcome.FALLBACK,
        messages=[
            OutboundMessage(
                text="Tin nhắn đến nhanh quá nên chưa kịp đọc. Anh/chị chờ một phút rồi nhắn tiếp."
            )
        ],
    )


def unavailable() -> Reply:
    """The safe card: no figure, no guess, and two ways on."""
    return Reply(
        outcome=Outcome.FALLBACK,
        task=Task.OTHER,
        messages=[
            OutboundMessage(
                text="Xin lỗi, lúc này máy chưa trả lời được. Câu hỏi của anh/chị đã được giữ lại.\n"
                "Anh/chị thử lại sau ít phút, hoặc hỏi thẳng Trung tâm Phục vụ hành chính công phường.",
                buttons=[_HANDOVER],
            )
        ],
    )


def with_officer() -> Reply:
    return Reply(outcome=Outcome.TASK, task=Task.HANDOVER, messages=[])


CUT_NOTICE = "Tin dài quá nên ở đây chỉ đọc phần đầu. "
