"""Answering a survey: once a dossier, changeable for three days, and nobody can tell who it was."""

import asyncio
from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from core.crypto import keyed_hash
from core.database import Base
from core.event_reading import read_events
from feedback.answering import OutcomeKind, SurveyState
from feedback.links import token_for
from feedback.models import SurveyAnswer, SurveyInvitation, SurveyTrace
from feedback.screening import screen_comment
from feedback.service import OPTED_OUT, Surveys
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
    assert (view.instrument.id, view.state, view.change_until) == ("after-pickup", SurveyState.OPEN, None)
    assert (await surveys.answer(token, {"overall": 4})).kind is OutcomeKind.RECORDED
    [answer] = await answers(database)
    assert (answer.headline, answer.answers, answer.comment) == (4, {"overall": 4}, None)
    assert (answer.unit, answer.field, answer.channel, answer.month) == (
        "phuong-vi-du",
        "Hộ tịch",
        "counter",
        "2026-11",
    )
    assert (await surveys.open(token)).state is SurveyState.ANSWERED


async def test_looking_at_the_page_records_nothing(surveys, token, database):
    await surveys.open(token)
    assert await answers(database) == []


async def test_what_is_told_after_the_tap_is_added_to_it(surveys, token, database):
    await surveys.answer(token, {"overall": "2"})
    await surveys.answer(token, {"staff": "1"}, "Chờ lâu")
    await surveys.answer(token, {"access": "4", "staff": ""}, "")
    [answer] = await answers(database)
    assert (answer.headline, answer.answers) == (2, {"overall": 2, "access": 4, "staff": 1})
    assert answer.comment == "Chờ lâu"


async def test_within_72_hours_the_answer_can_be_changed(surveys, token, database, clock):
    given_at = clock()
    await surveys.answer(token, {"overall": 2, "staff": 1}, "Chờ lâu")
    clock.pass_(hours=72)
    view = await surveys.open(token)
    assert (view.state, view.change_until) == (SurveyState.ANSWERED, given_at + timedelta(hours=72))
    assert (await surveys.answer(token, {"overall": 5}, "Nay đã xong")).kind is OutcomeKind.RECORDED
    [answer] = await answers(database)
    assert (answer.headline, answer.answers["staff"], answer.comment) == (5, 1, "Nay đã xong")


async def test_after_72_hours_the_answer_stands_and_changing_does_not_prolong_it(
    surveys, token, database, clock
):
    await surveys.answer(token, {"overall": 2})
    clock.pass_(hours=71)
    await surveys.answer(token, {"overall": 3})
    clock.pass_(hours=1, seconds=1)
    assert (await surveys.answer(token, {"overall": 5})).kind is OutcomeKind.CLOSED
    [answer] = await answers(database)
    assert answer.headline == 3
    assert (await surveys.open(token)).state is SurveyState.CLOSED


async def test_a_forwarded_link_shows_no_answer_and_adds_none(surveys, token, database):
    await surveys.answer(token, {"overall": 1}, "Cán bộ nói khó nghe")
    view = await surveys.open(token)  # whoever holds the link now
    assert "khó nghe" not in repr(view)
    assert {field.name for field in fields(view)} == {
        "state",
        "instrument",
        "unit",
        "closed_at",
        "change_until",
        "case",
    }
    await surveys.answer(token, {"overall": 5})
    assert len(await answers(database)) == 1


async def test_the_same_tap_sent_twice_at_once_is_one_answer(surveys, token, database):
    await asyncio.gather(*(surveys.answer(token, {"overall": 4}) for _ in range(5)))
    assert len(await answers(database)) == 1


