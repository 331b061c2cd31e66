"""From a draft to a written message: who the person is, whether they may be told, on which rungs, when."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.database import utc_now
from core.events import Event
from dossiers.models import Dossier
from dossiers.vocabularies import TYPE_PREFIX
from notifications.draft import Draft, Recipient, Write, applicant, write
from notifications.facts import UnitName
from notifications.gate import Asked, Earlier, Verdict, decide
from notifications.gatekeeper import Gatekeeper
from notifications.informing import Informing
from notifications.ladder import OUTBOX_FILE, Ladders, Reach, Rung, climbable, default_ladders
from notifications.quiet import QuietHours
from notifications.schemas import MessageStatus, Purpose, Reason
from notifications.vocabulary import LOOKUP_ADDRESS
from notifications.wording import Wordings
from notifications.words import fingerprint


@dataclass(frozen=True)
class PlannerPolicy:
    """``survey_delay`` counts from the event when the feedback room names no moment.

    ``chats``: the rungs on which a conversation is reached whose telephone nobody knows. ``quiet``: instead
    of the published hours. ``samples_stay``: news of samples goes to a folder on this machine.
    ``shadow``: everything is planned and written down as it would be sent, and nothing is sent.
    """

    ladders: Ladders = field(default_factory=default_ladders)
    lookup_address: str = LOOKUP_ADDRESS
    public_url: str = "http://127.0.0.1:8080"
    survey_delay: timedelta = timedelta(days=1)
    batch: int = 100
    chats: Mapping[str, Sequence[Rung]] = field(default_factory=dict)
    samples_stay: bool = True
    quiet: QuietHours | None = None
    shadow: bool = False

    @property
    def held_back(self) -> Reason | None:
        """Why what may be sent is not sent all the same."""
        return Reason.SHADOW if self.shadow else None


class Telling:
    """What every rule needs to tell somebody something. ``write`` is replaced by a replay."""

    def __init__(
        self,
        wordings: Callable[[], Wordings],
        *,
        policy: PlannerPolicy,
        gatekeeper: Gatekeeper | None = None,
        unit_name: UnitName = str,
        clock: Callable[[], datetime] = utc_now,
        write: Write = write,
    ) -> None:
        self._wordings = wordings
        self.policy = policy
        self.gatekeeper = gatekeeper or Gatekeeper()
        self.unit_name = unit_name
        self.clock = clock
        self._write = write

    @property
    def informing(self) -> Informing:
        return self.gatekeeper.informing

    def draft(self, event: Event, purpose: Purpose, wording: str, context: Mapping[str, Any]) -> Draft:
        now = self.clock()
        return Draft(
            event=event,
            purpose=purpose,
            wording=wording,
            context=context,
            wordings=self._wordings(),
            now=now,
            occurred_at=event.occurred_at,
            due_at=now,
            public_url=self.policy.public_url,
            policy=self.informing.policy,
        )

    async def applicant(
        self, session: AsyncSession, draft: Draft, dossier: Dossier, *, told_otherwise: bool
    ) -> None:
        """Push to the person on the dossier."""
        draft = replace(draft, unit=dossier.unit, filed=dossier.channel, sample=dossier.sample)
        await self.push(
            session,
            draft,
            applicant(dossier),
            other_hashes=[dossier.email_hash] if dossier.phone_hash and dossier.email_hash else (),
            told_otherwise=told_otherwise,
        )

    async def push(
        self,
        session: AsyncSession,
        draft: Draft,
        recipient: Recipient,
        *,
        other_hashes: Sequence[str] = (),
        told_otherwise: bool = False,
    ) -> None:
        """Write the message, as far as this person may be told; ``told_otherwise``: no task if nobody can."""
        hashes = [recipient.hash, *other_hashes]
        person = await self.gatekeeper.person(session, hashes, draft.now)
        around = await self.gatekeeper.surroundings(session, draft.now, quiet=self.policy.quiet)
        reach = Reach(recipient.phone, recipient.email, person.accounts)
        ladder = self.policy.ladders.get(draft.purpose, ())
        rungs = climbable(ladder, reach, sample=draft.sample and self.policy.samples_stay)
        text_hash = fingerprint(draft, recipient.hash)
        asked = Asked(
            purpose=draft.purpose,
            event=draft.event.type.removeprefix(TYPE_PREFIX),
            recipient=recipient.hash,
            wanted_at=draft.due_at,
            reach=reach,
            unit=draft.unit,
            filed=draft.filed,
            dossier_code=draft.dossier_code,
            sample=draft.sample,
        )
        if draft.suppressed is None and rungs:
            verdict = decide(asked, rungs, person, around, text_hash=text_hash)
        else:  # the words are kept all the same: what was not said can be read afterwards
            verdict = Verdict(draft.suppressed, tuple(rungs), draft.due_at)
        final = draft.to(
            recipient,
            list(verdict.rungs or rungs),
            suppressed=verdict.reason or self.policy.held_back,
            due_at=verdict.due_at or draft.due_at,
            folds=verdict.folds,
            informed_by=verdict.by,
            text_hash=text_hash,
        )
        if await self._write(session, final, reached_otherwise=told_otherwise):
            self._remember(final, recipient.hash)

    async def show_in_chat(self, session: AsyncSession, draft: Draft) -> None:
        """A row that the chat reads by itself: quiet hours and consent are for what is pushed."""
        held_back = draft.suppressed or self.policy.held_back
        await self._write(session, replace(draft, suppressed=held_back))

    async def into_chat(
        self, session: AsyncSession, draft: Draft, recipient: Recipient, rungs: Sequence[Rung]
    ) -> None:
        """Push to a conversation that follows a dossier: a relative's, or of whoever left no telephone."""
        if draft.sample and self.policy.samples_stay:
            rungs = [Rung(rung.channel, OUTBOX_FILE) for rung in rungs]
        quiet = self.policy.quiet or self.informing.policy.quiet
        due_at = quiet.earliest(draft.due_at, draft.purpose, key=recipient.hash, any_hour=draft.sample)
        await self._write(
            session,
            replace(draft, due_at=due_at, suppressed=self.policy.held_back).to(recipient, list(rungs)),
            reached_otherwise=True,
        )

    def _remember(self, draft: Draft, recipient_hash: str) -> None:
        self.gatekeeper.remember(
            recipient_hash,
            Earlier(
                id=draft.message_id,
                purpose=draft.purpose,
                event=draft.event.type.removeprefix(TYPE_PREFIX),
                dossier_code=draft.dossier_code,
                status=MessageStatus.SUPPRESSED if draft.suppressed else MessageStatus.PLANNED,
                text_hash=draft.text_hash,
                goes_at=draft.due_at,
                created_at=draft.now,
                untouched=True,
            ),
            folded=draft.folds,
        )
