"""Short answers that need no record: greetings, thanks, anger, what is out of scope, what is unsafe."""

from __future__ import annotations

from bot.actions import own_list
from bot.actions.action import MotcuaAction
from bot.actions.heard import Heard
from core.message import Button, OutboundMessage, Outcome, Reply, Task
from core.text.dangers import danger_in
from knowledge.answer.figures import capital
from knowledge.dialogue.declining import declining

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


class UnsafeAction(_Saying):
    """A short fitting answer that repeats no word of the citizen."""

    action_name = "action_unsafe"
    outcome = Outcome.REFUSE
    task = None
    yields = False
    buttons = (_HANDOVER,)

    def text(self, heard: Heard) -> str:
        return declining(danger_in(heard.said), heard.topic.who)
