"""The survey page gets every question of a questionnaire in both languages, and no earlier answer."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from feedback import answering, service
from feedback.instruments import load_instruments
from gateway.public.survey import SurveyOutcome, SurveyState
from gateway.public.survey_desk import FeedbackDesk

INSTRUMENTS = load_instruments(Path(__file__).parents[2] / "content/surveys")


class OneSurvey:
    """Stands in for the feedback room, with one live link."""

    def __init__(self, instrument):
        self.instrument = instrument
        self.got = None

    async def open(self, token):
        if token != "good":
            return None
        late = datetime(2026, 11, 20, 17, 30, tzinfo=UTC)  # already the 21st in Vietnam
        return service.SurveyView(answering.SurveyState.OPEN, self.instrument, "Phường Ví Dụ", late)

    async def say_whether_it_helped(self, token, *, helped):
        return helped

    async def answer(self, token, answers, comment, *, device, phone):
        self.got = (answers, comment)
        return answering.SurveyOutcome(answering.OutcomeKind.RECORDED)

    async def opt_out(self, token):
        return token == "good"


async def test_the_short_questionnaire_as_a_page():
    room = OneSurvey(INSTRUMENTS["after-pickup"])
    desk = FeedbackDesk(room)
    view = await desk.open("good")
    assert (view.state, view.unit_name, view.handed_over) == (
        SurveyState.OPEN,
        "Phường Ví Dụ",
        date(2026, 11, 21),
    )
    first = view.headline.options[0]
    assert (first.value, first.text.vi) == ("1", "Rất không hài lòng")
    assert [question.id for question in view.others] == [
        "access",
        "procedures",
        "staff",
        "results",
        "reflections",
    ]
    assert (view.comment.say("en").startswith("Anything else?"), view.comment_limit) == (True, 1000)
    assert dict(view.given) == {}
    assert await desk.open("bad") is None
    assert await desk.answer("good", {"overall": "5"}, None, device="d", phone=None) is SurveyOutcome.RECORDED
    assert room.got == ({"overall": "5"}, None)
    assert await desk.decline("good")
    assert not await desk.decline("bad")


@pytest.mark.parametrize("instrument", list(INSTRUMENTS), ids=lambda found: found.id)
async def test_every_questionnaire_can_be_drawn(instrument):
    view = await FeedbackDesk(OneSurvey(instrument)).open("good")
    drawn = [view.headline, *view.others]
    assert len(drawn) == len(instrument.questions)
    for question in drawn:
        assert question.text.vi
        assert question.text.en
        assert question.options or question.most > question.least


def test_page_and_room_name_states_and_outcomes_alike():
    assert {state.value for state in answering.SurveyState} == {state.value for state in SurveyState}
    assert {kind.value for kind in answering.OutcomeKind} == {outcome.value for outcome in SurveyOutcome}
