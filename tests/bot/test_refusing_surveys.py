""" "Đừng hỏi nữa" in the chat: through the action that answers it, and everything that asks afterwards."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.actions.services import Services
from bot.actions.tasks import AskMeAgainAction, OptOutSurveyAction, SurveyAction
from core.calendar import WorkingCalendar
from core.database import Database
from core.message import Reply
from dossiers import complaint_desk, complaint_repository
from dossiers import repository as dossiers
from dossiers.complaints import file_complaint
from dossiers.lookup import Proof, WatchRole
from dossiers.models import DossierWatch
from feedback import invite
from feedback.draw import load_plan
from feedback.instruments import load_instruments
from feedback.occasions import Talk, talk_ended
from gateway.chat_surveys import ChatSurveys
from gateway.content_kinds import shipped_complaint_terms
from knowledge.base import Content, KnowledgeBase
from people.citizen_models import Consent
from tests.conftest import REPOSITORY
from tests.dossiers.samples import cloud_event, full_event
from tests.notifications.helpers import Clock, post

PLAN = load_plan(REPOSITORY / "content/surveys/plan/invitations.yaml").model_copy(
    update={"long_rate": 0.0, "chat_rate": 1.0, "rest_days": 0}
)
INSTRUMENTS = load_instruments(REPOSITORY / "content/surveys")
CALENDAR = WorkingCalendar()
CHAT = "talk-1"
OWN, BY_MAIL, RELATIVES = "H98.01-261102-0001", "H98.01-261102-0002", "H98.01-261102-0003"


class Ward:
    """One citizen's chat, the dossiers that it follows, and the worker that asks for opinions."""

    reply: Reply

    def __init__(self, database: Database) -> None:
        self.database, self.clock, self.number = database, Clock(), 1

    async def opens(self, code: str, role: WatchRole | None, **applicant: str) -> None:
        self.number += 1
        event = full_event(number=self.number, dossier_code=code, applicant=applicant)
        await post(self.database, [event], self.clock)
        if role is not None:
            await self.follows(code, role)

    async def follows(self, code: str, role: WatchRole) -> None:
        async with self.database.writing() as session:
            dossier = await dossiers.dossier_by_code(session, code)
            assert dossier is not None
            watch = DossierWatch(
                conversation_id=CHAT,
                channel="web",
                dossier_id=dossier.id,
                role=role,
                proof=Proof.ONE_TIME_CODE,
                bound_at=self.clock(),
            )
            await dossiers.add_watch(session, watch)

    async def closes(self, code: str) -> dict[Any, int]:
        self.number += 1
        at = self.clock().isoformat()
        event = cloud_event("returned", number=self.number, dossier_code=code, occurred_at=at)
        await post(self.database, [event], self.clock)
        return await self.asks()

    async def asks(self) -> dict[Any, int]:
        now = self.clock()
        return dict(
            await invite.tick(self.database, plan=PLAN, instruments=INSTRUMENTS, calendar=CALENDAR, now=now)
        )

    async def hears(self, text: str, intent: str = "opt_out_survey") -> str:
        """The reply to this message of the citizen, from the action that its intent leads to."""
        services = Services(
            database=self.database,
            base=lambda: KnowledgeBase(Content()),
            calendar=lambda: CALENDAR,
            complaint_terms=shipped_complaint_terms,
            clock=self.clock,
        )
        tracker = SimpleNamespace(
            sender_id=CHAT,
            latest_message={
                "text": text,
                "intent": {"name": intent, "confidence": 0.5},
                "metadata": {"conversation": CHAT, "context": {}},
            },
            get_slot=lambda _name: None,
            active_loop_name=None,
        )
        dispatcher = CollectingDispatcher()
        services.actions["opt_out_survey"] = OptOutSurveyAction(services)
        services.actions["ask_me_again"] = AskMeAgainAction(services)
        action = OptOutSurveyAction if intent == "opt_out_survey" else SurveyAction
        await action(services).run(dispatcher, tracker, {})
        [message] = dispatcher.messages
        self.reply = Reply.model_validate(message["custom"]["reply"])
        return self.reply.text


@pytest.fixture
def ward(database: Database) -> Ward:
    return Ward(database)


