"""Between the survey page and the feedback room: the page's shapes on one side, the room's on the other."""

from __future__ import annotations

from core.calendar import local_day
from feedback.instruments import (
    CHAT_SURVEY,
    COMPLAINT_SURVEY,
    LEVEL_WORDS,
    ChoiceQuestion,
    LevelQuestion,
    NumberQuestion,
    PointsQuestion,
    Question,
    Wording,
)
from feedback.service import Surveys
from feedback.service import SurveyView as Found
from gateway.public.survey import (
    AskedBack,
    SurveyOption,
    SurveyOutcome,
    SurveyQuestion,
    SurveyState,
    SurveyView,
    Words,
)

_OPENINGS = {COMPLAINT_SURVEY: "answered_complaint", CHAT_SURVEY: "after_chat"}
"""What the page says of the occasion: that a result was handed over, unless it is another one."""


class FeedbackDesk:
    """A ``SurveyDesk`` over the feedback room. It shows no earlier answers: see ``feedback.service``."""

    def __init__(self, surveys: Surveys) -> None:
        self._surveys = surveys

    async def open(self, token: str) -> SurveyView | None:
        found = await self._surveys.open(token)
        return _view(found) if found else None

    async def answer(
        self, token: str, answers: dict[str, str], comment: str | None, *, device: str, phone: str | None
    ) -> SurveyOutcome:
        outcome = await self._surveys.answer(token, answers, comment, device=device, phone=phone)
        return SurveyOutcome(outcome.kind.value)

    async def helped(self, token: str, helped: bool) -> bool:
        return await self._surveys.say_whether_it_helped(token, helped=helped)

    async def decline(self, token: str) -> bool:
        return await self._surveys.opt_out(token)


def _view(found: Found) -> SurveyView:
    instrument = found.instrument
    headline = next(
        (question for question in instrument.questions if question.id == instrument.headline),
        instrument.questions[0],
    )
    return SurveyView(
        state=SurveyState(found.state.value),
        intro=said(instrument.intro),
        closing=said(instrument.closing),
        headline=drawn_question(headline),
        others=tuple(
            drawn_question(question) for question in instrument.questions if question is not headline
        ),
        comment=said(instrument.comment.text) if instrument.comment else None,
        comment_limit=instrument.comment.limit if instrument.comment else 0,
        unit_name=found.unit,
        handed_over=local_day(found.closed_at),
        opening=_OPENINGS.get(instrument.id, "handed_over"),
        changeable_until=found.change_until,
        asked_back=AskedBack(found.case.told, found.case.helped) if found.case else None,
    )


def drawn_question(question: Question) -> SurveyQuestion:
    text = said(question.text)
    match question:
        case LevelQuestion():
            options = [SurveyOption(str(level), said(word)) for level, word in LEVEL_WORDS.items()]
        case PointsQuestion():
            options = [SurveyOption(str(points), said(word)) for points, word in enumerate(question.options)]
        case ChoiceQuestion():
            options = [SurveyOption(option.value, said(option.text)) for option in question.options]
        case NumberQuestion():
            return SurveyQuestion(question.id, text, least=question.least, most=question.most)
    return SurveyQuestion(question.id, text, tuple(options))


def said(wording: Wording) -> Words:
    return Words(vi=wording.vi, en=wording.en)
