"""Sending: claim by lease, an attempt committed before the call, the outcome written down after it.

If the process dies between the two commits, the attempt stays open. Once its lease has run out the message is
``uncertain``: the provider is asked by our reference, and only a clear "no" lets it be sent again. Where
nobody can be asked it waits for a receipt, then goes to the next rung, marked as perhaps a second copy.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from core.database import Database, new_id, utc_now
from notifications import ledger, repository, trail_repository
from notifications.ledger import EntryKind
from notifications.models import Attempt, Message
from notifications.quiet import EXEMPT, QuietHours
from notifications.rules import LINK_MARK
from notifications.schemas import AttemptOutcome, Channel, MessageStatus, Reason
from notifications.uncertain import Settler
from notifications.ways import end, failed_here
from wire.provider import Accepted, Ambiguous, Attachment, Outcome, OutgoingNotice, Provider, Rejected

LinkFor = Callable[[AsyncSession, str], Awaitable[str | None]]
AttachmentsFor = Callable[[AsyncSession, Message], Awaitable[tuple[Attachment, ...]]]

log = structlog.get_logger()


@dataclass(frozen=True)
class SendPolicy:
    """``lease`` must outlast ``call_timeout``. ``ask_after``: how long a provider gets to finish what it may
    still be doing; ``receipt_wait``: how long an uncertain message waits before the next rung."""

    lease: timedelta = timedelta(seconds=60)
    call_timeout: timedelta = timedelta(seconds=25)
    batch: int = 20
    at_once: int = 8
    tries_per_rung: int = 4
    first_pause: timedelta = timedelta(seconds=15)
    ask_after: timedelta = timedelta(seconds=30)
    receipt_wait: timedelta = timedelta(minutes=15)
    quiet: QuietHours = field(default_factory=QuietHours)


class Sender:
    """Several may run, in one process or many; ``link_for`` makes a survey's link when it is sent.

    ``attachments_for``: files that go with a mail, such as a signed letter.
    """

    def __init__(
        self,
        database: Database,
        providers: Mapping[str, Provider],
        *,
        policy: SendPolicy | None = None,
        link_for: LinkFor | None = None,
        attachments_for: AttachmentsFor | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._providers = providers
        self._policy = policy or SendPolicy()
        self._link_for = link_for
        self._attachments_for = attachments_for
        self._clock = clock
        self._owner = new_id()
        self._settler = Settler(database, providers, policy=self._policy, clock=clock)

    async def tick(self) -> int:
        """One round: deserted attempts, uncertain messages, then what is due. How many were dealt with."""
        now = self._clock()
        dealt = await self._settler.tick() + await self._expire(now)
        messages = await self._claim(now)
        gate = asyncio.Semaphore(self._policy.at_once)

        async def one(message: Message) -> None:
            async with gate:
                await self._send(message)

        await asyncio.gather(*(one(message) for message in messages))
        return dealt + len(messages)

    async def _expire(self, now: datetime) -> int:
        async with self._database.reading() as session:
            if not await repository.expired(session, now, limit=1):
                return 0
        async with self._database.writing() as session:
            rows = await repository.expired(session, now, limit=self._policy.batch)
            for row in rows:
                await end(session, row, to=MessageStatus.CANCELLED, reason=Reason.EXPIRED, now=now)
        return len(rows)

    async def _claim(self, now: datetime) -> list[Message]:
        only = EXEMPT if self._policy.quiet.is_quiet(now) else None
        async with self._database.reading() as session:
            if not await repository.any_due(session, now, only=only):
                return []
        async with self._database.writing() as session:
            rows = await repository.claim(
                session,
                owner=self._owner,
                now=now,
                lease_until=now + self._policy.lease,
                limit=self._policy.batch,
                only=only,
            )
        return list(rows)

    async def _send(self, message: Message) -> None:
        provider = self._providers.get(message.provider)
        opened = await self._open(message, provider)
        if opened is None or provider is None:
            return
        attempt, notice = opened
        outcome = await self._call(provider, notice)
        async with self._database.writing() as session:
            await self._settle(session, message, attempt, outcome)

    async def _open(
        self, message: Message, provider: Provider | None
    ) -> tuple[Attempt, OutgoingNotice] | None:
        """Commit the attempt; nothing when this message must not be sent after all."""
        now = self._clock()
        async with self._database.writing() as session:
            if provider is None:  # the account was taken away after planning
                await failed_here(session, message, now=now, quiet=self._policy.quiet)
                return None
            text = await self._text(session, message)
            if text is None:
                await end(
                    session, message, to=MessageStatus.CANCELLED, reason=Reason.INVITATION_OVER, now=now
                )
                return None
            reference = f"{message.id}{message.rung}"
            attempt = await trail_repository.open_attempt(
                session, message, owner=self._owner, reference=reference, now=now
            )
            if attempt is None:
                return None
            attachments: tuple[Attachment, ...] = ()
            if self._attachments_for and message.channel == Channel.EMAIL:
                attachments = await self._attachments_for(session, message)
            await ledger.append(
                session,
                message,
                EntryKind.ATTEMPT,
                at=now,
                number=attempt.number,
                channel=attempt.channel,
                provider=attempt.provider,
                reference=reference,
            )
        return attempt, OutgoingNotice(
            reference=reference,
            channel=message.channel,
            to=_address(message),
            text=text,
            title=message.wordings[message.channel]["title"],
            dossier_code=message.dossier_code,
            written_at=now,
            parameters=message.wordings[message.channel].get("parameters", {}),
            attachments=attachments,
        )

    async def _text(self, session: AsyncSession, message: Message) -> str | None:
        text: str = message.wordings[message.channel]["text"]
        if message.link_ref is None:
            return text
        link = await self._link_for(session, message.link_ref) if self._link_for else None
        return text.replace(LINK_MARK, link) if link else None

    async def _call(self, provider: Provider, notice: OutgoingNotice) -> Outcome:
        """Whatever goes wrong here may have gone wrong after the message left: nobody can tell."""
        try:
            async with asyncio.timeout(self._policy.call_timeout.total_seconds()):
                return await provider.send(notice)
        except TimeoutError:
            return Ambiguous("timeout")
        except Exception as error:
            log.warning("provider failed", provider=provider.name, error=type(error).__name__)
            return Ambiguous(type(error).__name__)

    async def _settle(
        self, session: AsyncSession, message: Message, attempt: Attempt, outcome: Outcome
    ) -> None:
        now = self._clock()
        match outcome:
            case Accepted():
                result = AttemptOutcome.ACCEPTED
            case Rejected(permanent=True):
                result = AttemptOutcome.REJECTED_PERMANENT
            case Rejected():
                result = AttemptOutcome.REJECTED_TEMPORARY
            case Ambiguous():
                result = AttemptOutcome.AMBIGUOUS
        written = await trail_repository.close_attempt(
            session,
            attempt.id,
            outcome=result,
            now=now,
            provider_message_id=outcome.provider_message_id if isinstance(outcome, Accepted) else None,
            confidence=outcome.confidence if isinstance(outcome, Accepted) else None,
            code=None if isinstance(outcome, Accepted) else outcome.code,
        )
        if not written:  # the lease ran out, and somebody has found out and decided meanwhile
            return
        await ledger.append(
            session, message, EntryKind.OUTCOME, at=now, number=attempt.number, outcome=result.value
        )
        if result is AttemptOutcome.ACCEPTED:
            await repository.move(session, message.id, MessageStatus.ACCEPTED, at=now)
        elif result is AttemptOutcome.REJECTED_PERMANENT:
            await failed_here(session, message, now=now, quiet=self._policy.quiet)
        elif result is AttemptOutcome.REJECTED_TEMPORARY:
            await self._later(session, message, now)
        else:
            await repository.reschedule(
                session,
                message.id,
                rung=message.rung,
                due_at=now + self._policy.ask_after,
                status=MessageStatus.UNCERTAIN,
            )

    async def _later(self, session: AsyncSession, message: Message, now: datetime) -> None:
        """Again after a growing pause, then the next rung."""
        tries = await trail_repository.tries_on_rung(session, message.id, message.rung)
        if tries >= self._policy.tries_per_rung:
            await failed_here(session, message, now=now, quiet=self._policy.quiet)
            return
        await repository.reschedule(
            session,
            message.id,
            rung=message.rung,
            due_at=now + self._policy.first_pause * 4 ** (tries - 1),
            status=MessageStatus.PLANNED,
        )


def _address(message: Message) -> str:
    """A mail address, a telephone, or the conversation of somebody who is reached by no telephone of ours."""
    if message.channel == "email":
        return message.email or ""
    return message.phone or message.conversation_id or ""
