"""A harm goes to the head of the unit while it can be mended, and never to who did it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from core.calendar import LOCAL
from feedback import cases, flagging, retention
from feedback.case_models import CaseStatus, OpinionCase, Outcome, Reason
from feedback.cases import CaseError, Watch
from feedback.draw import InvitationPlan
from feedback.links import token_for
from feedback.models import SurveyAnswer, SurveyInvitation, SurveyTally, SurveyTrace
from feedback.report import index_report
from feedback.service import Surveys
from feedback.targets import Targets
from feedback.warnings import warning_in
from tests.feedback.conftest import CLOSED, close


@pytest.fixture
async def surveys(database, clock, calendar):
    return Surveys(database, clock=clock, watch=Watch(InvitationPlan, lambda: calendar))


async def invite(database, run_invitations, clock, code="Z99.01-261102-0001", **more):
    await close(database, code, **more)
    await run_invitations()
    async with database.reading() as session:
        row = await session.scalar(select(SurveyInvitation).order_by(SurveyInvitation.id.desc()).limit(1))
        return await token_for(session, row.id, clock())


@pytest.fixture
async def token(database, run_invitations, clock):
    return await invite(database, run_invitations, clock)


async def all_cases(database):
    async with database.reading() as session:
        return (await session.scalars(select(OpinionCase))).all()


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("Phải đưa phong bì mới làm", Reason.BRIBE),
        ("phai dua phong bi moi lam", Reason.BRIBE),
        ("Làm mất giấy của tôi rồi quát", Reason.LOST_PAPERS),
        ("Cô ở quầy 3 quát người già", Reason.RUDE),
        ("Không ai vòi vĩnh gì cả, tốt", None),
        ("khong he bi hach dich", None),
        ("Đi với con gái, nói chuyện vui", None),
        ("di voi con gai, quat may mat me", None),
        ("Chờ hơi lâu", None),
        (None, None),
    ],
)
def test_words_that_warn(comment, reason):
    assert warning_in(comment) is reason


def test_a_deployment_adds_its_own_words():
    assert warning_in("phải mua nước cho anh", {Reason.BRIBE: ("mua nước",)}) is Reason.BRIBE


async def test_a_low_answer_opens_a_case_with_a_clock_in_office_hours(surveys, token, database, clock):
    clock.now = datetime(2026, 11, 27, 16, 0, tzinfo=LOCAL)  # a Friday, an hour before closing
    await surveys.answer(token, {"overall": 2})
    [case] = await all_cases(database)
    assert (case.reason, case.level, case.unit, case.status) == ("low", 2, "phuong-vi-du", CaseStatus.OPEN)
    # 16 office hours: one on Friday, seven and a half on Monday and on Tuesday are fifteen and a bit.
    assert case.due_at.astimezone(LOCAL) == datetime(2026, 12, 1, 17, 0, tzinfo=LOCAL)


async def test_a_satisfied_citizen_who_tells_of_a_bribe_is_heard(surveys, token, database):
    await surveys.answer(token, {"overall": 4})
    assert await all_cases(database) == []
    await surveys.answer(token, {}, "Tốt, nhưng phải gửi phong bì. Gọi tôi số 0912345678")
    [case] = await all_cases(database)
    assert (case.reason, case.level) == ("bribe", 4)
    assert "0912345678" not in case.words
    assert case.phone is None


async def test_who_handled_the_dossier_does_not_see_the_case(surveys, token, database):
    await surveys.answer(token, {"overall": 1})
    async with database.reading() as session:
        assert await cases.cases_for(session, ["phuong-vi-du"], "cán bộ  ví dụ") == []
        assert len(await cases.cases_for(session, ["phuong-vi-du"], "Trưởng Phòng Ví Dụ")) == 1
        assert await cases.cases_for(session, ["phuong-khac"], "Trưởng Phòng Ví Dụ") == []


async def test_a_case_names_neither_dossier_nor_answer(surveys, token, database):
    await surveys.answer(token, {"overall": 1}, "Hồ sơ Z99.01-261102-0001 trễ", phone="0912345678")
    [case] = await all_cases(database)
    async with database.reading() as session:
        answer = await session.scalar(select(SurveyAnswer))
        invitation = await session.scalar(select(SurveyInvitation))
    assert "Z99.01" not in case.words
    shared = {case.citizen_key} & {answer.answer_key, invitation.token_hash, invitation.dossier_hash}
    assert shared == set()


async def test_a_changed_answer_takes_the_case_back_unless_it_was_begun(surveys, token, database, clock):
    await surveys.answer(token, {"overall": 1})
    await surveys.answer(token, {"overall": 5})
    assert [case.status for case in await all_cases(database)] == [CaseStatus.WITHDRAWN]
    await surveys.answer(token, {"overall": 1})
    async with database.writing() as session:
        [case] = (await session.scalars(select(OpinionCase))).all()
        cases.note_call(case, clock())
    await surveys.answer(token, {"overall": 5})
    assert [case.status for case in await all_cases(database)] == [CaseStatus.CALLED]


async def test_the_citizen_who_asked_for_a_call_reads_what_was_done_and_says_whether_it_helped(
    surveys, token, database, clock
):
    await surveys.answer(token, {"overall": 1}, phone="0912 345 678")
    view = await surveys.open(token)
    assert (view.case.closed, view.case.told) == (False, None)
    assert not await surveys.say_whether_it_helped(token, helped=True)
    async with database.writing() as session:
        [case] = (await session.scalars(select(OpinionCase))).all()
        assert case.phone == "+84912345678"
        with pytest.raises(CaseError, match="người dân đọc"):
            cases.close(case, Outcome.MENDED, "Xong", by="ai.do", now=clock())
        cases.close(case, Outcome.MENDED, "Đã tìm thấy giấy và xin lỗi ông/bà.", by="ai.do", now=clock())
        with pytest.raises(CaseError, match="khép lại"):
            cases.note_call(case, clock())
    assert (await surveys.open(token)).case.told == "Đã tìm thấy giấy và xin lỗi ông/bà."
    clock.pass_(days=40)  # the link itself has run out
    assert await surveys.say_whether_it_helped(token, helped=False)
    assert (await all_cases(database))[0].helped is False
    async with database.writing() as session:
        [case] = (await session.scalars(select(OpinionCase))).all()
        cases.reopen(case)
        assert case.status == CaseStatus.OPEN


async def test_a_link_shown_at_the_counter_does_not_tell_of_a_case(surveys, token):
    await surveys.answer(token, {"overall": 1})
    assert (await surveys.open(token)).case is None


async def test_many_links_from_one_device_are_flagged_and_the_traces_forgotten(
    surveys, database, run_invitations, clock
):
    codes = [f"Z99.01-261102-{number:04d}" for number in range(1, 6)]
    tokens = [await invite(database, run_invitations, clock, code) for code in codes]
    clock.pass_(days=1)
    for number, token in enumerate(tokens):
        clock.pass_(minutes=45)
        await surveys.answer(token, {"overall": 5}, device="own" if number == 4 else "the clerk's")
    assert await flagging.mark_and_forget(database, clock()) == 4
    async with database.reading() as session:
        flags = sorted(await session.scalars(select(SurveyAnswer.flags)))
        bodies = (await session.scalars(select(SurveyTrace.body))).all()
    assert flags == ["", "device", "device", "device", "device"]
    assert "clerk" not in str(bodies)
    clock.pass_(days=9)
    await flagging.mark_and_forget(database, clock())
    async with database.reading() as session:
        assert (await session.scalars(select(SurveyTrace.id))).all() == []
        assert sorted(await session.scalars(select(SurveyAnswer.flags))) == flags


async def test_an_answer_at_the_counter_and_one_in_a_rush_are_flagged(surveys, token, database, clock):
    clock.now = CLOSED + timedelta(minutes=2)
    await surveys.answer(token, {"overall": 5})
    clock.pass_(seconds=3)
    factors = ("access", "procedures", "staff", "results", "reflections")
    await surveys.answer(token, dict.fromkeys(factors, 5))
    await flagging.mark_and_forget(database, clock())
    async with database.reading() as session:
        assert await session.scalar(select(SurveyAnswer.flags)) == "rushed straight"


async def test_after_a_year_only_numbers_are_left_and_the_index_is_the_same(surveys, token, database, clock):
    for level in (2, 5):
        await surveys.answer(token, {"overall": level}, "Làm mất giấy", phone="0912345678")
    period = (CLOSED.date().replace(day=1), CLOSED.date())

    async def index():
        async with database.reading() as session:
            report = await index_report(session, Targets(()), *period, now=clock())
        return report.model_dump(exclude={"rows": {"__all__": {"held"}}})

    clock.pass_(days=40)
    before = await index()
    assert before["total"]["invited"] == 1
    clock.pass_(days=400)
    assert await retention.forget(database, clock()) == ["2026-11"]
    assert await index() == before
    async with database.reading() as session:
        assert (await session.scalars(select(SurveyAnswer))).all() == []
        assert (await session.scalars(select(SurveyInvitation))).all() == []
        assert {tally.axis for tally in await session.scalars(select(SurveyTally))} >= {"unit", "procedure"}
