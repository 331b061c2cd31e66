"""What is said when there is nothing to understand, or when the assistant cannot be reached."""

from __future__ import annotations

from datetime import datetime

from core.calendar import LOCAL
from core.message import Button, OutboundMessage, Outcome, Reply, Task
from core.text.spell import spell_date, spell_time

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


def rated_up() -> Reply:
    return _short("Dạ, cảm ơn anh/chị đã cho biết.")


def rated_down() -> Reply:
    return _short(
        "Đã ghi là chưa đúng ý, người soạn nội dung sẽ xem lại.\n"
        "Anh/chị hỏi lại bằng câu khác, hoặc để cán bộ trả lời.",
        _HANDOVER,
    )


def officer_rated_down() -> Reply:
    return _short("Đã ghi là chưa đúng ý. Cần thì để cán bộ xem lại lần nữa.", _HANDOVER)


def given_back(presses: list[Button]) -> OutboundMessage:
    """After an officer's last word: who answers from now on, and whether it helped."""
    return OutboundMessage(
        text="Cán bộ đã trả lời xong, từ đây trợ lý tự động trả lời tiếp. Cán bộ trả lời đúng ý chưa ạ?",
        buttons=presses,
    )


def nothing_to_rate() -> Reply:
    return _short("Câu trả lời đó không còn ở đây nên không ghi được.")


def no_commands() -> Reply:
    """A payload of a programme: read as nothing, answered without a word of it."""
    return Reply(
        outcome=Outcome.REFUSE,
        messages=[
            OutboundMessage(
                text="Ở đây chỉ đọc câu hỏi bằng lời thường, không nhận lệnh. "
                "Anh/chị cần giấy tờ, thủ tục hay tra hồ sơ thì cứ nhắn.",
                buttons=[_STATUS, _HANDOVER],
            )
        ],
    )


def _short(text: str, *buttons: Button) -> Reply:
    return Reply(
        outcome=Outcome.TASK,
        task=Task.OTHER,
        messages=[OutboundMessage(text=text, buttons=list(buttons))],
    )


def with_officer() -> Reply:
    return Reply(outcome=Outcome.TASK, task=Task.HANDOVER, messages=[])


def looked_at_first(name: str, until: datetime) -> Reply:
    """An officer looks at the answer before it is sent, at the latest by ``until``."""
    at = until.astimezone(LOCAL)
    return _short(
        f"Câu hỏi về {name}: cán bộ xem trước rồi mới trả lời, để khỏi sai.\n"
        f"Câu trả lời đến ngay trong khung trò chuyện này, chậm nhất {spell_time(at.time())} "
        f"{spell_date(at.date())}. Anh/chị cứ hỏi việc khác trong lúc chờ.",
        _HANDOVER,
    )


CUT_NOTICE = "Tin dài quá nên ở đây chỉ đọc phần đầu. "
