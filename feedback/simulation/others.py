"""The other questionnaires of a simulated year: complaints, talks, waiting, the long one, the units' own.

Each has its own share of the same dossiers, is answered by the same people, and is marked as a sample.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.crypto import keyed_hash
from core.database import insert_new
from feedback.instruments import (
    CHAT_SURVEY,
    COMPLAINT_SURVEY,
    LONG_SURVEY,
    UNITS_RATING,
    WAITING_SURVEY,
    ChoiceQuestion,
    Instrument,
    Instruments,
    LevelQuestion,
    NumberQuestion,
    PointsQuestion,
    Question,
)
from feedback.models import Mode, SurveyAnswer
from feedback.simulation.people import Ask
from feedback.simulation.plant import invitation_of
from feedback.span import half_of
from feedback.wording import freeze


@dataclass(frozen=True)
class Kind:
    """``share`` of the year's dossiers; ``milder``: how much likelier content people are than with the
    dossier itself. ``drawn``: somebody is invited by chance; else it is told at the counter or in the office.
    """

    share: float
    milder: float = 0.0
    drawn: bool = True
    mode: Mode = Mode.LINK
    answered: float = 0.4


KINDS: dict[str, Kind] = {
    COMPLAINT_SURVEY: Kind(0.03, milder=-0.08),
    CHAT_SURVEY: Kind(0.10, milder=-0.05),
    LONG_SURVEY: Kind(0.05),
    WAITING_SURVEY: Kind(0.08, drawn=False, mode=Mode.KIOSK, answered=1.0),
    UNITS_RATING: Kind(0.04, milder=0.03, drawn=False, mode=Mode.PAPER, answered=1.0),
}
_TYPICAL_MINUTES, _SPREAD = 2.3, 0.6
"""Of the logarithm of minutes waited: ten at the median, one in four above fifteen."""


async def plant_others(
    session: AsyncSession, instruments: Instruments, asks: Sequence[Ask], *, now: datetime, seed: int
) -> dict[str, int]:
    """How many answers each questionnaire got. After ``plant_year``, whose dossiers they are about."""
    chance = random.Random(f"{seed} others")
    counts = {}
    for name, kind in KINDS.items():
        instrument = instruments[name]
        await freeze(session, instrument, now)
        chosen = [ask for ask in asks if ask.sent_at <= now and chance.random() < kind.share]
        answering = [ask for ask in chosen if chance.random() < kind.answered]
        if kind.drawn:
            await insert_new(
                session, [invitation_of(ask, instrument, _name(ask, instrument)) for ask in chosen]
            )
        await insert_new(session, [_answer(ask, instrument, kind, chance) for ask in answering])
        counts[name] = len(answering)
    return counts


def _name(ask: Ask, instrument: Instrument) -> str:
    return f"simulated {instrument.id} {ask.key}"


def _answer(ask: Ask, instrument: Instrument, kind: Kind, chance: random.Random) -> SurveyAnswer:
    content = (
        chance.random() < 1 + kind.milder if ask.truly else chance.random() < 0.3 + max(0.0, kind.milder)
    )
    given = {
        question.id: _reply(question, chance, content=content, first=question.id == instrument.headline)
        for question in instrument.questions
        if question.required or question.id == instrument.headline or chance.random() < 0.6
    }
    given = instrument.check(given)
    points = [value for value in given.values() if isinstance(value, int)]
    headline = sum(points) if instrument.id == UNITS_RATING else given.get(instrument.headline or "")
    day = local_day(ask.closed_at)
    return SurveyAnswer(
        answer_key=keyed_hash(_name(ask, instrument), "survey-sample-answer"),
        month=f"{day:%Y-%m}",
        half=half_of(day),
        unit=ask.unit,
        field=ask.field,
        channel=ask.channel,
        instrument=instrument.id,
        instrument_version=instrument.version,
        mode=kind.mode,
        drawn=kind.drawn,
        headline=headline if isinstance(headline, int) else None,
        factors=instrument.factors_of(given),
        answers=given,
        change_until=ask.sent_at.isoformat(),
        sample=True,
    )


def _reply(question: Question, chance: random.Random, *, content: bool, first: bool) -> int | str:
    match question:
        case LevelQuestion():
            # One thing or another may have pleased, or not, whoever is content on the whole.
            pleased = content if first else chance.random() < (0.92 if content else 0.35)
            return (
                chance.choices((4, 5), (0.55, 0.45))[0]
                if pleased
                else chance.choices((3, 2, 1), (6, 3, 1))[0]
            )
        case ChoiceQuestion():
            return question.options[0 if content else -1].value
        case NumberQuestion():
            minutes = round(chance.lognormvariate(_TYPICAL_MINUTES, _SPREAD) * (1.0 if content else 1.6))
            return min(question.most, max(question.least, minutes))
        case PointsQuestion():
            return chance.choices((2, 1, 0), (80, 17, 3) if content else (55, 33, 12))[0]
