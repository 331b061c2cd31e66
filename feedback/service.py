"""Opening a survey by its link, answering it, changing one's mind, refusing further ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database, utc_now
from core.events import publish
from core.text.mask import mask_personal
from feedback import cases, repository
from feedback.cases import CaseView, Watch, look_at
from feedback.flagging import device_hash, leave_trace
from feedback.flags import NO_ANSWER, Trace
from feedback.instruments import AnswerError, Instrument
from feedback.models import InvitationState, Mode, SurveyAnswer, SurveyInstrument, SurveyInvitation
from feedback.token import LENGTH, answer_key, token_hash, token_of
from people import consents
from people.models import ConsentSource, Purpose

ASKED_FOR_MONEY = "extra_money"
"""The question of the long questionnaire whether somebody hinted at paying more."""
OPTED_OUT = "motcua.survey.opted_out"
CHANGE_HOURS = 72
_DOSSIER_CODE = re.compile(r"\b(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Za-z]\d{2}(?:\.\d{2}){0,3}-\d{6}-\d{4,7}\b")


class FrozenWordingError(ValueError):
    """A questionnaire was changed without a new version after people had been asked with it."""


class SurveyState(StrEnum):
    """``open``: no answer yet. ``answered``: may still be changed. ``closed``: answered for good."""

    OPEN = "open"
    ANSWERED = "answered"
    CLOSED = "closed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class SurveyView:
    """What the page shows. It never holds an earlier answer: a link can be passed on, and nobody at a counter
    shall be able to make a citizen show what was answered. ``change_until`` is set once there is an answer.
    """

    state: SurveyState
    instrument: Instrument
    unit: str
    closed_at: datetime
    change_until: datetime | None = None
    case: CaseView | None = None


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


def screen_comment(comment: str, limit: int) -> str | None:
    """A comment without what would tell who wrote it: contacts, identity numbers, the dossier code."""
    text = comment.strip()[: 2 * limit]  # masks may be shorter than what they stand for
    text = mask_personal(_DOSSIER_CODE.sub("[mã hồ sơ]", text))
    return text[:limit].rstrip() or None


async def why_not_reworded(session: AsyncSession, instrument: Instrument) -> str | None:
    """Why a questionnaire must not be published: other words under a version people were asked with."""
    known = await repository.frozen_instrument(session, instrument.id, instrument.version)
    if known is None or known.digest == instrument.digest:
        return None
    return (
        f"phiếu '{instrument.id}' bản {instrument.version} đã có người được hỏi nên không đổi lời được:"
        " tăng 'version'"
    )


async def freeze(session: AsyncSession, instrument: Instrument, now: datetime) -> None:
    """Keep the wording of a questionnaire that is about to be used; ``FrozenWordingError`` if it changed."""
    problem = await why_not_reworded(session, instrument)
    if problem:
        raise FrozenWordingError(problem)
    if await repository.frozen_instrument(session, instrument.id, instrument.version) is None:
        await repository.add_instrument(
            session,
            SurveyInstrument(
                id=instrument.id,
                version=instrument.version,
                digest=instrument.digest,
                body=instrument.model_dump_json(),
                first_used_at=now,
            ),
        )


async def token_for(session: AsyncSession, invitation_id: str, now: datetime) -> str | None:
    """The token of an invitation's link; ``None`` when it has run out, was refused or is unknown."""
    found = await repository.invitation(session, invitation_id)
    if (
        found is None
        or found.token_seed is None
        or found.state not in (InvitationState.PLANNED, InvitationState.REMINDED)
        or found.expires_at <= now
    ):
        return None
    return token_of(found.id, found.token_seed)


async def link_for(
    session: AsyncSession, invitation_id: str, *, public_url: str, now: datetime
) -> str | None:
    """The address of an invitation's survey page, made anew each time; ``None`` as for ``token_for``."""
    token = await token_for(session, invitation_id, now)
    return f"{public_url.rstrip('/')}/k/{token}" if token else None


