"""Jobs that are not questions about a procedure: a person, a complaint, office hours, dates, the survey."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions import hours
from bot.actions.action import DoingAction, Events, MotcuaAction
from bot.actions.answering import AnswerAction, considered
from bot.actions.courtesy import UnsafeAction
from bot.actions.heard import Heard
from bot.actions.turning import CLOSED, asks_of_a_matter, question_of
from conversations.handover import request_handover
from core.calendar import LOCAL, local_day
from core.message import Button, OutboundMessage, Outcome, Reply, Task
from core.text.spell import spell_date, spell_time
from dossiers.complaints import file_complaint
from feedback.service import accept_in_chat, refuse_in_chat
from knowledge.answer.figures import capital
from knowledge.base import GENERAL_PREFIX, MATTER_PREFIX, KnowledgeBase
from knowledge.dialogue import whereabouts
from knowledge.dialogue.deciding import decide_on
from knowledge.dialogue.life_event import life_event_reply
from knowledge.dialogue.matters import declined, general_reply, hours_reply, matter_reply
from knowledge.dialogue.office_words import speaks_of_papers
from knowledge.dialogue.question import Question
from knowledge.dialogue.telling import tell
from knowledge.schemas import Facet, Procedure
from knowledge.search.decide import Verdict

# Below this the classifier itself doubts that it is no matter of the office.
_HALF_OUTSIDE = 0.4
# So sure that no likeness of words counts any more.
_CERTAINLY_OUTSIDE = 0.85
# A matter known by name must know so much of what passed for out of scope: "nấu bún bò" is no distillery.
_OF_A_MATTER = 0.6
_NO_MORE = Button(title="Không nhận khảo sát nữa", action="task:opt_out_survey")
_CALL_ME = Button(title="Gọi lại cho tôi", action="task:call_back")


def sure_of(base: KnowledgeBase, text: str) -> Procedure | None:
    """The procedure a sentence is certainly about, if there is one."""
    decision = decide_on(base, text)
    return base.procedure(decision.best.code) if decision.verdict is Verdict.ANSWER else None


def _task(task: Task, text: str, *buttons: Button) -> Reply:
    return Reply(
        outcome=Outcome.TASK, task=task, messages=[OutboundMessage(text=text, buttons=list(buttons))]
    )


class HandoverAction(DoingAction):
    """VOICE 8: out of hours a receipt code and a promise; in hours an officer takes over."""

    action_name = "action_handover"
    yields = False
    wants_call = False

    async def do(self, heard: Heard, session: AsyncSession) -> Reply:
        now, who = self.services.clock(), heard.topic.who
        calendar = self.services.calendar().for_unit(heard.topic.ward)
        handover = await request_handover(
            session,
            conversation_id=heard.conversation_id,
            calendar=calendar,
            now=now,
            wants_call=self.wants_call,
        )
        by = handover.answer_by.astimezone(LOCAL)
        promise = f"{spell_time(by.time())} {spell_date(by.date())}"
        opening = (
            f"Dạ, đã chuyển cho cán bộ. {capital(who)} không phải kể lại, mọi câu đã nhắn được chuyển theo."
            if calendar.is_open(now)
            else f"Giờ này không có cán bộ trực. Mọi câu {who} đã nhắn được chuyển theo, không phải kể lại."
        )
        office = self.office(heard)
        if self.wants_call:
            opening = f"Dạ, đã ghi {who} muốn được gọi điện. " + opening
        reply = _task(
            Task.HANDOVER,
            f"{opening}\n{office}Mã để hỏi: {handover.receipt}.\n"
            f"Cán bộ trả lời ngay trong khung trò chuyện này, chậm nhất {promise}.\n"
            "Chuyện nguy cấp xin gọi 113, 114 hoặc 115.",
            *(() if self.wants_call else (_CALL_ME,)),
        )
        reply.context = heard.topic.model_copy(update={"misses": 0, "offered": [], "likely": False}).patch()
        return reply

    def office(self, heard: Heard) -> str:
        """A line that names the office of a matter known without data, for "vậy hỏi ai"."""
        matter = self.services.base().matter(heard.topic.entry) if heard.topic.entry else None
        return f"Nơi giải quyết: {matter.office}.\n" if matter is not None else ""


class CallBackAction(HandoverAction):
    action_name = "action_call_back"
    wants_call = True


class AskComplaintTextAction(MotcuaAction):
    """Before anything is sent the citizen says what happened; nothing is filed from a first angry word."""

    action_name = "action_ask_complaint_text"
    in_form = True

    async def reply(self, heard: Heard) -> Reply:
        base, who = self.services.base(), heard.topic.who
        if event := base.life_event(heard.text):
            return life_event_reply(base, event, heard.topic, asked=heard.text)
        if asks_of_a_matter(base, heard):
            return await considered(base, question_of(heard))
        reply = _task(
            Task.COMPLAINT,
            f"Dạ, {who} kể việc cần phản ánh: chuyện gì, ở đâu, lúc nào. Gửi một tin là đủ.\n"
            "Phản ánh đến thẳng lãnh đạo Trung tâm, không qua cán bộ bị phản ánh.\n"
            "Đổi ý thì nhắn: thôi. Tố cáo không nhận qua trò chuyện, xin gửi đơn tới cơ quan có thẩm quyền.",
        )
        reply.context = heard.topic.turned_to("task:complaint", offered=[], likely=False).patch()
        return reply

    def events(self, heard: Heard) -> Events:
        """Neither a death in the family nor a question is a complaint: the form is closed again."""
        base = self.services.base()
        if base.life_event(heard.text) is None and not asks_of_a_matter(base, heard):
            return []
        return list(CLOSED)


class ComplaintAction(DoingAction):
    action_name = "action_complaint"
    in_form = True

    async def reply(self, heard: Heard) -> Reply:
        base = self.services.base()
        if event := base.life_event(heard.text):  # a death in the family is no complaint
            return life_event_reply(base, event, heard.topic, asked=heard.text)
        if heard.intent == "unsafe":  # a cry for help or a threat is answered, never filed away
            return await UnsafeAction(self.services).reply(heard)
        if heard.intent == "ask_overview" and sure_of(self.services.base(), heard.text) is not None:
            return await AnswerAction(self.services).reply(heard)  # "khoan, cho hỏi đăng ký tạm trú"
        return await super().reply(heard)

    async def do(self, heard: Heard, session: AsyncSession) -> Reply:
        who = heard.topic.who
        receipt = await file_complaint(
            session,
            text=heard.said,
            calendar=self.services.calendar(),
            terms=self.services.complaint_terms(),
            now=self.services.clock(),
            conversation_id=heard.conversation_id,
            unit=heard.topic.ward,
        )
        reply = _task(
            Task.COMPLAINT,
            f"Đã nhận phản ánh của {who}. Mã theo dõi: {receipt.code}.\n"
            f"Có trả lời chậm nhất {spell_date(receipt.due_on)}, ngay trong khung trò chuyện này.\n"
            "Phản ánh đến thẳng lãnh đạo Trung tâm, không qua cán bộ bị phản ánh.",
        )
        reply.context = heard.topic.finished().patch()
        return reply

    def events(self, heard: Heard) -> Events:
        return [{"event": "slot", "name": "complaint_text", "value": None}]


class OfficeInfoAction(MotcuaAction):
    """Hours, places, what to bring: what staff wrote, with the calendar's word on a day that was named."""

    action_name = "action_office_info"

    async def reply(self, heard: Heard) -> Reply:
        base = self.services.base()
        if base.life_event(heard.text):
            return await AnswerAction(self.services).reply(heard)
        if hours.asks_when_ready(self.services, heard):
            return await DueDateAction(self.services).reply(heard)
        sure = sure_of(base, heard.text)
        if sure is None and (open_at := hours_reply(base, heard.text, heard.topic)) is not None:
            return open_at
        placed = whereabouts.reply(base, heard.text, heard.topic)
        if placed is not None:
            return placed
        if sure is not None:  # "mất giấy tờ xe làm lại ở đâu" is about a procedure after all
            return await AnswerAction(self.services).reply(heard)
        hits = [hit for hit in base.search(heard.text, 20) if hit.code.startswith(GENERAL_PREFIX)]
        remarks, _ = hours.remarks(self.services, heard, ())
        entry = base.general(hits[0].code) if hits else None
        if entry is None:
            day = local_day(self.services.clock())
            text = (
                f"Quầy làm việc {self.services.calendar().spell_office_hours(day)}, ngày làm việc trong tuần."
            )
            reply = _task(Task.OFFICE_INFO, text)
        else:
            reply = general_reply(base, entry, heard.topic, heard.text)
        if remarks:
            reply.messages[0].text = "\n".join([*remarks, reply.messages[0].text])
        return reply


