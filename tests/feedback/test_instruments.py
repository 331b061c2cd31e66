"""Questionnaires: what citizens are asked, and which answers are taken."""

from pathlib import Path

import pytest

from core.yaml_shape import ContentShapeError
from feedback.instruments import (
    LEVEL_WORDS,
    AnswerError,
    Factor,
    Respondent,
    load_instruments,
    parse_instruments,
)
from feedback.targets import Measure

FOLDER = Path(__file__).parents[2] / "content/surveys"


@pytest.fixture(scope="module")
def instruments():
    return load_instruments(FOLDER)


def test_every_questionnaire_on_file_can_be_used(instruments):
    assert {found.id for found in instruments} == {
        "after-pickup",
        "sipas-long",
        "complaint-answered",
        "after-chat",
        "waiting-time",
        "nine-indicators",
    }


def test_the_short_one_takes_one_tap_and_the_rest_is_free(instruments):
    short = instruments["after-pickup"]
    assert [q.id for q in short.questions if q.required] == ["overall"]
    assert [q.factor for q in short.questions] == list(Factor)
    assert short.measure is Measure.PROCEDURES_SATISFACTION
    assert short.check({"overall": 4}) == {"overall": 4}
    assert short.check({"overall": "4", "staff": "", "access": None}) == {"overall": 4}


@pytest.mark.parametrize("wrong", [0, 6, "6", "four", 4.0, True, "４", [4]])
def test_only_the_five_words_are_answers(instruments, wrong):
    with pytest.raises(AnswerError, match=r"^overall: "):
        instruments["after-pickup"].check({"overall": wrong})


def test_a_missing_or_unknown_question_is_named(instruments):
    with pytest.raises(AnswerError, match=r"^overall: must be answered"):
        instruments["after-pickup"].check({"staff": 5})
    with pytest.raises(AnswerError, match=r"^colour: there is no such question"):
        instruments["after-pickup"].check({"overall": 5, "colour": 1})


def test_the_words_are_the_five_of_sipas():
    assert [LEVEL_WORDS[level].vi for level in range(1, 6)] == [
        "Rất không hài lòng",
        "Không hài lòng",
        "Bình thường",
        "Hài lòng",
        "Rất hài lòng",
    ]


def test_the_long_one_covers_five_factors_with_the_known_numbers_of_items(instruments):
    factors = [getattr(q, "factor", None) for q in instruments["sipas-long"].questions]
    assert factors.count(Factor.ACCESS) == 3
    assert factors.count(Factor.PROCEDURES) == 4
    assert set(Factor) <= set(factors)


def test_waiting_is_asked_in_whole_minutes(instruments):
    waiting = instruments["waiting-time"]
    assert waiting.check({"minutes": "25"}) == {"minutes": 25}
    for wrong in (-1, 481, "20 phút", 12.5):
        with pytest.raises(AnswerError, match=r"^minutes: "):
            waiting.check({"minutes": wrong})


def test_the_nine_indicators_are_rated_by_the_unit_and_feed_no_satisfaction(instruments):
    nine = instruments["nine-indicators"]
    assert (len(nine.questions), nine.respondent, nine.measure) == (9, Respondent.UNIT, None)


def test_changed_words_are_seen_and_a_questionnaire_read_twice_is_the_same(instruments):
    text = (FOLDER / "after-pickup.yaml").read_text(encoding="utf-8")
    again = parse_instruments({"surveys/a.yaml": "# a remark changes nothing\n" + text})["after-pickup"]
    other = parse_instruments({"surveys/a.yaml": text.replace("Nhìn chung, ", "")})["after-pickup"]
    assert again.digest == instruments["after-pickup"].digest != other.digest


@pytest.mark.parametrize(
    ("wrong", "right", "names"),
    [
        ("kind: level", "kind: stars", "mục 'questions.0'"),
        ("headline: overall", "headline: everything", "không có câu 'everything'"),
        ("id: access\n", "id: overall\n", "câu 'overall' hỏi hai lần"),
        ("limit: 1000", "limit: 5", "mục 'comment.limit'"),
    ],
)
def test_an_error_names_the_file_and_the_key(wrong, right, names):
    text = (FOLDER / "after-pickup.yaml").read_text(encoding="utf-8")
    with pytest.raises(ContentShapeError) as caught:
        parse_instruments({"surveys/a.yaml": text.replace(wrong, right)})
    assert str(caught.value).startswith("surveys/a.yaml")
    assert names in str(caught.value)
