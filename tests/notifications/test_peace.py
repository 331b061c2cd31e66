"""What citizens refuse, whose number it is not, who is a guest: from their word to what is not sent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.calendar import WorkingCalendar
from core.crypto import keyed_hash
from core.events import publish
from dossiers import complaint_desk, complaint_repository, deadlines, happenings
from dossiers.complaint_desk import ComplaintProblem
from dossiers.complaints import file_complaint
from gateway.content_kinds import shipped_complaint_terms
from notifications import tasks
from notifications.desk_models import UnitTask
from notifications.informing import Desk, Informing, Policy
from notifications.notice_page import NoticePages, PageOutcome, Step
from notifications.page import token_of
from notifications.schemas import MessageStatus, Purpose, Reason
from notifications.tasks import NoSuchTask, TaskOutcome, TaskWay
from people.citizen_models import ConsentSource
from people.citizen_models import Purpose as Consented
from people.desk import ConsentDesk, NoContact
from tests.dossiers.samples import cloud_event, full_event
from tests.notifications.helpers import (
    MORNING,
    NIGHT,
    PHONE,
    REAL,
    Clock,
    StubProvider,
    answer,
    messages,
    only,
    planner,
    post,
    sender,
)
from tests.notifications.test_planner import invite, surveys


def real(kind="received", **more):
    return full_event(kind, **{"dossier_code": REAL, **more})


async def plan(database, clock, **more):
    while await planner(database, clock, **more).tick():
        pass


async def one_survey(database, clock):
    await post(database, [real(), cloud_event("returned", number=2, dossier_code=REAL)], clock)
    await invite(database, clock)
    await plan(database, clock)
    return (await surveys(database))[0]


async def test_without_a_yes_nobody_is_asked_for_an_opinion(database):
    clock = Clock()
    await post(database, [real(), cloud_event("returned", number=2, dossier_code=REAL)], clock)
    await invite(database, clock)
    await answer(database, clock, Consented.SURVEY, granted=False)
    await plan(database, clock)
    (survey,) = await surveys(database)
    assert (survey.status, survey.reason) == (MessageStatus.SUPPRESSED, Reason.OPTED_OUT)


async def test_a_no_takes_back_what_waits(database):
    clock = Clock()
    survey = await one_survey(database, clock)
    assert survey.status == MessageStatus.PLANNED
    await answer(database, clock, Consented.SURVEY, granted=False)
    await plan(database, clock)
    (survey,) = await surveys(database)
    assert (survey.status, survey.reason) == (MessageStatus.CANCELLED, Reason.OPTED_OUT)
    status = next(row for row in await messages(database) if row.purpose == Purpose.STATUS)
    assert status.status == MessageStatus.PLANNED, "news of one's dossier goes on"


async def test_a_no_that_the_planner_has_not_seen_yet_still_stops_the_sender(database):
    clock = Clock()
    await one_survey(database, clock)
    await answer(database, clock, Consented.SURVEY, granted=False)
    clock.pass_(days=3)
    sms, zalo, mail = StubProvider("sms"), StubProvider("zalo"), StubProvider("mail")

    async def link(*_):
        return "https://x/k/t"

    await sender(database, clock, sms, zalo, mail, link_for=link).tick()
    assert sms.sent == []
    assert (await surveys(database))[0].reason == Reason.OPTED_OUT


async def test_only_guests_get_anything_in_a_trial_and_the_rest_is_on_record(database):
    clock = Clock()
    desk = ConsentDesk(database, clock=clock)
    await desk.guest_mode(True, by="Người thử")
    await desk.add_guest("0900000001", by="Người thử")
    stranger = {"applicant": {"name": "Lê Mẫu", "phone": "0900000002"}, "dossier_code": "H98.01-261102-0002"}
    await post(database, [real(), full_event(number=3, **stranger)], clock)
    await plan(database, clock)
    guest, other = await messages(database)
    assert guest.status == MessageStatus.PLANNED
    assert (other.status, other.reason) == (MessageStatus.SUPPRESSED, Reason.GUESTS_ONLY)
    assert other.wordings["sms"]["text"], "what would have been said can be read"


async def test_a_trial_that_begins_after_planning_holds_back_too(database):
    clock = Clock()
    await post(database, real(), clock)
    await plan(database, clock)
    await ConsentDesk(database, clock=clock).guest_mode(True, by="Người thử")
    zalo = StubProvider("zalo")
    await sender(database, clock, zalo).tick()
    assert zalo.sent == []
    assert (await only(database)).reason == Reason.GUESTS_ONLY


async def test_not_mine_stops_the_dossier_there_and_gives_the_unit_a_task(database):
    clock = Clock(NIGHT)
    await post(database, real(), clock)
    await plan(database, clock)
    token = token_of((await only(database)).id)
    pages = NoticePages(database, clock=clock)
    view = await pages.open(token)
    assert "Thủ tục: Thủ tục mẫu" in view.text
    assert await pages.act(token, Step.NOT_MINE) is PageOutcome.DONE
    assert await pages.act(token, Step.NOT_MINE) is PageOutcome.DONE
    assert (await pages.open(token)).not_mine
    await plan(database, clock)
    await post(database, cloud_event("processing", number=5, dossier_code=REAL), clock)
    await plan(database, clock)
    told = [(row.status, row.reason) for row in await messages(database)]
    assert told == [
        (MessageStatus.CANCELLED, Reason.NOT_THEIRS),
        (MessageStatus.SUPPRESSED, Reason.NOT_THEIRS),
    ]
    async with database.reading() as session:
        (task,) = await session.scalars(select(UnitTask))
    assert (task.way, task.unit) == (TaskWay.CHECK_PHONE, "Ủy ban nhân dân phường Mẫu")
    assert await pages.act(token, Step.MINE) is PageOutcome.DONE
    await post(database, cloud_event("result_ready", number=7, dossier_code=REAL), clock)
    await plan(database, clock)
    assert (await messages(database))[-1].status == MessageStatus.PLANNED


async def test_a_page_stops_one_purpose_or_one_channel_and_takes_it_back(database):
    clock = Clock()
    survey = await one_survey(database, clock)
    pages = NoticePages(database, clock=clock)
    token = token_of(survey.id)
    assert (await pages.open(token)).stops == "lời mời góp ý"
    for step, stopped in ((Step.STOP, True), (Step.STOP, True), (Step.RESUME, False)):
        assert await pages.act(token, step) is PageOutcome.DONE
        assert (await pages.open(token)).stopped is stopped
    status = next(row for row in await messages(database) if row.purpose == Purpose.STATUS)
    assert (await pages.open(token_of(status.id))).stops == "tin về hồ sơ qua Zalo"
    await pages.act(token_of(status.id), Step.STOP)
    await post(database, cloud_event("processing", number=9, dossier_code=REAL), clock)
    await plan(database, clock)
    assert [rung["channel"] for rung in (await messages(database))[-1].rungs] == ["sms", "email"]


@pytest.mark.parametrize("token", ["", "x", "0" * 42, "01" + "a" * 40])
async def test_a_guessed_page_shows_nothing(database, token):
    pages = NoticePages(database)
    assert await pages.open(token) is None
    assert await pages.act(token, Step.STOP) is PageOutcome.UNKNOWN


async def test_a_page_ends(database):
    clock = Clock()
    await post(database, real(), clock)
    await plan(database, clock)
    token = token_of((await only(database)).id)
    pages = NoticePages(database, lambda: Policy(page_days=1), clock=clock)
    clock.pass_(days=2)
    assert (await pages.open(token)).expired
    assert await pages.act(token, Step.NOT_MINE) is PageOutcome.EXPIRED


async def test_when_nothing_leads_to_the_citizen_the_unit_has_a_task_and_its_outcome_is_on_record(database):
    clock = Clock()
    await post(database, real(applicant={"name": "Lê Mẫu", "phone": "123"}), clock)
    await plan(database, clock)
    async with database.writing() as session:
        (task,) = await session.scalars(select(UnitTask))
        assert (task.way, task.reason) == (TaskWay.VISIT, Reason.NO_CONTACT)
        assert task.due_on.isoformat() == "2026-11-25"  # the 24th is a holiday
        await tasks.finish(
            session,
            task.id,
            outcome=TaskOutcome.TOLD_IN_PERSON,
            by="Trần Thị Mẫu",
            note="gặp con gái",
            now=clock(),
        )
    from notifications import ledger

    async with database.writing() as session:
        found = await ledger.for_dossier(session, REAL)
        assert found.intact
        with pytest.raises(NoSuchTask):
            await tasks.finish(session, task.id, outcome=TaskOutcome.NOT_FOUND, by="x", now=clock())


async def test_a_newer_step_at_night_takes_the_place_of_the_older_one(database):
    clock = Clock(NIGHT)
    await post(database, [real(), cloud_event("processing", number=5, dossier_code=REAL)], clock)
    await plan(database, clock)
    first, second = await messages(database)
    assert (first.status, first.reason) == (MessageStatus.CANCELLED, Reason.FOLDED)
    assert second.status == MessageStatus.PLANNED


async def test_an_answered_complaint_is_told_on_its_number(database):
    clock = Clock()
    async with database.writing() as session:
        filed = await file_complaint(
            session,
            terms=shipped_complaint_terms(),
            text="Chờ lâu",
            calendar=WorkingCalendar(),
            now=clock(),
            phone="0900000001",
        )
        row = await complaint_repository.by_receipt(session, filed.code)
        await complaint_desk.answer(session, row, text="Đã thêm quầy từ sáng nay.", now=clock())
        with pytest.raises(ComplaintProblem):
            await complaint_desk.answer(session, row, text="Trả lời thêm một lần nữa.", now=clock())
    await plan(database, clock)
    _, told = await messages(database)
    assert filed.code in told.wordings["sms"]["text"]
    assert "Đã thêm quầy từ sáng nay." in told.wordings["web"]["text"]
    assert "thêm quầy" not in told.wordings["sms"]["text"]


async def book(database, clock, hours, **more):
    starts = clock() + timedelta(hours=hours)
    body = {"appointment_id": "a1", "code": "K7M2QD", "unit": "UBND phường Mẫu", "counter": "quầy 3",
            "starts_at": starts.isoformat(), "phone": PHONE, "conversation_id": None,
            "service": "Đăng ký khai sinh", **more}  # fmt: skip
    async with database.writing() as session:
        await publish(
            session, type=happenings.APPOINTMENT_BOOKED, subject="a1", body=body, occurred_at=clock()
        )
    return starts


async def test_an_appointment_is_reminded_of_a_day_before_and_not_once_it_is_cancelled(database):
    clock = Clock()
    await answer(database, clock, Consented.REMINDER)
    starts = await book(database, clock, 50)
    await plan(database, clock)
    reminder = await only(database)
    assert (reminder.due_at, reminder.expires_at) == (starts - timedelta(hours=24), starts)
    assert "Đăng ký khai sinh" not in reminder.wordings["sms"]["text"]
    async with database.writing() as session:
        await publish(
            session, type=happenings.APPOINTMENT_CANCELLED, subject="a1", body={"appointment_id": "a1"}
        )
    await plan(database, clock)
    assert (await only(database)).reason == Reason.CALLED_OFF


async def test_a_reminder_that_would_fall_into_the_night_comes_the_evening_before(database):
    clock = Clock()
    await answer(database, clock, Consented.REMINDER)
    starts = await book(database, clock, 24 + 21)  # a day before is six in the morning
    await plan(database, clock)
    due = (await only(database)).due_at
    assert due < starts - timedelta(hours=24)
    assert not Policy().quiet.is_quiet(due)


async def test_no_reminder_of_what_was_booked_just_now(database):
    clock = Clock()
    await answer(database, clock, Consented.REMINDER)
    await book(database, clock, 5)
    await plan(database, clock)
    assert await messages(database) == []


@pytest.mark.parametrize(
    ("kind", "subjects", "citizen"),
    [
        (deadlines.NEAR, ["Sắp đến hẹn"] * 2, None),
        (deadlines.MISSED, ["Quá hẹn"] * 2, None),
        (deadlines.UNSIGNED, ["Chưa gửi văn bản xin lỗi"] * 2, "Trần Thị Mẫu sẽ gọi cho ông/bà"),
        (deadlines.MOVED, [], "thay cho thứ Tư 25/11/2026"),
    ],
)
async def test_a_promise_in_danger_is_told_to_officer_and_head_and_the_citizen_hears_what_is_certain(
    database, kind, subjects, citizen
):
    clock = Clock()
    unit = "Ủy ban nhân dân phường Mẫu"
    desk = Desk(unit=unit, head="head@example.gov.vn", officers={"Trần Thị Mẫu": "officer@example.gov.vn"})
    await post(database, real(), clock)
    await plan(database, clock)
    body = {"dossier_code": REAL, "unit": unit, "officer": "Trần Thị Mẫu", "who_calls": "Trần Thị Mẫu",
            "due_on": "2026-12-02", "days_left": 2, "old_due_on": "2026-11-25", "reason": "x"}  # fmt: skip
    async with database.writing() as session:
        await publish(session, type=kind, subject=REAL, body=body, occurred_at=clock())
    await plan(database, clock, informing=Informing(desks=(desk,)))
    rows = (await messages(database))[1:]
    alerts = [row for row in rows if row.purpose == Purpose.ALERT]
    assert [row.wordings["email"]["title"].split(":")[0] for row in alerts] == subjects
    assert {row.email for row in alerts} == (
        {"head@example.gov.vn", "officer@example.gov.vn"} if subjects else set()
    )
    told = [row for row in rows if row.purpose == Purpose.STATUS]
    assert len(told) == (1 if citizen else 0)
    assert all(citizen in row.wordings["web"]["text"] for row in told)


async def test_a_refusal_of_advertising_is_confirmed_once(database):
    clock = Clock()
    await post(database, real(), clock)
    await plan(database, clock)
    for _ in range(2):
        await answer(database, clock, Consented.CAMPAIGN, granted=False)
        await plan(database, clock)
    confirmed = [row for row in await messages(database) if row.purpose == Purpose.CONFIRMATION]
    assert len([row for row in confirmed if row.status == MessageStatus.PLANNED]) == 1
    assert "ngung gui tin tuyen truyen" in confirmed[0].wordings["sms"]["text"]


async def test_the_counter_writes_down_what_was_said_and_a_typing_error_is_named(database):
    desk = ConsentDesk(database, clock=Clock())
    by = {"source": ConsentSource.COUNTER, "by": "Trần Thị Mẫu"}
    words = await desk.answer("0900 000 001", Consented.SURVEY, granted=True, **by)
    assert "Đồng ý nhận lời mời góp ý" in words
    known = await desk.look("+84900000001")
    assert known.standing.agreed(Consented.SURVEY)
    assert known.contact_hash == keyed_hash(PHONE, "phone")
    await desk.answer("0900000001", Consented.STATUS, granted=False, channel="sms", **by)
    assert (await desk.look("0900000001")).standing.refused(Consented.STATUS, "sms")
    assert not (await desk.look("0900000001")).standing.refused(Consented.STATUS, "zalo")
    with pytest.raises(NoContact, match="0900000001"):
        await desk.look("12345")
    with pytest.raises(NoContact, match="từng kênh"):
        await desk.answer("0900000001", Consented.STATUS, granted=False, **by)


async def test_the_budget_warns_once_and_stops_what_is_not_the_law(database):
    from core.event_reading import read_events
    from notifications.gatekeeper import BUDGET_WARNING

    clock = Clock(MORNING)
    dear = Informing(
        policy=Policy(
            prices={"zalo": 600, "sms": 600, "email": 600},
            budget={"month": 1000},
            consent={"survey": "notice"},
        )
    )
    await post(database, [real(), cloud_event("returned", number=2, dossier_code=REAL)], clock)
    await plan(database, clock, informing=dear)
    clock.pass_(minutes=2)
    await invite(database, clock)
    await plan(database, clock, informing=dear)
    assert [row.cost for row in await messages(database)] == [600, 600, 0]
    assert (await surveys(database))[0].reason == Reason.BUDGET
    clock.pass_(minutes=2)
    await post(database, cloud_event("posted", number=30, dossier_code=REAL), clock)
    await plan(database, clock, informing=dear)
    assert (await messages(database))[-1].status == MessageStatus.PLANNED
    async with database.reading() as session:
        warned = [
            event.body["percent"] for event in await read_events(session, after=0, types=[BUDGET_WARNING])
        ]
    assert warned == [80, 100]
