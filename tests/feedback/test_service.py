"""Answering a survey: once a dossier, changeable for three days, and nobody can tell who it was."""

import pytest
from sqlalchemy import select, text

from core.crypto import keyed_hash
from core.database import Base
from feedback.models import SurveyAnswer, SurveyInvitation
from feedback.service import OutcomeKind, Surveys, screen_comment, token_for
from feedback.token import LENGTH
from tests.feedback.conftest import close


@pytest.fixture
async def surveys(database, clock):
    return Surveys(database, clock=clock)


@pytest.fixture
async def token(database, run_invitations, clock):
    """The token of a citizen who was invited."""
    await close(database)
    await run_invitations()
    return await token_of_the_only_one(database, clock)


async def token_of_the_only_one(database, clock):
    async with database.reading() as session:
        [identifier] = (await session.scalars(select(SurveyInvitation.id))).all()
        return await token_for(session, identifier, clock())


async def answers(database):
    async with database.reading() as session:
        return (await session.scalars(select(SurveyAnswer))).all()


async def test_one_tap_is_kept(surveys, token, database):
    view = await surveys.open(token)
    assert (view.instrument.id, view.answered, view.may_answer) == ("after-pickup", False, True)
    outcome = await surveys.answer(token, {"overall": 4}, None)
    assert (outcome.kind, outcome.is_kept) == (OutcomeKind.SAVED, True)
    [answer] = await answers(database)
    assert (answer.headline, answer.answers, answer.comment) == (4, {"overall": 4}, None)
    assert (answer.unit, answer.field, answer.channel, answer.month) == (
        "phuong-vi-du",
        "Hộ tịch",
        "counter",
        "2026-11",
    )
    view = await surveys.open(token)
    assert (view.answered, view.may_answer) == (True, True)


async def test_a_second_answer_within_72_hours_replaces_the_first(surveys, token, database, clock):
    await surveys.answer(token, {"overall": 2, "staff": 1}, "Chờ lâu")
    clock.pass_(hours=72)
    assert (await surveys.answer(token, {"overall": 5}, None)).kind is OutcomeKind.CHANGED
    [answer] = await answers(database)
    assert (answer.headline, answer.answers, answer.comment) == (5, {"overall": 5}, None)


async def test_after_72_hours_the_answer_stands_and_changing_does_not_prolong_it(
    surveys, token, database, clock
):
    await surveys.answer(token, {"overall": 2}, None)
    clock.pass_(hours=71)
    await surveys.answer(token, {"overall": 3}, None)
    clock.pass_(hours=1, seconds=1)
    assert (await surveys.answer(token, {"overall": 5}, None)).kind is OutcomeKind.TOO_LATE
    [answer] = await answers(database)
    assert answer.headline == 3
    view = await surveys.open(token)
    assert (view.answered, view.may_answer) == (True, False)


async def test_a_forwarded_link_shows_no_answer_and_adds_none(surveys, token, database):
    await surveys.answer(token, {"overall": 1}, "Cán bộ nói khó nghe")
    view = await surveys.open(token)  # whoever got the link now
    assert "khó nghe" not in repr(view)
    assert not hasattr(view, "answers")
    await surveys.answer(token, {"overall": 5}, None)
    assert len(await answers(database)) == 1


@pytest.mark.parametrize("guess", ["", "a" * LENGTH, "a" * 23, "A" * 500, "../../x", "ế" * LENGTH])
async def test_a_guessed_link_opens_nothing(surveys, token, database, guess):
    assert await surveys.open(guess) is None
    assert (await surveys.answer(guess, {"overall": 5}, None)).kind is OutcomeKind.UNKNOWN
    assert await answers(database) == []


async def test_a_link_differs_from_another_by_more_than_its_number(surveys, token, database):
    wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
    assert await surveys.open(wrong) is None


async def test_an_expired_link_opens_nothing(surveys, token, database, clock):
    clock.pass_(days=34)
    assert await surveys.open(token) is None
    assert (await surveys.answer(token, {"overall": 5}, None)).kind is OutcomeKind.UNKNOWN