class Surveys:
    """The survey pages' way in. Times come from ``clock`` (aware)."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime] = utc_now,
        change_hours: int = CHANGE_HOURS,
        watch: Watch | None = None,
    ) -> None:
        """``watch``: by what low answers and words of warning open a case; without it none is opened."""
        self._database, self._watch = database, watch
        self._clock = clock
        self._change = timedelta(hours=change_hours)

    async def open(self, token: str) -> SurveyView | None:
        """What to show for a link; nothing for one that is guessed."""
        now = self._clock()
        async with self._database.reading() as session:
            invitation = await _find(session, token)
            if invitation is None:
                return None
            answer = await repository.answer_by_key(session, answer_key(token))
            return SurveyView(
                state=_state(invitation, answer, now),
                instrument=await _wording(session, invitation),
                unit=invitation.unit,
                closed_at=invitation.closed_at,
                change_until=_change_until(answer) if answer else None,
                case=await cases.view_of(session, token),
            )

    async def answer(
        self,
        token: str,
        answers: Mapping[str, Any],
        comment: str | None = None,
        *,
        device: str = "",
        phone: str | None = None,
    ) -> SurveyOutcome:
        """Keep an answer, or add to and change the one given before, for 72 hours after the first.

        Questions left out keep their answer, and so does the comment. ``device``: anything that tells devices
        apart; only a keyed hash of it is kept, for a week. ``phone``: where the citizen wants to be called.
        """
        now = self._clock()
        async with self._database.writing() as session:
            invitation = await _find(session, token)
            if invitation is None:
                return SurveyOutcome(OutcomeKind.UNKNOWN)
            known = await repository.answer_by_key(session, answer_key(token))
            state = _state(invitation, known, now)
            if state in (SurveyState.CLOSED, SurveyState.EXPIRED):
                return SurveyOutcome(OutcomeKind(state.value))
            instrument = await _wording(session, invitation)
            try:
                given = instrument.check(answers, known.answers if known else None)
            except AnswerError as error:
                return SurveyOutcome(OutcomeKind.INVALID, str(error))
            kept = known or self._slot(invitation, token, now)
            headline = given.get(instrument.headline or "")
            kept.headline = headline if isinstance(headline, int) else None
            kept.answers, kept.mode = given, Mode.LINK
            kept.factors = instrument.factors_of(given)
            if comment and instrument.comment:
                kept.comment = screen_comment(comment, instrument.comment.limit)
            if known is None:
                await repository.add_answer(session, kept)
            await leave_trace(session, _trace(invitation, kept, device, now), now)
            # What measures the assistant is nothing that a head of unit could mend.
            if self._watch is not None and instrument.measure is not None:
                await look_at(
                    session,
                    self._watch,
                    invitation,
                    token,
                    level=kept.headline,
                    comment=kept.comment,
                    phone=phone,
                    now=now,
                    warned=given.get(ASKED_FOR_MONEY) == "yes",
                )
            return SurveyOutcome(OutcomeKind.RECORDED)

    def _slot(self, invitation: SurveyInvitation, token: str, now: datetime) -> SurveyAnswer:
        """An answer still to be filled: what it takes along from its invitation is where, not who."""
        return SurveyAnswer(
            answer_key=answer_key(token),
            month=invitation.closed_month,
            half=invitation.closed_half,
            unit=invitation.unit,
            field=invitation.field,
            procedure_code=invitation.procedure_code,
            channel=invitation.channel,
            officer_group=invitation.officer_group,
            instrument=invitation.instrument,
            instrument_version=invitation.instrument_version,
            change_until=min(now + self._change, invitation.expires_at).isoformat(),
            sample=invitation.sample,
        )

    async def say_whether_it_helped(self, token: str, *, helped: bool) -> bool:
        """The second short question after a case was closed; False where there is none to answer about.

        The link may have run out meanwhile: its holder waited for this.
        """
        async with self._database.writing() as session:
            return await cases.say_whether_it_helped(session, token, helped=helped)

    async def opt_out(self, token: str) -> bool:
        """Send no further surveys to whom this link was sent; False for an unknown or expired link."""
        now = self._clock()
        async with self._database.writing() as session:
            invitation = await _find(session, token)
            if invitation is None or invitation.contact_hash is None:
                return False
            await refuse_surveys(session, invitation.contact_hash, now)
            return True

    async def end_expired(self) -> int:
        """Make expired invitations unlinkable for good; for the worker, once a day is enough."""
        async with self._database.writing() as session:
            return await repository.end_expired(session, self._clock())


async def refuse_surveys(
    session: AsyncSession,
    contact_hash: str,
    now: datetime,
    source: ConsentSource = ConsentSource.LINK,
) -> None:
    """Note that a contact wants no surveys, and take back what is still to be sent."""
    await repository.opt_out(session, contact_hash, now)
    await consents.record(session, [contact_hash], Purpose.SURVEY, granted=False, source=source, now=now)
    refused = await repository.refuse_invitations(session, contact_hash)
    await publish(session, type=OPTED_OUT, subject="survey", body={"invitations": list(refused)})


async def _find(session: AsyncSession, token: str) -> SurveyInvitation | None:
    if len(token) != LENGTH:
        return None
    return await repository.invitation_by_token(session, token_hash(token))


def _state(invitation: SurveyInvitation, answer: SurveyAnswer | None, now: datetime) -> SurveyState:
    if now >= invitation.expires_at:
        return SurveyState.EXPIRED
    if answer is None:
        return SurveyState.OPEN
    return SurveyState.ANSWERED if now <= _change_until(answer) else SurveyState.CLOSED


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


async def _wording(session: AsyncSession, invitation: SurveyInvitation) -> Instrument:
    """The questionnaire in the words of its time, whatever the content says by now."""
    frozen = await repository.frozen_instrument(session, invitation.instrument, invitation.instrument_version)
    if frozen is None:
        raise LookupError(f"no wording is kept of {invitation.instrument} {invitation.instrument_version}")
    return _read(frozen.body)


@lru_cache(maxsize=32)
def _read(body: str) -> Instrument:
    return Instrument.model_validate_json(body)


def _change_until(answer: SurveyAnswer) -> datetime:
    return datetime.fromisoformat(answer.change_until)