class OutOfScopeAction(MotcuaAction):
    """What a one-stop shop does not do, unless the catalogue is sure that it does, or knows who does."""

    action_name = "action_out_of_scope"

    async def reply(self, heard: Heard) -> Reply:
        base = self.services.base()
        if event := base.life_event(heard.text):
            return life_event_reply(base, event, heard.topic, asked=heard.text)
        if speaks_of_papers(heard.text) and heard.out_of_scope < _CERTAINLY_OUTSIDE:
            question = Question(heard.text, heard.facets, heard.topic, outside=heard.out_of_scope / 4)
            return await considered(base, question)
        if heard.out_of_scope < _HALF_OUTSIDE:
            question = Question(heard.text, heard.facets, heard.topic, outside=heard.out_of_scope / 2)
            return await considered(base, question)
        decision = decide_on(base, heard.text, outside=heard.out_of_scope)
        if decision.verdict is Verdict.ANSWER and heard.out_of_scope < _CERTAINLY_OUTSIDE:
            return await considered(base, Question(heard.text, heard.facets, heard.topic))
        known = decision.verdict is not Verdict.UNKNOWN and decision.best.coverage >= _OF_A_MATTER
        if known and decision.best.code.startswith(MATTER_PREFIX):
            matter = base.matter(decision.best.code)
            if matter is not None:
                return matter_reply(base, matter, heard.topic)
        return declined(heard.topic)


