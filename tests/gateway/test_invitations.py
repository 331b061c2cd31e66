"""From the end of a matter to a message that arrives: dossiers, complaints, talks; and one reminder."""

import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from conversations.models import Conversation, Direction, Turn
from core.calendar import WorkingCalendar
from core.crypto import keyed_hash
from core.message import Outcome
from dossiers import complaint_desk, complaint_repository
from dossiers.complaints import file_complaint
from feedback import invite
from feedback.draw import load_plan
from feedback.instruments import load_instruments
from feedback.links import link_for
from feedback.models import SurveyAnswer, SurveyInvitation
from feedback.service import Surveys
from gateway.channels.webchat import CHANNEL, conversation_key, new_secret
from gateway.channels.webchat_places import OWN_PAGE
from gateway.chat_surveys import PATH, ChatSurveys
from gateway.content_kinds import shipped_complaint_terms
from gateway.public.assets import Assets
from gateway.public.chat_survey import chat_survey_router
from gateway.public.pages import Pages
from gateway.public.site import Site
from notifications.ladder import OUTBOX_FILE, Rung
from notifications.schemas import Channel, MessageStatus, Purpose
from people.citizen_models import Purpose as Consented
from tests.dossiers.samples import cloud_event, full_event
from tests.gateway.asgi import call
from tests.notifications.helpers import LADDERS, PHONE, REAL, Clock, answer, messages, planner, post, sender
from wire.outbox_file import OutboxFile

CONTENT = Path(__file__).parents[2] / "content"
PLAN = load_plan(CONTENT / "surveys/plan/invitations.yaml").model_copy(update={"long_rate": 0.0})
INSTRUMENTS = load_instruments(CONTENT / "surveys")
CALENDAR = WorkingCalendar()
IN_FOLDER = {**LADDERS, Purpose.SURVEY: (Rung(Channel.SMS, OUTBOX_FILE),)}


class Office:
    """Worker and outbox, a tick at a time."""

    def __init__(self, database, folder, plan=PLAN):
        self.database, self.folder, self.plan = database, folder, plan
        self.clock = Clock()

    async def work(self):
        now = self.clock()
        common = {"plan": self.plan, "calendar": CALENDAR, "now": now}
        dealt = await invite.tick(self.database, instruments=INSTRUMENTS, **common)
        await invite.remind(self.database, **common)
        while await planner(self.database, self.clock, IN_FOLDER).tick():
            pass
        outbox = OutboxFile(self.folder)

        async def link(session, identifier):
            return await link_for(session, identifier, public_url="https://x.example", now=self.clock())

        while await sender(self.database, self.clock, outbox, link_for=link).tick():
            pass
        return dict(dealt)

    async def pass_days(self, days):
        for _ in range(days):
            self.clock.pass_(days=1)
            await self.work()

    def links(self):
        """The token in every message that went out about a survey, in order."""
        texts = [path.read_text() for path in sorted(self.folder.glob("*.txt"))]
        return [found[1] for text in texts if (found := re.search(r"/k/([a-z2-7]{24})", text))]


@pytest.fixture
async def office(sqlite, tmp_path):
    found = Office(sqlite, tmp_path / "outbox")
    await answer(sqlite, found.clock, Consented.SURVEY)
    return found


async def close(office, code=REAL, number=2):
    started = full_event(number=number, dossier_code=code)
    ended = cloud_event(
        "returned", number=number + 1, dossier_code=code, occurred_at=office.clock().isoformat()
    )
    await post(office.database, [started, ended], office.clock)


async def test_who_does_not_answer_gets_the_same_link_once_more_and_then_never_again(office):
    await close(office)
    assert await office.work() == {"invited": 1}
    assert office.links() == []  # not on the same day
    await office.pass_days(2)
    assert len(office.links()) == 1
    await office.pass_days(PLAN.remind_days + 1)
    first, second = office.links()
    assert first == second
    await office.pass_days(25)
    assert len(office.links()) == 2
    told = [row for row in await messages(office.database) if row.purpose == Purpose.SURVEY]
    assert [row.status for row in told] == [MessageStatus.ACCEPTED] * 2


