"""What came back from providers, written down: taken, refused, busy, or nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core import metrics
from notifications import repository, trail_repository
from notifications.carriers import Carriers
from notifications.chain import EntryKind, Line, append_all
from notifications.models import Attempt, Message
from notifications.schemas import AttemptOutcome, Channel, ClimbReason, MessageStatus
from notifications.send_policy import SendPolicy
from notifications.ways import failed_here
from wire.provider import About, Accepted, Ambiguous, Outcome, Rejected

_LONGEST_CODE, _LONGEST_NAME = 60, 100
"""What the columns hold, whatever a provider says."""


@dataclass(frozen=True)
class Returned:
    """What came of a call."""

    message: Message
    attempt: Attempt
    outcome: Outcome


class Outcomes:
    def __init__(self, carriers: Carriers, *, policy: SendPolicy) -> None:
        self._carriers, self._policy = carriers, policy

    async def write_down(
        self, session: AsyncSession, returned: Sequence[Returned], *, now: datetime
    ) -> list[Line]:
        """Outcomes of calls. One whose attempt somebody has decided meanwhile changes nothing.

        Given back are the lines about what was taken, for the ledger, which costs little more for many lines
        than for one. Those after which something more is written down at once stand there already.
        """
        if not returned:
            return []
        open_ = await trail_repository.undecided(session, [one.attempt.id for one in returned])
        returned = [one for one in returned if one.attempt.id in open_]
        await trail_repository.write_outcomes(session, [_outcome_row(one, now) for one in returned])
        _count(returned, now)
        taken = [one for one in returned if isinstance(one.outcome, Accepted)]
        others = [one for one in returned if not isinstance(one.outcome, Accepted)]
        await append_all(session, [_line(one, now) for one in others])
        await self._taken(session, taken, now)
        for one in others:
            match one.outcome:
                case Rejected(permanent=True) as refused if not refused.another_may_take_it:
                    await self._failed(session, one.message, ClimbReason.REFUSED, now)
                case Rejected(permanent=permanent, after=after):
                    why = ClimbReason.REFUSED if permanent else ClimbReason.BUSY
                    await self._once_more(session, one.message, why, now, after)
                case Ambiguous():
                    await repository.reschedule(
                        session,
                        one.message.id,
                        rung=one.message.rung,
                        due_at=now + self._policy.ask_after,
                        status=MessageStatus.UNCERTAIN,
                    )
        return [_line(one, now) for one in taken]

    async def _taken(self, session: AsyncSession, returned: Sequence[Returned], now: datetime) -> None:
        by_time: dict[timedelta | None, list[str]] = {}
        for one in returned:
            wait = self._policy.receipt_within.get(one.attempt.provider)
            by_time.setdefault(wait, []).append(one.message.id)
        for wait, ids in by_time.items():
            await repository.accepted(session, ids, at=now, receipt_by=now + wait if wait else None)

    async def _once_more(
        self, session: AsyncSession, message: Message, why: ClimbReason, now: datetime, after: float
    ) -> None:
        """Another provider of the rung at once; else one that was busy, after a growing pause and not before
        the ``after`` seconds it asked for; when there is none left, or it was tried often enough, the next
        rung."""
        here = (await trail_repository.here(session, [message]))[message.id]
        left = here.left(self._carriers.names(message.provider))
        if not left or len(here.tried) >= self._policy.tries_per_rung:
            await self._failed(session, message, why, now)
            return
        untried = set(left) - set(here.tried)
        growing = self._policy.first_pause * 4 ** (len(here.tried) - 1)
        pause = timedelta() if untried else max(growing, timedelta(seconds=after))
        await repository.reschedule(
            session, message.id, rung=message.rung, due_at=now + pause, status=MessageStatus.PLANNED
        )

    async def _failed(self, session: AsyncSession, message: Message, why: ClimbReason, now: datetime) -> None:
        await failed_here(session, message, why=why, now=now, quiet=self._policy.quiet)


def _line(one: Returned, now: datetime) -> Line:
    facts = {"number": one.attempt.number, "outcome": result_of(one.outcome).value}
    return Line(one.message, EntryKind.OUTCOME, now, facts)


def _count(returned: Sequence[Returned], now: datetime) -> None:
    for one in returned:
        attempt = one.attempt
        metrics.ATTEMPTS.labels(attempt.provider, counted_as(one.outcome)).inc()
        took = (now - attempt.started_at).total_seconds()
        metrics.ATTEMPT_SECONDS.labels(attempt.provider).observe(max(took, 0.0))
        if isinstance(one.outcome, Accepted):
            if attempt.channel == Channel.SMS:
                metrics.SEGMENTS.labels(attempt.provider).inc(attempt.segments)
            metrics.MESSAGES.labels(attempt.channel, MessageStatus.ACCEPTED).inc()


def counted_as(outcome: Outcome) -> str:
    """Many citizens have no Zalo: counted apart from refusals that speak against a provider."""
    if isinstance(outcome, Rejected) and outcome.about is About.PERSON:
        return "no_way_to_person"
    return result_of(outcome)


def result_of(outcome: Outcome) -> AttemptOutcome:
    match outcome:
        case Accepted():
            return AttemptOutcome.ACCEPTED
        case Rejected(permanent=True):
            return AttemptOutcome.REJECTED_PERMANENT
        case Rejected():
            return AttemptOutcome.REJECTED_TEMPORARY
        case Ambiguous():
            return AttemptOutcome.AMBIGUOUS


def _outcome_row(one: Returned, now: datetime) -> dict[str, object]:
    outcome = one.outcome
    taken = isinstance(outcome, Accepted)
    return {
        "id": one.attempt.id,
        "outcome": result_of(outcome),
        "finished_at": now,
        "provider_message_id": _name_there(outcome) if isinstance(outcome, Accepted) else None,
        "confidence": outcome.confidence if isinstance(outcome, Accepted) else None,
        "code": None if taken else outcome.code[:_LONGEST_CODE],  # type: ignore[union-attr]
    }


def _name_there(outcome: Accepted) -> str | None:
    """None for what is too long to be a name: no receipt will name it, and that it was taken counts."""
    name = outcome.provider_message_id
    return name if name is None or len(name) <= _LONGEST_NAME else None