class DueDateAction(AnswerAction):
    """ "Nộp hôm nay thì hôm nào có": the record's working days, counted on the calendar and shown."""

    action_name = "action_due_date"
    yields = False

    async def reply(self, heard: Heard) -> Reply:
        base = self.services.base()
        about = hours.without_days(self.services, heard)
        first = await considered(base, Question(about, (Facet.DURATION,), heard.topic))
        procedure = base.procedure(first.code)
        if first.outcome is not Outcome.ANSWER or procedure is None:
            return first
        calculation = hours.due(self.services, heard, procedure)
        return tell(
            base,
            Question(heard.text, (Facet.DURATION,), heard.topic, tuple(calculation), tuple(calculation)),
            procedure,
        )


class SurveyAction(MotcuaAction):
    action_name = "action_survey"

    async def reply(self, heard: Heard) -> Reply:
        who = heard.topic.who
        return _task(
            Task.SURVEY,
            f"Dạ, {who} góp ý được bằng đường dẫn trong tin mời, gửi sau khi trả kết quả; "
            "cán bộ làm hồ sơ không biết ai trả lời gì.\n"
            f"{capital(who)} muốn nói ngay về cách phục vụ thì gửi phản ánh ở đây.",
            Button(title="Gửi phản ánh", action="task:complaint"),
            _NO_MORE,
        )


class OptOutSurveyAction(DoingAction):
    """VOICE 12: at once, without asking why; notices about dossiers go on."""

    action_name = "action_opt_out_survey"

    async def do(self, heard: Heard, session: AsyncSession) -> Reply:
        ways = await refuse_in_chat(session, heard.conversation_id, self.services.clock())
        told = (
            f"Dạ, từ nay không gửi khảo sát cho {heard.topic.who} nữa. Thông báo về hồ sơ vẫn gửi như thường."
        )
        if ways == 1:  # the chat alone is known, and no number
            told += "\nTin khảo sát tới điện thoại: mở đường dẫn trong tin, bấm “Không nhận khảo sát nữa”."
        return _task(Task.SURVEY, told, Button(title="Hỏi lại tôi", action="task:ask_me_again"))


class AskMeAgainAction(DoingAction):
    """A refusal taken back where it was made; only for whoever is proved to be asked."""

    action_name = "action_ask_me_again"

    async def do(self, heard: Heard, session: AsyncSession) -> Reply:
        who = heard.topic.who
        accepted = await accept_in_chat(session, heard.conversation_id, self.services.clock())
        if not accepted.refused:
            return _task(
                Task.SURVEY, f"Dạ, {who} chưa từ chối lời mời góp ý: làm xong thủ tục vẫn được mời.", _NO_MORE
            )
        told = f"Dạ, từ nay làm xong thủ tục lại gửi {who} lời mời góp ý. Ngừng nhận lúc nào cũng được."
        if accepted.unproved:
            told += "\nSố điện thoại để lại trong phản ánh: muốn nhận lại ở số đó thì nhờ cán bộ tại quầy."
        return _task(Task.SURVEY, told, _NO_MORE)
