"""Who is told what, when and how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from core.calendar import LOCAL, WorkingCalendar
from core.event_reading import Consumer, read_events
from core.events import publish
from dossiers import repository as dossiers
from dossiers.complaints import file_complaint
from dossiers.lookup import Proof, WatchRole, bind, code_for, request_code
from gateway.content_kinds import shipped_complaint_terms
from notifications.chat import chat_messages, mark_shown, say_not_mine
from notifications.draft import UNREACHABLE
from notifications.ladder import OUTBOX_FILE
from notifications.schemas import MessageStatus, Purpose, Reason
from notifications.survey_rules import LINK_MARK, SURVEY_INVITED
from people.citizen_models import Purpose as Consented
from tests.dossiers.samples import CODE, cloud_event, full_event, read_sample
from tests.notifications.helpers import MORNING, NIGHT, REAL, Clock, answer, messages, only, planner, post


def real(kind="received", **more):
    return full_event(kind, **{"dossier_code": REAL, **more})


async def plan(database, clock):
    while await planner(database, clock).tick():
        pass


async def test_the_sample_file_gives_one_message_per_event_and_posting_it_again_gives_none(database):
    from dossiers.service import accept

    clock = Clock()
    for _ in range(2):
        async with database.writing() as session:
            await accept(session, read_sample("dossier-events.json"), now=clock())
        await plan(database, clock)
        found = await messages(database)
        assert len(found) == 15
        assert len({message.event_id for message in found}) == 15
    assert {message.status for message in found} == {MessageStatus.PLANNED}
    assert {message.provider for message in found} == {OUTBOX_FILE}


async def test_reading_an_event_twice_makes_no_second_message(database):
    clock = Clock()
    await post(database, real(), clock)
    await plan(database, clock)
    async with database.writing() as session:
        await session.execute(update(Consumer).values(position=0))
    await plan(database, clock)
    assert len(await messages(database)) == 1


async def test_a_notice_keeps_words_version_and_ladder(database):
    clock = Clock()
    await post(database, real(), clock)
    await plan(database, clock)
    message = await only(database)
    assert [rung["channel"] for rung in message.rungs] == ["zalo", "sms", "email"]
    assert (message.template_id, message.template_version) == ("received/zalo", 1)
    assert message.wordings["zalo"]["text"].startswith(f"Hồ sơ {REAL} đã được tiếp nhận.")
    assert message.wordings["sms"]["text"].startswith(
        f"UBND P.Mau: Da nhan ho so {REAL} ngay 02/11/2026, hen tra thu Tu 25/11/2026."
    )
    assert message.recipient_shown == "…001"


async def test_who_has_only_a_mail_address_is_written_to(database):
    clock = Clock()
    await post(database, real(applicant={"name": "Lê Mẫu", "email": "le.mau@example.com"}), clock)
    await plan(database, clock)
    assert (await only(database)).channel == "email"


async def test_when_nothing_leads_to_the_citizen_it_is_written_down_and_the_unit_is_told(database):
    clock = Clock()
    await post(database, real(applicant={"name": "Lê Mẫu", "phone": "123"}), clock)
    await plan(database, clock)
    message = await only(database)
    assert (message.status, message.reason) == (MessageStatus.SUPPRESSED, Reason.NO_CONTACT)
    async with database.reading() as session:
        (task,) = await read_events(session, after=0, types=[UNREACHABLE])
    assert task.body["dossier_code"] == REAL


async def test_nobody_is_woken_at_night_but_the_chat_shows_it_at_once(database):
    clock = Clock(NIGHT)
    await post(database, real(), clock)
    async with database.writing() as session:
        dossier = await dossiers.dossier_by_code(session, REAL)
        await bind(
            session, conversation_id="c1", channel="webchat", dossier_id=dossier.id,
            role=WatchRole.APPLICANT, proof=Proof.ONE_TIME_CODE, now=clock(),
        )  # fmt: skip
    await plan(database, clock)
    in_chat, pushed = await messages(database)
    morning = datetime(2026, 11, 23, 7, 0, tzinfo=LOCAL)
    assert morning <= pushed.due_at < morning + timedelta(minutes=45)
    async with database.writing() as session:
        (notice,) = await chat_messages(session, "c1", after=0)
        assert notice.message.text.startswith(f"Hồ sơ {REAL} đã được tiếp nhận.")
        assert await chat_messages(session, "c1", after=notice.position) == []
        assert await chat_messages(session, "c2", after=0) == []
        assert await mark_shown(session, in_chat.id, now=clock())
        assert not await mark_shown(session, in_chat.id, now=clock())


async def test_the_button_under_a_notice_ends_the_news_in_this_chat_only(database):
    clock = Clock()
    await post(database, real(), clock)
    async with database.writing() as session:
        dossier = await dossiers.dossier_by_code(session, REAL)
        for conversation in ("c1", "c2"):
            await bind(
                session, conversation_id=conversation, channel="webchat", dossier_id=dossier.id,
                role=WatchRole.APPLICANT, proof=Proof.ONE_TIME_CODE, now=clock(),
            )  # fmt: skip
    await plan(database, clock)
    async with database.writing() as session:
        (notice,) = await chat_messages(session, "c1", after=0)
        assert notice.message.buttons[0].action == f"not_mine:{notice.message.message_id}"
        identifier = notice.message.message_id
        assert not await say_not_mine(session, conversation_id="c2", message_id=identifier, now=clock())
        assert await say_not_mine(session, conversation_id="c1", message_id=identifier, now=clock())
    await post(database, cloud_event("processing", number=2, dossier_code=REAL), clock)
    await plan(database, clock)
    async with database.reading() as session:
        assert len(await chat_messages(session, "c1", after=0)) == 1
        assert len(await chat_messages(session, "c2", after=0)) == 2


async def test_news_that_came_too_late_is_not_sent_and_says_why(database):
    clock = Clock()
    await post(database, real(number=1), clock)
    await post(database, cloud_event("result_ready", number=9, dossier_code=REAL), clock)
    await post(database, cloud_event("processing", number=5, dossier_code=REAL), clock)
    await plan(database, clock)
    told = {message.event_type.rsplit(".", 1)[1]: message.reason for message in await messages(database)}
    assert told == {"received": None, "result_ready": None, "processing": Reason.OVERTAKEN}


async def test_news_of_an_unknown_dossier_is_told_when_the_dossier_comes(database):
    clock = Clock()
    await post(database, cloud_event("result_ready", number=9, dossier_code=REAL), clock)
    await plan(database, clock)
    assert await messages(database) == []
    await post(database, real(number=1), clock)
    await plan(database, clock)
    await plan(database, clock)
    assert sorted(message.event_type.rsplit(".", 1)[1] for message in await messages(database)) == [
        "received",
        "result_ready",
    ]


async def test_old_news_does_not_announce_a_later_date(database):
    clock = Clock()
    delayed = cloud_event(
        "delayed", number=5, dossier_code=REAL, reason="Chưa đo xong", new_due_at="2026-12-02T17:00:00+07:00"
    )
    await post(
        database, [real(number=1), delayed, cloud_event("processing", number=7, dossier_code=REAL)], clock
    )
    await plan(database, clock)
    received, late, processing = [message.wordings["zalo"]["text"] for message in await messages(database)]
    assert "Hẹn trả kết quả: thứ Tư 25/11/2026" in received
    assert "Ngày hẹn mới: thứ Tư 02/12/2026" in late
    assert "Hẹn trả kết quả: thứ Tư 02/12/2026" in processing


async def test_a_one_time_code_goes_out_at_night_too_and_only_by_text_message(database):
    clock = Clock(NIGHT)
    await post(database, real(), clock)
    async with database.writing() as session:
        await request_code(session, conversation_id="c1", dossier_code=REAL, now=clock())
        code = await dossiers.latest_code(session, "c1", REAL)
    await plan(database, clock)
    (otp,) = [row for row in await messages(database) if row.purpose == Purpose.ONE_TIME_CODE]
    assert (otp.due_at, otp.channel) == (NIGHT, "sms")
    assert otp.expires_at == NIGHT + timedelta(minutes=5)
    assert code_for(code.id) in otp.wordings["sms"]["text"]


async def test_a_sample_never_gets_a_provider_that_leaves_the_machine(database):
    clock = Clock()
    await post(database, full_event(), clock)
    async with database.writing() as session:
        await request_code(session, conversation_id="c1", dossier_code=CODE, now=clock())
    await plan(database, clock)
    for message in await messages(database):
        assert {rung["provider"] for rung in message.rungs} == {OUTBOX_FILE}


async def invite(database, clock, **more):
    await answer(database, clock, Consented.SURVEY)
    async with database.writing() as session:
        await publish(
            session,
            type=SURVEY_INVITED,
            subject=REAL,
            body={"invitation_id": "01INVITATION", "dossier_code": REAL, **more},
            occurred_at=clock(),
        )


async def surveys(database):
    return [row for row in await messages(database) if row.purpose == Purpose.SURVEY]


async def test_a_survey_comes_a_day_later_and_its_link_is_not_in_the_database(database):
    clock = Clock()
    await post(database, [real(), cloud_event("returned", number=2, dossier_code=REAL)], clock)
    await invite(database, clock)
    await plan(database, clock)
    (survey,) = await surveys(database)
    assert survey.due_at == MORNING + timedelta(days=1)
    assert LINK_MARK in survey.wordings["sms"]["text"]
    assert survey.link_ref == "01INVITATION"


async def test_the_moment_that_the_feedback_room_names_is_kept(database):
    clock = Clock()
    await post(database, [real(), cloud_event("returned", number=2, dossier_code=REAL)], clock)
    await invite(database, clock, send_at="2026-11-25T09:00:00+07:00")
    await plan(database, clock)
    assert (await surveys(database))[0].due_at == datetime(2026, 11, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("said", [{"sad": True}, {}], ids=["by the draw", "by the dossier"])
async def test_after_a_death_people_are_asked_late_and_in_gentler_words(database, said):
    clock = Clock()
    await post(
        database,
        [real(procedure_name="Đăng ký khai tử"), cloud_event("returned", number=2, dossier_code=REAL)],
        clock,
    )
    await invite(database, clock, send_at="2026-12-24T09:00:00+07:00", **said)
    await plan(database, clock)
    (survey,) = await surveys(database)
    assert survey.due_at == datetime(2026, 12, 24, 2, 0, tzinfo=UTC)
    assert survey.template_id == "survey_invitation_sad/sms"
    text = survey.wordings["sms"]["text"]
    assert "Khi nào tiện" in text or "Khi nao tien" in text
    assert "khai tử" not in str(survey.wordings)  # the telephone may be the family's


async def test_a_complaint_with_a_number_is_confirmed_and_one_from_the_chat_is_not_told_twice(database):
    clock = Clock()
    async with database.writing() as session:
        common = {
            "text": "Chờ lâu",
            "calendar": WorkingCalendar(),
            "terms": shipped_complaint_terms(),
            "now": clock(),
            "unit": "UBND phường Mẫu",
        }
        by_phone = await file_complaint(session, phone="0900000001", **common)
        await file_complaint(session, conversation_id="c1", **common)
    await plan(database, clock)
    first, second = await messages(database)
    assert by_phone.code in first.wordings["sms"]["text"]
    assert (second.status, second.reason) == (MessageStatus.SUPPRESSED, Reason.TOLD_IN_CHAT)