async def test_who_has_answered_is_not_reminded(office):
    await close(office)
    await office.work()
    await office.pass_days(2)
    [token] = office.links()
    await Surveys(office.database, clock=office.clock).answer(token, {"overall": 4})
    await office.pass_days(10)
    assert office.links() == [token]


async def test_a_person_with_many_dossiers_is_asked_about_one_of_them(office):
    await close(office)
    await close(office, "H98.01-261102-0002", 6)
    assert await office.work() == {"invited": 1, "asked_lately": 1}
    await office.pass_days(PLAN.rest_days + 3)
    await close(office, "H98.01-261102-0003", 10)
    assert await office.work() == {"invited": 1}


async def test_a_share_of_the_invited_gets_the_long_questionnaire(office):
    office.plan = PLAN.model_copy(update={"rest_days": 0, "long_rates": {"Ủy ban nhân dân phường Mẫu": 0.5}})
    for number in range(12):
        await close(office, f"H98.01-261102-{number:04d}", 20 + 2 * number)
    await office.work()
    async with office.database.reading() as session:
        asked = list(await session.scalars(select(SurveyInvitation.instrument)))
        units = set(await session.scalars(select(SurveyInvitation.unit)))
    assert units == {"Ủy ban nhân dân phường Mẫu"}
    assert 1 <= asked.count("sipas-long") <= 11
    assert asked.count("sipas-long") + asked.count("after-pickup") == 12


async def complain(office, **more):
    async with office.database.writing() as session:
        receipt = await file_complaint(
            session,
            terms=shipped_complaint_terms(),
            text="Chờ lâu",
            calendar=CALENDAR,
            now=office.clock(),
            unit="UBND phường Mẫu",
            **more,
        )
        row = await complaint_repository.by_receipt(session, receipt.code)
        await complaint_desk.answer(
            session, row, text="Đã thêm người ở quầy số 3 từ thứ Hai.", now=office.clock()
        )
    return receipt.code


async def test_after_an_answered_complaint_its_own_question_goes_out_a_day_later(office):
    code = await complain(office, phone="0900000001")
    assert await office.work() == {"invited": 1}
    await office.pass_days(2)  # the day after is a holiday
    [token] = office.links()
    view = await Surveys(office.database, clock=office.clock).open(token)
    assert (view.instrument.id, view.unit) == ("complaint-answered", "UBND phường Mẫu")
    [row] = [one for one in await messages(office.database) if one.purpose == Purpose.SURVEY]
    assert row.template_id == "survey_complaint/sms"
    assert code in row.wordings["web"]["text"]
    assert "phản ánh" in row.wordings["sms"]["text"] or "phan anh" in row.wordings["sms"]["text"]


@pytest.mark.parametrize("complained_first", [True, False])
async def test_whoever_complains_in_the_chat_and_collects_the_result_is_asked_about_one_of_them(
    office, complained_first
):
    started = full_event(number=2, dossier_code=REAL)
    await post(office.database, [started], office.clock)
    conversation, _ = await a_talk(office)

    async def collects():
        at = office.clock().isoformat()
        ended = cloud_event("returned", number=3, dossier_code=REAL, occurred_at=at)
        await post(office.database, [ended], office.clock)
        return await office.work()

    async def complains():
        await complain(office, conversation_id=conversation, dossier_code=REAL)
        return await office.work()

    first, second = (complains, collects) if complained_first else (collects, complains)
    assert await first() == {"invited": 1}
    office.clock.pass_(days=2)
    assert await second() == {"asked_lately": 1}


