"""Short answers that need no record: greetings, thanks, anger, what is out of scope, what is unsafe."""

from __future__ import annotations

from bot.actions import own_list
from bot.actions.action import MotcuaAction
from bot.actions.heard import Heard
from core.message import Button, OutboundMessage, Outcome, Reply, Task
from core.text.fold import fold
from knowledge.answer.figures import capital

_STATUS = Button(title="Tra hồ sơ", action="task:dossier_status")
_COMPLAINT = Button(title="Gửi phản ánh", action="task:complaint")
_HANDOVER = Button(title="Gặp cán bộ", action="task:handover")


class _Saying(MotcuaAction):
    outcome = Outcome.TASK
    task: Task | None = Task.OTHER
    buttons: tuple[Button, ...] = ()

    def text(self, heard: Heard) -> str:
        raise NotImplementedError

    async def reply(self, heard: Heard) -> Reply:
        return Reply(
            outcome=self.outcome,
            task=self.task,
            messages=[OutboundMessage(text=self.text(heard), buttons=list(self.buttons))],
        )


class GreetAction(_Saying):
    action_name = "action_greet"
    task = Task.GREETING
    buttons = (_STATUS, _HANDOVER)

    def text(self, heard: Heard) -> str:
        return (
            f"Dạ, chào {heard.topic.who}. Đây là trợ lý tự động của bộ phận một cửa.\n"
            "Hỏi được giấy tờ, lệ phí, thời gian, nơi nộp của các thủ tục, và tra hồ sơ đã nộp.\n"
            f"{capital(heard.topic.who)} cần làm việc gì ạ?"
        )


class ThanksAction(_Saying):
    action_name = "action_thanks"
    task = Task.THANKS

    def text(self, heard: Heard) -> str:
        return f"Dạ, không có gì ạ. {capital(heard.topic.who)} cần hỏi thêm thì cứ nhắn."


class GoodbyeAction(ThanksAction):
    action_name = "action_goodbye"

    def text(self, heard: Heard) -> str:
        return f"Dạ, chào {heard.topic.who}. Cần hỏi thêm thì cứ nhắn vào đây."


class FrustrationAction(_Saying):
    """VOICE: own the trouble, offer three ways on, lecture nobody."""

    action_name = "action_frustration"
    buttons = (
        Button(title="Xem hồ sơ vướng ở đâu", action="task:dossier_status"),
        _COMPLAINT,
        Button(title="Nói chuyện với cán bộ khác", action="task:handover"),
    )

    def text(self, heard: Heard) -> str:
        who = heard.topic.who
        return (
            f"Đi lại nhiều mà chưa xong thì bực là phải. Để gỡ ngay, {who} chọn một việc:\n"
            "1. Xem hồ sơ đang vướng ở đâu, còn thiếu đúng giấy gì.\n"
            "2. Gửi phản ánh về cách phục vụ. Phản ánh đến thẳng lãnh đạo Trung tâm, không qua cán bộ "
            f"đã tiếp {who}, có mã theo dõi và ngày trả lời.\n"
            "3. Nói chuyện với cán bộ khác.\n"
            "Theo quy định, thiếu giấy tờ thì cơ quan phải hướng dẫn đủ trong một lần."
        )


class BotChallengeAction(_Saying):
    action_name = "action_bot_challenge"
    buttons = (_HANDOVER,)

    def text(self, heard: Heard) -> str:
        return (
            "Đây là máy trả lời tự động của bộ phận một cửa, không phải người. "
            f"{capital(heard.topic.who)} muốn nói với cán bộ thì bấm nút dưới đây."
        )


class CancelAction(_Saying):
    action_name = "action_cancel"

    def text(self, heard: Heard) -> str:
        return f"Dạ, thôi việc đó. {capital(heard.topic.who)} cần hỏi việc khác thì cứ nhắn."


class AffirmAction(_Saying):
    action_name = "action_affirm"

    async def reply(self, heard: Heard) -> Reply:
        return own_list.by_word(self.services, heard) or await super().reply(heard)

    def text(self, heard: Heard) -> str:
        return f"Dạ. {capital(heard.topic.who)} hỏi tiếp về giấy tờ, lệ phí, thời gian hay nơi nộp ạ?"


class DenyAction(_Saying):
    action_name = "action_deny"
    buttons = (_HANDOVER,)

    async def reply(self, heard: Heard) -> Reply:
        return own_list.by_word(self.services, heard) or await super().reply(heard)

    def text(self, heard: Heard) -> str:
        return f"Dạ. {capital(heard.topic.who)} kể bằng câu khác giúp, hoặc để cán bộ trả lời."


_DESPAIR = ("chet", "tu tu", "tu sat", "het muon song", "khong muon song", "nhay lau", "nhay cau")
_OTHERS_DATA = (
    "ho so",
    "so cccd",
    "can cuoc",
    "dia chi",
    "so dien thoai",
    "thong tin",
    "hang xom",
    "nguoi khac",
)


class UnsafeAction(_Saying):
    """A short fitting answer: despair gets help, other people's data and tricks get a plain no."""

    action_name = "action_unsafe"
    outcome = Outcome.REFUSE
    task = None
    buttons = (_HANDOVER,)

    def text(self, heard: Heard) -> str:
        folded, who = fold(heard.text), heard.topic.who
        if any(word in folded for word in _DESPAIR):
            return (
                f"{capital(who)} đang rất khó khăn. Nếu đang nguy hiểm, xin gọi ngay 115 hoặc 113, "
                "hay nhờ người ở gần nhất đến bên.\n"
                f"{capital(who)} muốn có cán bộ gọi lại thì bấm nút dưới đây."
            )
        if any(word in folded for word in _OTHERS_DATA):
            return (
                "Thông tin và hồ sơ chỉ cho xem khi đúng người nộp, hoặc người được người nộp cho phép, "
                "nên ở đây không trả lời được là có hay không có.\n"
                "Người nộp tự xem bằng một trong hai cách:\n"
                "1. Nhắn mã hồ sơ vào đây, nhận mã xác nhận qua số điện thoại đã ghi trên giấy hẹn.\n"
                "2. Mang giấy hẹn ra quầy, không cần điện thoại."
            )
        return (
            "Việc này ở đây không làm và không hướng dẫn được.\n"
            f"{capital(who)} cần giấy tờ, thủ tục hay tra hồ sơ thì cứ hỏi."
        )