async def test_who_does_not_want_to_be_asked_is_left_in_peace_by_telephone_mail_and_chat(ward: Ward) -> None:
    await ward.opens(OWN, WatchRole.APPLICANT, phone="0900000001", email="mau@example.com")
    await ward.opens(BY_MAIL, WatchRole.APPLICANT, email="khac@example.com")
    await ward.opens(RELATIVES, WatchRole.RELATIVE, phone="0900000003")
    told = await ward.hears("đừng hỏi nữa")
    assert "từ nay không gửi khảo sát" in told
    assert "Thông báo về hồ sơ vẫn gửi như thường" in told
    assert await ward.closes(OWN) == {"opted_out": 1}
    assert await ward.closes(BY_MAIL) == {"opted_out": 1}
    assert await ward.closes(RELATIVES) == {"invited": 1}, "nobody refuses for somebody else"
    async with ward.database.writing() as session:
        talk = Talk(CHAT, ward.clock(), "UBND phường Mẫu")
        assert await talk_ended(session, talk, PLAN, INSTRUMENTS, ward.clock()) == "opted_out"


async def test_who_refused_before_a_dossier_was_known_is_not_asked_about_it(ward: Ward) -> None:
    told = await ward.hears("khỏi đánh giá")
    assert "mở đường dẫn trong tin" in told, "no number is known here: the other way is told"
    await ward.opens(OWN, WatchRole.APPLICANT, phone="0900000001")
    assert await ward.closes(OWN) == {"opted_out": 1}


@pytest.mark.parametrize("text", ["thôi khỏi đánh giá", "không đánh giá đâu", "đừng hỏi nữa"])
async def test_a_refusal_that_was_taken_for_a_wish_to_give_an_opinion_is_one(ward: Ward, text: str) -> None:
    assert "từ nay không gửi khảo sát" in await ward.hears(text, intent="rate_service")
    assert "góp ý được bằng đường dẫn" in await ward.hears("tôi muốn đánh giá", intent="rate_service")


async def complains(session: AsyncSession, ward: Ward, phone: str | None = None) -> str:
    """In the chat; the code of the receipt."""
    receipt = await file_complaint(
        session,
        terms=shipped_complaint_terms(),
        text="Chờ lâu",
        calendar=CALENDAR,
        now=ward.clock(),
        unit="UBND phường Mẫu",
        conversation_id=CHAT,
        phone=phone,
    )
    return receipt.code


async def test_a_question_that_was_not_yet_asked_is_not_asked_after_the_refusal(ward: Ward) -> None:
    async with ward.database.writing() as session:
        row = await complaint_repository.by_receipt(session, await complains(session, ward))
        assert row is not None
        await complaint_desk.answer(session, row, text="Đã thêm người ở quầy số 3.", now=ward.clock())
    assert await ward.asks() == {"invited": 1}
    await ward.hears("thôi khỏi đánh giá")
    desk = ChatSurveys(ward.database, plan=lambda: PLAN, instruments=lambda: INSTRUMENTS, clock=ward.clock)
    assert await desk.tick() == 0


async def test_whoever_left_a_number_with_a_complaint_in_the_chat_is_not_asked_by_it(ward: Ward) -> None:
    await ward.opens(OWN, None, phone="0900000001")
    async with ward.database.writing() as session:
        await complains(session, ward, phone="0900000001")
    await ward.hears("đừng hỏi ý kiến tôi nữa")
    ward.clock.now += timedelta(days=1)
    assert await ward.closes(OWN) == {"opted_out": 1}


async def test_a_refusal_can_be_taken_back_by_a_button_or_in_words(ward: Ward) -> None:
    await ward.opens(OWN, WatchRole.APPLICANT, phone="0900000001", email="mau@example.com")
    await ward.hears("đừng hỏi nữa")
    assert [one.action for one in ward.reply.messages[0].buttons] == ["task:ask_me_again"]
    assert await ward.closes(OWN) == {"opted_out": 1}
    ward.clock.now += timedelta(minutes=1)
    told = await ward.hears("tui đổi ý, cho hỏi lại cũng được", intent="rate_service")
    assert "lại gửi" in told
    assert "Ngừng nhận lúc nào cũng được" in told
    assert [one.action for one in ward.reply.messages[0].buttons] == ["task:opt_out_survey"]
    await ward.opens(BY_MAIL, WatchRole.APPLICANT, email="mau@example.com")
    assert await ward.closes(BY_MAIL) == {"invited": 1}


async def test_nobody_takes_a_refusal_back_for_a_number_that_is_not_proved_to_be_theirs(ward: Ward) -> None:
    await ward.opens(OWN, None, phone="0900000001")
    async with ward.database.writing() as session:
        await complains(session, ward, phone="0900000001")
    await ward.hears("đừng hỏi ý kiến tôi nữa")
    ward.clock.now += timedelta(minutes=1)
    assert "nhờ cán bộ tại quầy" in await ward.hears("cho tôi nhận lại khảo sát")
    assert await ward.closes(OWN) == {"opted_out": 1}


async def test_who_never_refused_is_told_so_and_nothing_is_written_down(ward: Ward) -> None:
    assert "chưa từ chối" in await ward.hears("cho tôi nhận lại khảo sát")
    async with ward.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Consent)) == 0