@pytest.mark.parametrize("complained_first", [True, False])
async def test_one_person_with_two_telephones_is_asked_about_one_of_two_dossiers(office, complained_first):
    other, identity = "H98.01-261102-0002", {"identity_number": "079000000001"}
    mine, second_phone = {"phone": PHONE, **identity}, {"phone": "0900000009", **identity}
    await post(office.database, [full_event(number=2, dossier_code=REAL, applicant=mine)], office.clock)
    await post(
        office.database, [full_event(number=3, dossier_code=other, applicant=second_phone)], office.clock
    )

    async def collects():
        at = office.clock().isoformat()
        ended = cloud_event("returned", number=4, dossier_code=REAL, occurred_at=at)
        await post(office.database, [ended], office.clock)
        return await office.work()

    async def complains():
        await complain(office, phone="0900000009", dossier_code=other)
        return await office.work()

    first, second = (complains, collects) if complained_first else (collects, complains)
    assert await first() == {"invited": 1}
    office.clock.pass_(days=2)
    assert await second() == {"asked_lately": 1}


async def a_talk(office, *, code=None):
    secret = new_secret()
    key = keyed_hash(conversation_key(secret), f"conversation:{CHANNEL}")
    async with office.database.writing() as session:
        talk = Conversation(channel=CHANNEL, key_hash=key, last_turn_at=office.clock())
        session.add(talk)
        await session.flush()
        session.add(
            Turn(
                conversation_id=talk.id,
                direction=Direction.OUT,
                text="Cần tờ khai.",
                outcome=Outcome.ANSWER,
                code=code,
                correlation_id="c",
                at=office.clock(),
            )
        )
    return talk.id, secret


async def said_in(database, conversation_id):
    async with database.reading() as session:
        rows = await session.scalars(
            select(Turn).where(Turn.conversation_id == conversation_id).order_by(Turn.number)
        )
        return [row.message for row in rows if row.message]


def chat_surveys(office, **changes):
    plan = office.plan.model_copy(update={"chat_rate": 1.0, **changes})
    return ChatSurveys(
        office.database, plan=lambda: plan, instruments=lambda: INSTRUMENTS, clock=office.clock
    )


def page_app(office):
    app = FastAPI()
    app.include_router(chat_survey_router(Pages(Assets(), Site()), office.database, clock=office.clock))
    return app


async def test_after_a_talk_the_chat_asks_once_and_only_its_own_browser_comes_to_the_question(office):
    conversation, secret = await a_talk(office)
    desk = chat_surveys(office)
    assert await desk.tick() == 0  # somebody may still be typing
    office.clock.pass_(minutes=12)
    assert await desk.tick() == 1
    assert await desk.tick() == 0
    [question] = await said_in(office.database, conversation)
    assert question["buttons"][0]["url"] == PATH
    app = page_app(office)
    mine = await call(app, "GET", PATH, headers={"cookie": f"{OWN_PAGE.cookie}={secret}"})
    assert mine.status == 303
    token = mine.headers["location"].removeprefix("/k/")
    assert token not in str(question)
    surveys = Surveys(office.database, clock=office.clock)
    assert (await surveys.open(token)).instrument.id == "after-chat"
    assert (await surveys.answer(token, {"overall": 5})).kind == "recorded"
    other = await call(app, "GET", PATH, headers={"cookie": f"{OWN_PAGE.cookie}={new_secret()}"})
    assert other.status == 404
    office.clock.pass_(minutes=60)
    await office.pass_days(8)
    assert len(await said_in(office.database, conversation)) == 1, "no reminder in a chat"
    async with office.database.reading() as session:
        [kept] = await session.scalars(select(SurveyAnswer))
    assert conversation not in str(vars(kept))


async def test_after_a_talk_about_a_death_nobody_is_asked(office):
    await a_talk(office, code="1.000656")
    office.clock.pass_(minutes=12)
    assert await chat_surveys(office, sad_procedures=("1.000656",)).tick() == 0


async def test_a_complaint_made_in_the_chat_is_asked_about_in_the_chat(office):
    conversation, secret = await a_talk(office)
    await complain(office, conversation_id=conversation)
    assert await office.work() == {"invited": 1}
    assert await chat_surveys(office, chat_rate=0.0).tick() == 1
    [question] = await said_in(office.database, conversation)
    assert "Phản ánh của anh/chị đã có trả lời" in question["text"]
    found = await call(page_app(office), "GET", PATH, headers={"cookie": f"{OWN_PAGE.cookie}={secret}"})
    assert found.status == 303
    assert PHONE not in str(question)
