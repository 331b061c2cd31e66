"""The citizen's own list of papers: which procedure, then a few questions, then the list."""

from __future__ import annotations

from bot.actions import own_list
from bot.actions.answering import AnswerAction, considered
from bot.actions.heard import Heard
from core.message import OutboundMessage, Outcome, Reply, Task
from knowledge.dialogue import papers, wording
from knowledge.dialogue.remainder import topic_words
from knowledge.dialogue.respond import Question
from knowledge.schemas import Facet


class ChecklistAction(AnswerAction):
    """ "Lập danh sách giấy tờ cho tui": asked for plainly, the questions begin; else papers are answered."""

    action_name = "action_checklist"

    async def reply(self, heard: Heard) -> Reply:
        base = self.services.base()
        if not papers.wants_list(heard.text):
            return await considered(base, Question(heard.text, (Facet.DOCUMENTS,), heard.topic))
        about = papers.without_list_words(heard.text)
        if not topic_words(about) and (current := base.procedure(heard.topic.code)) is not None:
            return papers.start(base, current, heard.topic, own_list.today(self.services))
        if not topic_words(about):
            return self._which(heard)
        first = await considered(base, Question(about, (Facet.DOCUMENTS,), heard.topic))
        procedure = base.procedure(first.code) if first.outcome is Outcome.ANSWER else None
        if procedure is not None:
            return papers.start(base, procedure, heard.topic, own_list.today(self.services))
        return first if first.options else self._which(heard)  # which one is meant comes first

    def _which(self, heard: Heard) -> Reply:
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
