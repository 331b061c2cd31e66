"""What is due is taken up: chosen, held back, written, and its attempt opened.

An attempt is committed before its call, and everything here is done for many messages at once: a queue of
thousands costs the disk a few dozen commits a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core import metrics
from core.database import new_id
from core.text.sms import measure
from notifications import due_repository, trail_repository
from notifications.buckets import Unlimited, Wanted, Wardens
from notifications.carriers import Carriers
from notifications.chain import EntryKind, Line
from notifications.due_repository import Due, Left
from notifications.lanes import Lane
from notifications.last_look import refused_since
from notifications.letter import LetterDesk, reference_of
from notifications.models import Attempt, Message
from notifications.quiet import EXEMPT
from notifications.schemas import (
    STATUTORY,
    AttemptOutcome,
    Channel,
    ClimbReason,
    MessageStatus,
    Reason,
)
from notifications.send_policy import SendPolicy
from notifications.trail_repository import Here
from notifications.ways import end, failed_here, next_rung
from notifications.welcome import Welcome
from wire.provider import OutgoingNotice, Provider, can_be_settled


@dataclass(frozen=True)
class Ready:
    """A call that may begin: its attempt is in the transaction."""

    message: Message
    attempt: Attempt
    provider: Provider
    notice: OutgoingNotice


def begun(ready: Sequence[Ready], now: datetime) -> list[Line]:
    """What the ledger says of attempts that begin."""
    return [
        Line(
            one.message,
            EntryKind.ATTEMPT,
            now,
            {
                "number": one.attempt.number,
                "channel": one.attempt.channel,
                "provider": one.attempt.provider,
                "reference": one.attempt.reference,
            },
        )
        for one in ready
    ]


class Outbox:
    def __init__(
        self,
        carriers: Carriers,
        letters: LetterDesk,
        *,
        policy: SendPolicy,
        owner: str,
        wardens: Wardens | None = None,
    ) -> None:
        self._carriers = carriers
        self._letters = letters
        self._policy = policy
        self._owner = owner
        self._wardens = wardens or Unlimited()
        self._welcome = Welcome()
        self._resting: dict[str, tuple[datetime, datetime]] = {}
        self._strange: frozenset[str] = frozenset()

    async def look_for_strange_routes(self, session: AsyncSession) -> None:
        """Routes of messages whose account was taken away after planning: they have to go on, too."""
        waited_for = await due_repository.routes_waited_for(session)
        self._strange = frozenset(waited_for - set(self._carriers.routes()))

    def room(self, provider: Provider, *, urgent: bool, now: datetime) -> int:
        """How many more calls a provider takes."""
        since, until = self._resting.get(provider.name, (now, now))
        if since <= now < until:  # a clock that was set back ends it
            return 0
        settled = can_be_settled(provider)
        most = self._policy.per_provider if settled else self._policy.unsettled
        kept_free = self._policy.urgent if settled else 1
        return most + (kept_free if urgent else 0) - self._carriers.busy(provider.name)

    def due(self, now: datetime, *, left: Left | None) -> Due:
        """What may go now: on every route of which a provider takes another call. In quiet hours only what
        somebody waits for. ``left``: see ``Due``.
        """

        def free(*, urgent: bool) -> frozenset[str]:
            return self._strange.union(
                route
                for route in self._carriers.routes()
                if not (names := self._carriers.names(route))
                or any(self.room(self._carriers.provider(name), urgent=urgent, now=now) > 0 for name in names)
            )

        only = EXEMPT if self._policy.quiet.is_quiet(now) else None
        return Due(now, free(urgent=False), free(urgent=True), only, left)

    async def take_up(self, session: AsyncSession, due: Due, *, room: int, urgent: int) -> list[Ready]:
        """Open attempts for what is due: ``room`` of them, and ``urgent`` more for the most urgent.

        What the ledger has to say of them (``begun``) is left to the caller.
        """
        now = due.now
        messages = await due_repository.take_due(session, due, limit=room, urgent_limit=room + urgent)
        if not messages:
            return []
        unwelcome = await self._welcome.unwelcome(session, messages, now=now)
        for message in messages:
            if (reason := unwelcome.get(message.id)) is not None:
                await end(session, message, to=MessageStatus.CANCELLED, reason=reason, now=now)
        messages = [message for message in messages if message.id not in unwelcome]
        messages = await self._still_wanted(session, messages, now)
        chosen = await self._choose(session, messages, now)
        chosen = await self._within_limits(session, chosen, now)
        ready: list[Ready] = []
        for message, provider in chosen:
            notice = await self._letters.write(session, message, now=now)
            if notice is None:
                await end(
                    session, message, to=MessageStatus.CANCELLED, reason=Reason.INVITATION_OVER, now=now
                )
            else:
                ready.append(Ready(message, self._attempt(message, provider, notice, now), provider, notice))
        await self._begin(session, ready, now)
        return ready

    async def _still_wanted(
        self, session: AsyncSession, messages: Sequence[Message], now: datetime
    ) -> list[Message]:
        refused = await refused_since(session, messages)
        for message in messages:
            reason = refused.get(message.id)
            if reason is None:
                continue
            other_rung = reason is Reason.OPTED_OUT and message.purpose in STATUTORY
            if not (other_rung and await self._climb(session, message, ClimbReason.OPTED_OUT, now)):
                await end(session, message, to=MessageStatus.CANCELLED, reason=reason, now=now)
        return [message for message in messages if message.id not in refused]

    async def _choose(
        self, session: AsyncSession, messages: Sequence[Message], now: datetime
    ) -> list[tuple[Message, Provider]]:
        """A provider for each, as long as it takes more calls; what finds none stays where it is."""
        again = await trail_repository.here(session, [message for message in messages if message.attempts])
        taken: dict[str, int] = {}
        chosen = []
        for message in messages:
            here = again.get(message.id) or Here()
            names = here.left(self._carriers.names(message.provider))
            provider = self._carriers.pick(message.provider, among=names, avoid=here.tried)
            if provider is None:  # the account was taken away after planning
                await self._failed(session, message, ClimbReason.NO_ACCOUNT, now)
            elif taken.get(provider.name, 0) < self.room(
                provider, urgent=message.lane == Lane.URGENT, now=now
            ):
                taken[provider.name] = taken.get(provider.name, 0) + 1
                chosen.append((message, provider))
        return chosen

    async def _within_limits(
        self, session: AsyncSession, chosen: Sequence[tuple[Message, Provider]], now: datetime
    ) -> list[tuple[Message, Provider]]:
        """Whom a provider's limit holds stays in the queue as they are, and the provider is left in peace for
        that time; who was written to too often waits alone.
        """
        holds = await self._wardens.take([Wanted.of(message, provider) for message, provider in chosen])
        free, later = [], {}
        for (message, provider), hold in zip(chosen, holds, strict=True):
            if hold is None:
                free.append((message, provider))
                continue
            until = now + timedelta(seconds=hold.seconds)
            if hold.everybody:
                self._resting[provider.name] = now, until
            else:
                later[message.id] = until
        await due_repository.put_off(session, later)
        return free

    def _attempt(
        self, message: Message, provider: Provider, notice: OutgoingNotice, now: datetime
    ) -> Attempt:
        return Attempt(
            id=new_id(),
            message_id=message.id,
            number=message.attempts + 1,
            rung=message.rung,
            channel=message.channel,
            provider=provider.name,
            reference=reference_of(message),
            segments=measure(notice.text).segments if message.channel == Channel.SMS else 1,
            template_id=message.template_id,
            template_version=message.template_version,
            started_at=now,
            outcome=AttemptOutcome.OPEN,
        )

    async def _begin(self, session: AsyncSession, ready: Sequence[Ready], now: datetime) -> None:
        if not ready:
            return
        await due_repository.lease(
            session, [one.message.id for one in ready], owner=self._owner, until=now + self._policy.lease
        )
        await trail_repository.add_attempts(session, [one.attempt for one in ready])
        for message in (one.message for one in ready if one.attempt.number == 1):
            waited = (now - max(message.due_at or now, message.created_at)).total_seconds()
            metrics.NOTICE_SECONDS.labels(Lane(message.lane).name.lower()).observe(max(waited, 0.0))

    async def _climb(self, session: AsyncSession, message: Message, why: ClimbReason, now: datetime) -> bool:
        return await next_rung(session, message, why=why, now=now, quiet=self._policy.quiet)

    async def _failed(self, session: AsyncSession, message: Message, why: ClimbReason, now: datetime) -> None:
        await failed_here(session, message, why=why, now=now, quiet=self._policy.quiet)
