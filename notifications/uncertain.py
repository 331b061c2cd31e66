"""Messages of which nobody knows whether they were sent: asking, waiting, going on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database
from notifications import ledger, repository, trail_repository
from notifications.chain import EntryKind, Line, append_all
from notifications.hearing import Hearing
from notifications.models import Attempt, Message
from notifications.quiet import Quiet
from notifications.schemas import AttemptOutcome, ClimbReason, MessageStatus
from notifications.ways import next_rung, nobody_knows
from wire.alarms import Trouble, Watcher
from wire.provider import Lookup, Provider

log = structlog.get_logger()

_ASKED_AT_ONCE = 16


class SettlePolicy(Protocol):
    """What of the sender's policy concerns uncertain messages."""

    @property
    def batch(self) -> int: ...
    @property
    def lease(self) -> timedelta: ...
    @property
    def call_timeout(self) -> timedelta: ...
    @property
    def receipt_wait(self) -> timedelta: ...
    @property
    def receipt_within(self) -> Mapping[str, timedelta]: ...
    @property
    def quiet(self) -> Quiet: ...


class Settler:
    def __init__(
        self,
        database: Database,
        providers: Mapping[str, Provider],
        *,
        policy: SettlePolicy,
        clock: Callable[[], datetime],
        watcher: Watcher | None = None,
    ) -> None:
        self._database = database
        self._providers = providers
        self._policy = policy
        self._clock = clock
        self._gate = asyncio.Semaphore(_ASKED_AT_ONCE)
        self._hearing = Hearing(policy.receipt_within)
        self._watcher = watcher

    async def tick(self) -> int:
        now = self._clock()
        found = await self._take_over_deserted(now) + await self._go_on_without_receipt(now)
        async with self._database.asking() as session:
            messages = await repository.uncertain(session, now, limit=self._policy.batch)
        await asyncio.gather(*(self._settle(message) for message in messages))
        return found + len(messages)

    async def _take_over_deserted(self, now: datetime) -> int:
        """A sender died between its two commits: its message may be out, or not."""
        before = now - self._policy.lease
        async with self._database.asking() as session:
            if not await trail_repository.deserted(session, before, limit=1):
                return 0
        async with self._database.writing() as session:
            attempts = await trail_repository.deserted(session, before, limit=self._policy.batch)
            messages = await trail_repository.messages_by_ids(session, [one.message_id for one in attempts])
            lines = []
            for attempt in attempts:
                await trail_repository.close_attempt(
                    session, attempt.id, outcome=AttemptOutcome.AMBIGUOUS, now=now, code="lease_ran_out"
                )
                await repository.reschedule(
                    session, attempt.message_id, rung=attempt.rung, due_at=now, status=MessageStatus.UNCERTAIN
                )
                facts = {
                    "number": attempt.number,
                    "outcome": AttemptOutcome.AMBIGUOUS.value,
                    "code": "lease_ran_out",
                }
                lines.append(Line(messages[attempt.message_id], EntryKind.OUTCOME, now, facts))
            await append_all(session, lines)
        return len(attempts)

    async def _go_on_without_receipt(self, now: datetime) -> int:
        """Taken, and nothing heard of it in the channel's time: the next rung, marked.

        Not where nothing at all is heard of the provider: then its receipts are lost, not its messages.
        """
        async with self._database.asking() as session:
            if not await repository.any_without_receipt(session, now):
                return 0
        async with self._database.writing() as session:
            messages = await repository.without_receipt(session, now, limit=self._policy.batch)
            carriers = await trail_repository.carriers_of(session, messages)
            deaf = await self._hearing.deaf(session, set(carriers.values()), now=now)
            for message in messages:
                heard = carriers.get(message.id) not in deaf
                if not (heard and await self._climb(session, message, ClimbReason.NO_RECEIPT, now)):
                    await repository.wait_no_longer(session, message)
        for provider in sorted(deaf):
            log.error("no receipts reach us", provider=provider)
            if self._watcher is not None:
                await self._watcher.alarm(provider, Trouble.CONFIGURATION, "no_receipts")
        return len(messages)

    async def _climb(self, session: AsyncSession, message: Message, why: ClimbReason, now: datetime) -> bool:
        return await next_rung(session, message, why=why, now=now, quiet=self._policy.quiet)

    async def _settle(self, message: Message) -> None:
        async with self._gate:
            await self._settle_one(message)

    async def _settle_one(self, message: Message) -> None:
        async with self._database.reading() as session:
            attempts = await trail_repository.attempts_of(session, message.id)
        if not attempts:
            return
        attempt = attempts[-1]
        answer = await self._ask(attempt)
        now = self._clock()
        if answer is Lookup.TAKEN:
            await self._was_taken(message, attempt, now)
        elif answer is Lookup.NOT_TAKEN:
            await self._was_not_taken(message, attempt, now)
        else:
            await self._cannot_tell(message, attempt, now)

    async def _ask(self, attempt: Attempt) -> Lookup:
        provider = self._providers.get(attempt.provider)
        if provider is None:
            return Lookup.CANNOT_TELL
        try:
            async with asyncio.timeout(self._policy.call_timeout.total_seconds()):
                return await provider.lookup(attempt.reference)
        except Exception as error:
            log.warning("provider could not be asked", provider=provider.name, error=type(error).__name__)
            return Lookup.CANNOT_TELL

    async def _was_taken(self, message: Message, attempt: Attempt, now: datetime) -> None:
        async with self._database.writing() as session:
            await trail_repository.close_attempt(
                session, attempt.id, outcome=AttemptOutcome.ACCEPTED, now=now, code="asked"
            )
            wait = self._policy.receipt_within.get(attempt.provider)
            if await repository.move(
                session,
                message.id,
                MessageStatus.ACCEPTED,
                at=now,
                rung=attempt.rung,
                receipt_by=now + wait if wait else None,
            ):
                await ledger.append(
                    session, message, EntryKind.OUTCOME, at=now, number=attempt.number, outcome="accepted"
                )

    async def _was_not_taken(self, message: Message, attempt: Attempt, now: datetime) -> None:
        async with self._database.writing() as session:
            if not await trail_repository.close_attempt(
                session, attempt.id, outcome=AttemptOutcome.NOT_SENT, now=now, code="asked"
            ):
                return
            if await repository.reschedule(
                session, message.id, rung=attempt.rung, due_at=now, status=MessageStatus.PLANNED
            ):
                await ledger.append(
                    session, message, EntryKind.OUTCOME, at=now, number=attempt.number, outcome="not_sent"
                )

    async def _cannot_tell(self, message: Message, attempt: Attempt, now: datetime) -> None:
        """Never sent again on its own; after a wait for a receipt the next rung takes it, marked, and after
        the last rung somebody of the unit asks the citizen."""
        patience = attempt.started_at + self._policy.receipt_wait
        async with self._database.writing() as session:
            if now >= patience and await self._climb(session, message, ClimbReason.UNCERTAIN, now):
                return
            if now >= patience and await nobody_knows(session, message, now=now):
                return
            await repository.reschedule(
                session,
                message.id,
                rung=message.rung,
                due_at=patience if now < patience else None,
                status=MessageStatus.UNCERTAIN,
            )