async def test_wrong_answers_are_named_and_not_kept(surveys, token, database):
    outcome = await surveys.answer(token, {"overall": 9}, None)
    assert outcome.kind is OutcomeKind.INVALID
    assert outcome.problem.startswith("overall: ")
    assert await answers(database) == []


async def test_refusing_further_surveys_closes_the_link(surveys, token):
    assert await surveys.opt_out(token)
    assert await surveys.open(token) is None
    assert not await surveys.opt_out(token)


def test_a_comment_loses_what_would_tell_who_wrote_it():
    found = screen_comment(
        "Gọi 0900 000 001, căn cước 001099000001, thư vd@vi-du.example, hồ sơ H99.01-261102-0001 chậm.",
        500,
    )
    for personal in ("0900", "001099", "vi-du.example", "261102"):
        assert personal not in found
    assert found.endswith("chậm.")
    assert screen_comment("   ", 500) is None
    assert len(screen_comment("dài " * 1000, 500)) <= 500


def test_no_column_of_an_answer_leads_to_a_dossier_or_an_invitation():
    answer, invitation = Base.metadata.tables["survey_answer"], Base.metadata.tables["survey_invitation"]
    assert not answer.foreign_keys
    assert not any(
        key.column.table is answer for table in Base.metadata.tables.values() for key in table.foreign_keys
    )
    shared = {column.name for column in answer.columns} & {column.name for column in invitation.columns}
    # What both have is coarse: it says where, not who.
    assert shared == {
        "id",
        "unit",
        "field",
        "procedure_code",
        "channel",
        "officer_group",
        "instrument",
        "instrument_version",
        "sample",
    }
    assert not {"created_at", "answered_at", "updated_at", "dossier_code"} & set(answer.columns.keys())
    assert not {"answered", "answered_at", "opened_at"} & set(invitation.columns.keys())


async def test_no_stored_value_is_shared_between_an_answer_and_its_invitation(surveys, token, database):
    await surveys.answer(token, {"overall": 1}, "Không vui")
    coarse = {"unit", "field", "procedure_code", "channel", "instrument", "instrument_version", "sample"}
    async with database.reading() as session:
        [answer] = (await session.execute(text("SELECT * FROM survey_answer"))).mappings().all()
        [invitation] = (await session.execute(text("SELECT * FROM survey_invitation"))).mappings().all()
        events = (await session.execute(text("SELECT type FROM event"))).scalars().all()
    mine = {value for name, value in answer.items() if name not in coarse and value is not None}
    theirs = {value for name, value in invitation.items() if name not in coarse and value is not None}
    assert mine & theirs == {invitation["closed_month"]}
    assert "Không vui" not in str(mine)
    assert token not in str(mine | theirs)
    assert not [kind for kind in events if "answer" in kind]
    # Nor does a hash of anything the invitation holds give the slot of the answer.
    purposes = ("survey-answer-key", "survey-token", "survey-token-hash", "survey-dossier")
    derived = {keyed_hash(str(value), purpose) for value in theirs for purpose in purposes}
    assert answer["answer_key"] not in derived


async def test_the_rows_of_answers_are_not_kept_in_the_order_they_came(database):
    async with database.reading() as session:
        made = await session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'survey_answer'"))
    assert "WITHOUT ROWID" in made


async def test_after_the_link_ran_out_not_even_the_keys_lead_to_the_answer(surveys, token, database, clock):
    await surveys.answer(token, {"overall": 1}, None)
    assert await surveys.end_expired() == 0
    clock.pass_(days=34)
    assert await surveys.end_expired() == 1
    async with database.reading() as session:
        [invitation] = (await session.scalars(select(SurveyInvitation))).all()
    assert (invitation.token_seed, invitation.token_hash, invitation.contact_hash) == (None, None, None)
    assert invitation.state == "ended"
    assert len(await answers(database)) == 1
    assert await surveys.end_expired() == 0


async def test_citizens_are_asked_in_the_words_of_their_invitation(surveys, token, database, instruments):
    view = await surveys.open(token)
    assert view.instrument == instruments["after-pickup"]
    assert view.instrument.digest == instruments["after-pickup"].digest
