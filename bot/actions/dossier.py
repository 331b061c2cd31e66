"""Looking up a dossier: a code, a proof, then where it stands. Nothing shows whether a dossier exists."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.action import DoingAction, Events, MotcuaAction
from bot.actions.heard import Heard
from bot.actions.turning import CLOSED, asks_of_a_matter, question_of
from core.calendar import local_day
from core.message import Button, OutboundMessage, Outcome, Reply, Task
from dossiers.lookup import LookupAnswer, normal_code, request_code
from dossiers.status import status_for
from dossiers.status_text import status_lines
from knowledge.answer.figures import capital
from knowledge.dialogue.respond import respond

_HANDOVER = Button(title="Gặp cán bộ", action="task:handover")


def _reply(text: str, *buttons: Button, context: dict[str, object] | None = None) -> Reply:
    return Reply(
        outcome=Outcome.TASK,
        task=Task.DOSSIER_STATUS,
        messages=[OutboundMessage(text=text, buttons=list(buttons))],
        context=context or {},
    )


class AskDossierCodeAction(MotcuaAction):
    action_name = "action_ask_dossier_code"
    in_form = True

    async def reply(self, heard: Heard) -> Reply:
        base = self.services.base()
        if asks_of_a_matter(base, heard):  # "sinh hai tháng rồi chưa nộp, còn lãnh được không"
            return await asyncio.to_thread(respond, base, question_of(heard))
        return _reply(
            f"Dạ, {heard.topic.who} nhắn mã hồ sơ in trên giấy hẹn, dạng H99.01-261102-0001.\n"
            "Không có mã thì mang giấy hẹn hoặc căn cước ra quầy, cán bộ tra giúp.",
            _HANDOVER,
            context=heard.topic.turned_to("task:dossier_status", offered=[], likely=False).patch(),
        )

    def events(self, heard: Heard) -> Events:
        return list(CLOSED) if asks_of_a_matter(self.services.base(), heard) else []


class DossierStatusAction(DoingAction):
    """With an earlier proof the status; without, a one-time code to the phone on the dossier."""

    action_name = "action_dossier_status"
    in_form = True

    def code(self, heard: Heard) -> str | None:
        found = heard.dossier_codes or ((heard.slot_dossier_code,) if heard.slot_dossier_code else ())
        return normal_code(found[0]) if found else None

    async def reply(self, heard: Heard) -> Reply:
        code, now = self.code(heard), self.services.clock()
        if code is None:
            return await AskDossierCodeAction(self.services).reply(heard)
        async with self.services.database.reading() as session:
            facts = await status_for(
                session,
                conversation_id=heard.conversation_id,
                dossier_code=code,
                now=now,
                calendar=self.services.calendar(),
            )
        if facts is None:
            return await super().reply(heard)
        lines = status_lines(facts, today=local_day(now), address=heard.topic.who)
        return _reply("\n".join(lines), _HANDOVER, context={"proof_for": None})

    async def do(self, heard: Heard, session: AsyncSession) -> Reply:
        """A look-up is counted and a code goes out, if there is such a dossier."""
        code, who = self.code(heard), heard.topic.who
        assert code is not None  # noqa: S101 - reply saw it
        asked = await request_code(
            session, conversation_id=heard.conversation_id, dossier_code=code, now=self.services.clock()
        )
        if asked is LookupAnswer.LOCKED:
            return _reply(
                f"{capital(who)} đã tra nhiều lần nên phần tra cứu tạm khóa một giờ.\n"
                "Cần ngay thì mang giấy hẹn ra quầy, không cần điện thoại.",
                _HANDOVER,
                context={"proof_for": None},
            )
        return _reply(
            "Tình trạng hồ sơ chỉ cho xem khi đúng người nộp. Nếu mã hồ sơ đúng, một mã xác nhận sáu số "
            "vừa gửi tới số điện thoại ghi trên giấy hẹn.\n"
            f"{capital(who)} nhắn sáu số đó vào đây trong 5 phút.\n"
            "Không nhận được thì mang giấy hẹn ra quầy, không cần điện thoại.",
            context={"proof_for": code},
        )

    def events(self, heard: Heard) -> Events:
        return [{"event": "slot", "name": "dossier_code", "value": None}]
