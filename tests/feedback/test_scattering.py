"""On PostgreSQL neither the place of a row nor its transaction tells when somebody answered."""

import asyncio

import pytest
from sqlalchemy import select, text

from feedback import repository
from feedback.links import token_for
from feedback.models import SurveyAnswer, SurveyInvitation
from feedback.scattering import scatter
from feedback.service import Surveys
from feedback.span import Slice
from tests.feedback.conftest import close


async def invite_some(database, run_invitations, clock, number):
    """Tokens of citizens whose links are open."""
    for one in range(number):
        await close(
            database, f"Z99.01-261102-{one:04d}", applicant={"name": "Ví Dụ", "phone": f"09000000{one:02d}"}
        )
    await run_invitations()
    clock.pass_(days=3)
    async with database.reading() as session:
        found = list(await session.scalars(select(SurveyInvitation.id)))
        return [await token_for(session, one, clock()) for one in found]


async def answers_of(database):
    async with database.reading() as session:
        rows = await session.scalars(select(SurveyAnswer).order_by(SurveyAnswer.id))
        return {row.id: (row.answer_key, row.headline, row.answers, row.comment) for row in rows}


async def test_rows_no_longer_stand_in_the_order_in_which_people_answered(
    database, run_invitations, plan, clock
):
    surveys = Surveys(database, clock=clock)
    tokens = await invite_some(database, run_invitations, clock, 12)
    for number, token in enumerate(tokens):
        await surveys.answer(token, {"overall": 1 + number % 5}, "Ví dụ")
    before = await answers_of(database)
    assert len(before) == len(tokens) > 5
    assert await scatter(database, clock(), plan) == (0 if database.is_sqlite else 2)
    assert await answers_of(database) == before
    if database.is_sqlite:
        return  # there they stand by their identifiers from the first
    async with database.reading() as session:
        rows = list(await session.execute(text("SELECT id, xmin::text FROM survey_answer ORDER BY ctid")))
    assert [row[0] for row in rows] == sorted(before)
    assert len({row[1] for row in rows}) == 1


async def test_whoever_changes_an_answer_while_the_rows_are_written_anew_changes_it(
    database, run_invitations, clock
):
    if database.is_sqlite:
        pytest.skip("SQLite keeps these rows by their identifiers: nothing is written anew")
    surveys = Surveys(database, clock=clock)
    [token] = await invite_some(database, run_invitations, clock, 1)
    await surveys.answer(token, {"overall": 1})
    clock.pass_(hours=1)
    async with database.writing() as session:
        await repository.rewrite_answers(session, Slice("2026-11", 2))
        changing = asyncio.create_task(surveys.answer(token, {"overall": 5}))
        await asyncio.sleep(0.3)
        assert not changing.done()
    assert (await changing).kind == "recorded"
    [(_, headline, *_)] = (await answers_of(database)).values()
    assert headline == 5
