"""Answers without a link: people who come by themselves, and ballots that somebody types in for them.

Whoever comes by a poster or to the kiosk was not drawn; these answers are a measure of their own. A ballot on
paper or an interview belongs to a dossier: it counts in the index only if that dossier was drawn, and it is
typed in by somebody who did not handle it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.calendar import local_day
from core.crypto import keyed_hash
from core.database import new_id
from dossiers import repository as dossiers
from feedback import repository
from feedback.flagging import device_hash, leave_traces
from feedback.flags import NO_ANSWER, Trace
from feedback.instruments import Instrument
from feedback.models import InvitationState, Mode, SurveyAnswer, SurveyInvitation
from feedback.screening import screen_comment
from feedback.service import CHANGE_HOURS
from feedback.span import CUT_DAY, Slice, half_of
from feedback.tally_repository import touch
from feedback.token import answer_key, officer_hash, token_of
from feedback.wording import freeze

MARKER = "ballot"
"""In the place of a questionnaire: this dossier was not drawn and has had its ballot."""


@dataclass(frozen=True)
class Given:
    """What was answered. ``AnswerError`` of the questionnaire if it does not fit."""

    instrument: Instrument
    answers: Mapping[str, Any]
    comment: str | None = None


class BallotRefused(StrEnum):
    """Why a ballot is not taken."""

    NO_DOSSIER = "no_dossier"
    NOT_CLOSED = "not_closed"
    OWN_WORK = "own_work"


async def record_walk_in(
    session: AsyncSession,
    given: Given,
    *,
    unit: str,
    mode: Mode,
    device: str,
    now: datetime,
    cut_day: int = CUT_DAY,
) -> None:
    """Keep an answer of somebody who came by a poster or to the kiosk."""
    await freeze(session, given.instrument, now)
    answer = _answer(given, now, mode, cut_day)
    answer.unit, answer.drawn = unit, False
    await repository.add_answer(session, answer)
    await touch(session, [Slice(answer.month, answer.half)])
    trace = Trace(
        key=answer.answer_key,
        unit=unit,
        at=now,
        pattern=f"{answer.headline or NO_ANSWER}{answer.factors}",
        device=device_hash(device),
        mode=mode,
    )
    await leave_traces(session, [trace], now)


async def record_ballot(
    session: AsyncSession,
    given: Given,
    *,
    dossier_code: str,
    mode: Mode,
    entered_by: str,
    now: datetime,
    cut_day: int = CUT_DAY,
) -> BallotRefused | None:
    """Keep a ballot on paper or an interview, once a dossier; why not, if it is not taken.

    Nobody learns here whether the citizen has answered before: an earlier answer just stays.
    """
    dossier = await dossiers.dossier_by_code(session, dossier_code.strip().upper())
    if dossier is None:
        return BallotRefused.NO_DOSSIER
    if dossier.closed_at is None:
        return BallotRefused.NOT_CLOSED
    if dossier.officer and officer_hash(dossier.officer) == officer_hash(entered_by):
        return BallotRefused.OWN_WORK
    await freeze(session, given.instrument, now)
    answer = _answer(given, dossier.closed_at, mode, cut_day)
    answer.unit, answer.field, answer.channel = dossier.unit or "", dossier.field, dossier.channel
    answer.procedure_code, answer.sample = dossier.procedure_code, dossier.sample
    await touch(session, [Slice(answer.month, answer.half)])
    dossier_hash = keyed_hash(dossier.code, "survey-dossier")
    invitation = await repository.invitation_of_dossier(session, dossier_hash)
    if invitation is None:
        answer.drawn = False
        await repository.add_invitation(session, _marker(dossier_hash, answer, dossier.closed_at))
        await repository.add_answer(session, answer)
    elif invitation.token_seed and invitation.instrument == given.instrument.id:
        answer.answer_key = answer_key(token_of(invitation.id, invitation.token_seed))
        answer.officer_group = invitation.officer_group
        # The citizen's own link still says otherwise, as long as any answer may be changed.
        answer.change_until = (now + timedelta(hours=CHANGE_HOURS)).isoformat()
        await repository.add_answer(session, answer)
    return None


def _answer(given: Given, at: datetime, mode: Mode, cut_day: int) -> SurveyAnswer:
    """Everything but where; it cannot be changed afterwards, for nobody holds a link to it."""
    answers = given.instrument.check(given.answers)
    headline = answers.get(given.instrument.headline or "")
    day = local_day(at)
    limit = given.instrument.comment.limit if given.instrument.comment else 0
    return SurveyAnswer(
        answer_key=keyed_hash(secrets.token_hex(16), "survey-answer-key"),
        month=f"{day:%Y-%m}",
        half=half_of(day, cut_day),
        instrument=given.instrument.id,
        instrument_version=given.instrument.version,
        mode=mode,
        headline=headline if isinstance(headline, int) else None,
        factors=given.instrument.factors_of(answers),
        answers=answers,
        comment=screen_comment(given.comment, limit) if given.comment and limit else None,
        change_until=at.isoformat(),
    )


def _marker(dossier_hash: str, answer: SurveyAnswer, closed_at: datetime) -> SurveyInvitation:
    identifier = new_id()
    return SurveyInvitation(
        id=identifier,
        dossier_hash=dossier_hash,
        unit=answer.unit,
        closed_at=closed_at,
        closed_month=answer.month,
        closed_half=answer.half,
        instrument=MARKER,
        instrument_version=0,
        token_hash=keyed_hash(identifier, "survey-marker"),
        send_at=closed_at,
        expires_at=closed_at,
        state=InvitationState.ENDED,
        sample=answer.sample,
    )
