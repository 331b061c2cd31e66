"""The citizen's own list of papers: which procedure, then a few questions, then the list."""

from __future__ import annotations

from bot.actions import own_list
from bot.actions.answering import AnswerAction, considered
from bot.actions.heard import Heard
from core.message import OutboundMessage, Outcome, Reply, Task
from knowledge.dialogue import papers, wording
from knowledge.dialogue.respond import Question
from knowledge.schemas import Facet


class ChecklistAction(AnswerAction):
    """ "Lập danh sách giấy tờ cho tui": asked for plainly, the questions begin; else papers are answered."""

    action_name = "action_checklist"

    async def reply(self, heard: Heard) -> Reply:
        base = self.services.base()
        first = await considered(base, Question(heard.text, (Facet.DOCUMENTS,), heard.topic))
        if not papers.wants_list(heard.text):
            return first
        procedure = base.procedure(first.code) if first.outcome is Outcome.ANSWER else None
        if procedure is not None:
            return papers.start(base, procedure, heard.topic, own_list.today(self.services))
        if first.options:  # which one is meant comes first
            return first
        who = heard.topic.who
        return Reply(
            outcome=Outcome.TASK,
            task=Task.CHECKLIST,
            messages=[
                OutboundMessage(
                    text=f"Dạ, {who} cần danh sách giấy tờ cho việc gì ạ? Nhắn tên việc, ví dụ: "
                    "khai sinh, nhập hộ khẩu, sang tên sổ đỏ.",
                    buttons=[wording.HANDOVER],
                )
            ],
            context=heard.topic.model_copy(update={"facets": [Facet.DOCUMENTS.value], "misses": 0}).patch(),
        )