async def test_whoever_answers_together_with_others_is_told_about_the_own_answer(
    surveys, database, run_invitations, clock
):
    """Good, wrong, guessed, told twice and from another process, all at the same moment."""
    for number in range(1, 6):
        await close(database, f"Z99.01-261102-{number:04}")
    await run_invitations()
    async with database.reading() as session:
        found = await session.scalars(select(SurveyInvitation.id).order_by(SurveyInvitation.id))
        one, two, three, four, lost = [await token_for(session, each, clock()) for each in found]
    async with database.writing() as session:
        row = await session.scalar(select(SurveyInvitation).order_by(SurveyInvitation.id.desc()).limit(1))
        row.instrument_version = 99  # of which no wording is kept
    other_process = Surveys(database, clock=clock)
    told = await asyncio.gather(
        surveys.answer(one, {"overall": 4, "details": "1"}, "Làm nhanh"),
        surveys.answer(two, {"overall": 9}),
        surveys.answer("a" * LENGTH, {"overall": 1}),
        surveys.answer(lost, {"overall": 1}),
        surveys.answer(three, {"overall": 3}),
        surveys.answer(three, {"staff": 2}),
        surveys.answer(four, {"overall": 2}),
        other_process.answer(four, {"staff": 1}),
        other_process.answer(four, {"overall": 2}),
        return_exceptions=True,
    )
    assert isinstance(told.pop(3), LookupError)
    assert [outcome.kind for outcome in told[:3]] == ["recorded", "invalid", "unknown"]
    assert {outcome.kind for outcome in told[3:]} <= {OutcomeKind.RECORDED, OutcomeKind.INVALID}
    kept = {answer.headline: answer for answer in await answers(database)}
    assert sorted(kept) == [2, 3, 4]
    assert (kept[4].answers, kept[4].comment) == ({"overall": 4}, "Làm nhanh")
    assert kept[3].answers == {"overall": 3, "staff": 2}
    async with database.reading() as session:
        assert len((await session.scalars(select(SurveyTrace))).all()) == 3


@pytest.mark.parametrize("guess", ["", "a" * LENGTH, "a" * 23, "A" * 500, "../../x", "ế" * LENGTH])
async def test_a_guessed_link_opens_nothing(surveys, token, database, guess):
    assert await surveys.open(guess) is None
    assert (await surveys.answer(guess, {"overall": 5})).kind is OutcomeKind.UNKNOWN
    assert await answers(database) == []


async def test_a_link_differs_from_another_by_more_than_its_number(surveys, token, database):
    wrong = token[:-1] + ("a" if token[-1] != "a" else "b")
    assert await surveys.open(wrong) is None


async def test_an_expired_link_takes_no_answer_before_and_after_it_is_erased(surveys, token, database, clock):
    clock.pass_(days=34)
    for ended in (1, 0):
        assert (await surveys.open(token)).state is SurveyState.EXPIRED
        assert (await surveys.answer(token, {"overall": 5})).kind is OutcomeKind.EXPIRED
        assert await surveys.end_expired() == ended
    assert not await surveys.opt_out(token)
    assert await answers(database) == []


async def test_wrong_answers_are_named_and_not_kept(surveys, token, database):
    outcome = await surveys.answer(token, {"overall": 9})
    assert outcome.kind is OutcomeKind.INVALID
    assert outcome.problem.startswith("overall: ")
    assert await answers(database) == []


async def test_refusing_further_surveys_keeps_the_answer_and_stops_what_was_to_be_sent(
    surveys, token, database, clock
):
    await surveys.answer(token, {"overall": 2})
    assert await surveys.opt_out(token)
    assert await token_of_the_only_one(database, clock) is None
    assert (await surveys.open(token)).state is SurveyState.ANSWERED
    assert await surveys.opt_out(token)
    async with database.reading() as session:
        events = await read_events(session, after=0, types=[OPTED_OUT])
    assert [len(event.body["invitations"]) for event in events] == [1, 0]
    assert not await surveys.opt_out("a" * LENGTH)


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
    coarse |= {"half", "closed_half"}
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


async def test_the_rows_of_answers_are_not_kept_in_the_order_they_came(sqlite):
    async with sqlite.reading() as session:
        made = await session.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'survey_answer'"))
    assert "WITHOUT ROWID" in made


async def test_after_the_link_ran_out_not_even_the_keys_lead_to_the_answer(surveys, token, database, clock):
    await surveys.answer(token, {"overall": 1})
    assert await surveys.end_expired() == 0
    clock.pass_(days=34)
    assert await surveys.end_expired() == 1
    async with database.reading() as session:
        [invitation] = (await session.scalars(select(SurveyInvitation))).all()
    assert (invitation.token_seed, invitation.contact_hash) == (None, None)
    assert invitation.state == "ended"
    assert len(await answers(database)) == 1
    assert await surveys.end_expired() == 0


async def test_citizens_are_asked_in_the_words_of_their_invitation(surveys, token, database, instruments):
    view = await surveys.open(token)
    assert view.instrument == instruments["after-pickup"]
    assert view.instrument.digest == instruments["after-pickup"].digest
