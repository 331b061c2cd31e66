"""Ballots and walk-ins: once a dossier, typed in by somebody else, and never mixed with the random sample."""

from datetime import date

import pytest
from sqlalchemy import func, select

from core.calendar import LOCAL
from feedback.areas import Areas
from feedback.instruments import AnswerError
from feedback.links import token_for
from feedback.models import Mode, SurveyAnswer, SurveyInvitation
from feedback.overview import overview
from feedback.periods import PeriodError, offered, period
from feedback.service import Surveys
from feedback.targets import Targets
from feedback.walk_in import BallotRefused, Given, record_ballot, record_walk_in
from tests.feedback.conftest import close

CODE = "Z99.01-261102-0001"


@pytest.fixture
def ballot(database, instruments, clock):
    async def enter(level, code=CODE, by="Người Khác", mode=Mode.PAPER):
        given = Given(instruments["after-pickup"], {"overall": level} if level else {})
        async with database.writing() as session:
            return await record_ballot(
                session, given, dossier_code=code, mode=mode, entered_by=by, now=clock()
            )

    return enter


async def stored(database):
    async with database.reading() as session:
        rows = (await session.scalars(select(SurveyAnswer))).all()
    return sorted((row.mode, row.drawn, row.headline) for row in rows)


async def test_who_handled_the_dossier_cannot_type_its_ballot_in(database, ballot):
    await close(database)
    assert await ballot(5, by="cán bộ ví dụ") is BallotRefused.OWN_WORK
    assert await ballot(5, code="Z99.01-261102-0099") is BallotRefused.NO_DOSSIER
    assert await stored(database) == []
    with pytest.raises(AnswerError):
        await ballot(None)


async def test_a_ballot_of_a_dossier_that_was_not_drawn_stands_apart_and_counts_once(database, ballot):
    await close(database)
    assert await ballot(4) is None
    assert await ballot(1, mode=Mode.INTERVIEW) is None
    assert await stored(database) == [("paper", False, 4)]


async def test_a_ballot_of_a_drawn_dossier_fills_its_slot_and_never_another_time(
    database, ballot, run_invitations, clock
):
    await close(database)
    await run_invitations()
    async with database.reading() as session:
        invited = await session.scalar(select(SurveyInvitation))
        token = await token_for(session, invited.id, clock())
    assert await ballot(2) is None
    assert await stored(database) == [("paper", True, 2)]
    surveys = Surveys(database, clock=clock)
    await surveys.answer(token, {"overall": 5})  # the citizen's own link still holds for three days
    assert await ballot(1) is None
    assert await stored(database) == [("link", True, 5)]
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(SurveyInvitation)) == 1


async def test_people_who_come_by_themselves_are_shown_beside_the_index(database, instruments, clock):
    given = Given(instruments["after-pickup"], {"overall": "5"}, "Tên tôi, số 0912345678")
    for _ in range(7):
        async with database.writing() as session:
            await record_walk_in(
                session, given, unit="phuong-vi-du", mode=Mode.KIOSK, device="one", now=clock()
            )
    month = period(f"{clock().astimezone(LOCAL):%Y-%m}")
    async with database.reading() as session:
        seen = await overview(session, month, targets=Targets(()), areas=Areas({}), now=clock())
        assert "0912345678" not in str((await session.scalars(select(SurveyAnswer.comment))).all())
    assert seen.report.total.n is None
    assert [(one.mode, one.n, one.satisfied) for one in seen.walk_in] == [(Mode.KIOSK, 7, 7)]


@pytest.mark.parametrize("name", ["2026-13", "26", "2026-Q5", "quý 3", "1999"])
def test_a_period_that_cannot_be_read_is_told_how_to_write(name):
    with pytest.raises(PeriodError):
        period(name)


def test_periods_that_offices_file():
    days = {
        name: (
            period(name, administrative=True).span.first_day,
            period(name, administrative=True).span.last_day,
        )
        for name in ("2026", "2026-Q1", "2026-Q4", "2026-6T", "2026-9T", "2026-11")
    }
    told = {name: f"{first:%d/%m/%y}-{last:%d/%m/%y}" for name, (first, last) in days.items()}
    assert told == {
        "2026": "15/12/25-14/12/26",
        "2026-Q1": "15/12/25-14/03/26",
        "2026-Q4": "15/09/26-14/12/26",
        "2026-6T": "15/12/25-14/06/26",
        "2026-9T": "15/12/25-14/09/26",
        "2026-11": "15/10/26-14/11/26",
    }


@pytest.mark.parametrize(
    ("today", "names"),
    [
        (date(2026, 1, 3), ["2025"]),
        (date(2026, 1, 15), ["2026", "2026-Q1", "2026-01", "2025"]),
        (date(2026, 7, 2), ["2026", "2026-Q1", "2026-Q2", "2026-6T", "2025"]),
        (
            date(2026, 11, 26),
            ["2026", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4", "2026-6T", "2026-9T", "2026-11", "2025"],
        ),
    ],
)
def test_no_period_is_offered_before_something_of_it_is_over(today, names):
    assert [one.name for one in offered(today)] == names


def test_a_period_that_still_runs_says_so():
    titles = {one.name: one.title for one in offered(date(2026, 11, 26))}
    assert titles["2026-Q4"] == "Quý IV năm 2026 (đến nay)"
    assert titles["2026-Q3"] == "Quý III năm 2026"
    filed = {one.name: one.title for one in offered(date(2026, 12, 20), administrative=True)}
    assert filed["2026"] == "Năm 2026"
