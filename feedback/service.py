"""Opening a survey by its link, answering it, changing one's mind, refusing further ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from core.batching import Batcher
from core.database import Database, utc_now
from core.events import publish
from feedback import cases, repository
from feedback.answering import (
    OutcomeKind,
    Rules,
    SurveyOutcome,
    SurveyState,
    Tap,
    change_until,
    state_of,
    take_answers,
)
from feedback.cases import CaseView, Watch
from feedback.instruments import Instrument
from feedback.models import SurveyInvitation
from feedback.persons import known_to_chat, proved_by_chat
from feedback.token import LENGTH, answer_key, token_hash
from feedback.wording import Wordings
from people import consents
from people.citizen_models import ConsentSource, Purpose

OPTED_OUT = "motcua.survey.opted_out"
CHANGE_HOURS = 72
_MOST_TOGETHER = 128


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


class Surveys:
    """The survey pages' way in. Times come from ``clock`` (aware).

    Who answers while others are being written down is written down with the next: their answers share a
    commit, and each hears of it afterwards.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Callable[[], datetime] = utc_now,
        change_hours: int = CHANGE_HOURS,
        watch: Watch | None = None,
    ) -> None:
        """``watch``: by what low answers and words of warning open a case; without it none is opened."""
        self._database, self._clock = database, clock
        self._rules = Rules(Wordings(), timedelta(hours=change_hours), watch)
        self._batches: Batcher[Tap, SurveyOutcome] = Batcher(self._store, most=_MOST_TOGETHER)

    async def open(self, token: str) -> SurveyView | None:
        """What to show for a link; nothing for one that is guessed."""
        now = self._clock()
        async with self._database.reading() as session:
            invitation = await _find(session, token)
            if invitation is None:
                return None
            answer = await repository.answer_by_key(session, answer_key(token))
            return SurveyView(
                state=state_of(invitation, answer, now),
                instrument=await self._rules.wordings.of(session, invitation),
                unit=invitation.unit,
                closed_at=invitation.closed_at,
                change_until=change_until(answer) if answer else None,
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

        What is meant by each is told by ``Tap``; returns when it is on the disk.
        """
        if len(token) != LENGTH:
            return SurveyOutcome(OutcomeKind.UNKNOWN)
        return await self._batches.submit(Tap(token, answers, comment, device, phone))

    async def _store(self, taps: Sequence[Tap]) -> Sequence[SurveyOutcome]:
        try:
            return await self._in_one_transaction(taps)
        except IntegrityError:
            # Another process has filled one of the slots meanwhile; now it is known.
            return await self._in_one_transaction(taps)

    async def _in_one_transaction(self, taps: Sequence[Tap]) -> Sequence[SurveyOutcome]:
        async with self._database.writing() as session:
            return await take_answers(session, taps, self._rules, self._clock())

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


async def refuse_in_chat(session: AsyncSession, conversation_id: str, now: datetime) -> int:
    """Whoever says so in a chat is left in peace wherever else they are known; in how many ways that is."""
    contacts = await known_to_chat(session, conversation_id)
    for contact in contacts:
        await refuse_surveys(session, contact, now, ConsentSource.CHAT)
    return len(contacts)


@dataclass(frozen=True)
class Accepted:
    """``refused``: in how many ways somebody had refused and may be asked again from now on; ``unproved``: in
    how many they had refused that may be somebody else's."""

    refused: int
    unproved: int


async def accept_in_chat(session: AsyncSession, conversation_id: str, now: datetime) -> Accepted:
    """Take a refusal back. What was refused for a number that nobody proved stays: it may be another's."""
    proved = await proved_by_chat(session, conversation_id)
    refused = [one for one in proved if await repository.any_opted_out(session, [one])]
    others = [one for one in await known_to_chat(session, conversation_id) if one not in proved]
    unproved = [one for one in others if await repository.any_opted_out(session, [one])]
    for contact in refused:
        await repository.opt_in(session, contact)
    if refused:
        await consents.record(
            session, refused, Purpose.SURVEY, granted=True, source=ConsentSource.CHAT, now=now
        )
    return Accepted(len(refused), len(unproved))


async def _find(session: AsyncSession, token: str) -> SurveyInvitation | None:
    if len(token) != LENGTH:
        return None
    return await repository.invitation_by_token(session, token_hash(token))
