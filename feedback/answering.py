"""Keeping answers: many taps at once, each by itself, with as few statements as one would need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import insert_new
from feedback import case_repository, repository
from feedback.case_models import OpinionCase
from feedback.cases import Watch, look_at
from feedback.flagging import device_hash, leave_traces
from feedback.flags import NO_ANSWER, Trace
from feedback.instruments import AnswerError, Instrument
from feedback.models import Mode, SurveyAnswer, SurveyInvitation
from feedback.screening import screen_comment
from feedback.span import Slice
from feedback.tally_repository import touch
from feedback.token import LENGTH, answer_key, citizen_key, token_hash
from feedback.wording import Wordings

ASKED_FOR_MONEY = "extra_money"
"""The question of the long questionnaire whether somebody hinted at paying more."""


class SurveyState(StrEnum):
    """``open``: no answer yet. ``answered``: may still be changed. ``closed``: answered for good."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    EXPIRED = "expired"


class OutcomeKind(StrEnum):
    RECORDED = "recorded"
    INVALID = "invalid"
    CLOSED = "closed"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SurveyOutcome:
    """How an attempt to answer ended. ``problem`` names the question, for ``INVALID`` alone."""

    kind: OutcomeKind
    problem: str | None = None


@dataclass(frozen=True)
class Tap:
    """One tap by a link. ``device``: anything that tells devices apart; only a keyed hash of it is kept, for
    a week. ``phone``: where the citizen wants to be called.
    """

    token: str
    answers: Mapping[str, Any]
    comment: str | None = None
    device: str = ""
    phone: str | None = None


@dataclass(frozen=True)
class Rules:
    """``change``: how long after the first tap an answer may be changed. ``watch``: by what low answers and
    words of warning open a case; without it none is opened.
    """

    wordings: Wordings
    change: timedelta
    watch: Watch | None = None


@dataclass
class _Known:
    """What stands in the database of those who answer, and what is added: by hash, key and citizen."""

    invitations: dict[str, SurveyInvitation]
    answers: dict[str, SurveyAnswer]
    cases: dict[str, OpinionCase]


async def take_answers(
    session: AsyncSession, taps: Sequence[Tap], rules: Rules, now: datetime
) -> list[SurveyOutcome]:
    """Keep what was answered, in its order; how each ended. One that cannot be kept leaves the others alone.

    Questions left out keep their answer, and so does the comment; what is no question of the questionnaire is
    passed over, for a form has buttons as well. Where another process fills the same slot meanwhile, the
    transaction fails with ``IntegrityError``: tried again, the tap changes that answer.
    """
    known = await _known(session, [one.token for one in taps if len(one.token) == LENGTH])
    before = set(known.answers)
    traces: list[Trace] = []
    outcomes = [await _take(session, one, known, rules, traces, now) for one in taps]
    await insert_new(session, [answer for key, answer in known.answers.items() if key not in before])
    await leave_traces(session, traces, now)
    written = [known.answers[trace.key] for trace in traces]
    await touch(session, {Slice(answer.month, answer.half) for answer in written})
    return outcomes


async def _known(session: AsyncSession, tokens: Sequence[str]) -> _Known:
    invitations = await repository.invitations_by_tokens(session, [token_hash(one) for one in tokens])
    theirs = [one for one in tokens if token_hash(one) in invitations]
    answers = await repository.answers_by_keys(session, [answer_key(one) for one in theirs])
    cases = await case_repository.by_citizens(session, [citizen_key(one) for one in theirs])
    return _Known(invitations, answers, cases)


async def _take(
    session: AsyncSession, one: Tap, known: _Known, rules: Rules, traces: list[Trace], now: datetime
) -> SurveyOutcome:
    invitation = known.invitations.get(token_hash(one.token))
    if invitation is None:
        return SurveyOutcome(OutcomeKind.UNKNOWN)
    key = answer_key(one.token)
    before = known.answers.get(key)
    state = state_of(invitation, before, now)
    if state in (SurveyState.CLOSED, SurveyState.EXPIRED):
        return SurveyOutcome(OutcomeKind(state.value))
    instrument = await rules.wordings.of(session, invitation)
    asked = {question.id for question in instrument.questions}
    try:
        given = instrument.check(
            {name: answer for name, answer in one.answers.items() if name in asked},
            before.answers if before else None,
        )
    except AnswerError as error:
        return SurveyOutcome(OutcomeKind.INVALID, str(error))
    kept = known.answers[key] = before or _slot(invitation, key, rules.change, now)
    _fill(kept, instrument, given, one.comment)
    traces.append(_trace(invitation, kept, one.device, now))
    # What measures the assistant is nothing that a head of unit could mend.
    if rules.watch is not None and instrument.measure is not None:
        look_at(
            session,
            rules.watch,
            invitation,
            citizen_key(one.token),
            known.cases,
            level=kept.headline,
            comment=kept.comment,
            phone=one.phone,
            now=now,
            warned=given.get(ASKED_FOR_MONEY) == "yes",
        )
    return SurveyOutcome(OutcomeKind.RECORDED)


def _fill(
    kept: SurveyAnswer, instrument: Instrument, given: dict[str, int | str], comment: str | None
) -> None:
    headline = given.get(instrument.headline or "")
    kept.headline = headline if isinstance(headline, int) else None
    kept.answers, kept.mode = given, Mode.LINK
    kept.factors = instrument.factors_of(given)
    if comment and instrument.comment:
        kept.comment = screen_comment(comment, instrument.comment.limit)


def _slot(invitation: SurveyInvitation, key: str, change: timedelta, now: datetime) -> SurveyAnswer:
    """An answer still to be filled: what it takes along from its invitation is where, not who."""
    return SurveyAnswer(
        answer_key=key,
        month=invitation.closed_month,
        half=invitation.closed_half,
        unit=invitation.unit,
        field=invitation.field,
        procedure_code=invitation.procedure_code,
        channel=invitation.channel,
        officer_group=invitation.officer_group,
        instrument=invitation.instrument,
        instrument_version=invitation.instrument_version,
        change_until=min(now + change, invitation.expires_at).isoformat(),
        sample=invitation.sample,
    )


def _trace(invitation: SurveyInvitation, answer: SurveyAnswer, device: str, now: datetime) -> Trace:
    return Trace(
        key=answer.answer_key,
        unit=invitation.unit,
        at=now,
        pattern=f"{answer.headline or NO_ANSWER}{answer.factors}",
        device=device_hash(device),
        sent_at=invitation.send_at,
        closed_at=invitation.closed_at,
        mode=Mode(answer.mode or Mode.LINK),
    )


def state_of(invitation: SurveyInvitation, answer: SurveyAnswer | None, now: datetime) -> SurveyState:
    if now >= invitation.expires_at:
        return SurveyState.EXPIRED
    if answer is None:
        return SurveyState.OPEN
    return SurveyState.ANSWERED if now <= change_until(answer) else SurveyState.CLOSED


def change_until(answer: SurveyAnswer) -> datetime:
    return datetime.fromisoformat(answer.change_until)
