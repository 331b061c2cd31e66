"""All SQL about what was tried and what came of it: attempts and receipts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, func, literal_column, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from ulid import ULID

from core.among import among, among_given
from core.database import insert_new, update_rows
from notifications.models import Attempt, Message, Receipt
from notifications.schemas import AttemptOutcome, MessageStatus

_UNDECIDED = (AttemptOutcome.OPEN, AttemptOutcome.AMBIGUOUS)


async def add_attempts(session: AsyncSession, attempts: Sequence[Attempt]) -> None:
    """Attempts that begin, to be committed before the calls."""
    await insert_new(session, attempts)


_STILL_UNDECIDED = (
    select(Attempt.id)
    .where(among_given(Attempt.id, "ids"), Attempt.outcome.in_(_UNDECIDED))
    .order_by(Attempt.id)
    .with_for_update()
)


async def undecided(session: AsyncSession, attempt_ids: Collection[str]) -> set[str]:
    """Those whose outcome may still be written, locked."""
    return set(await session.scalars(_STILL_UNDECIDED, {"ids": list(attempt_ids)}))


async def write_outcomes(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """``rows``: id, outcome, finished_at, provider_message_id, confidence, code of attempts locked before."""
    await update_rows(session, Attempt, rows)


async def close_attempt(
    session: AsyncSession,
    attempt_id: str,
    *,
    outcome: AttemptOutcome,
    now: datetime,
    provider_message_id: str | None = None,
    confidence: str | None = None,
    code: str | None = None,
) -> bool:
    """Write an outcome down; a final one is never overwritten. Whether it was."""
    result = await session.execute(
        update(Attempt)
        .where(Attempt.id == attempt_id, Attempt.outcome.in_(_UNDECIDED))
        .values(
            outcome=outcome,
            finished_at=now,
            provider_message_id=provider_message_id,
            confidence=confidence,
            code=code,
        )
    )
    return cast("CursorResult[Any]", result).rowcount == 1


async def attempts_of(session: AsyncSession, message_id: str) -> Sequence[Attempt]:
    query = select(Attempt).where(Attempt.message_id == message_id).order_by(Attempt.number)
    return (await session.scalars(query.execution_options(populate_existing=True))).all()


@dataclass
class Here:
    """What happened to a message on the rung where it stands: every provider that was tried, those that will
    not take it at all, and the one whose answer was once lost and which has said since that it may be handed
    over again: that one alone would recognise a second copy.
    """

    tried: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    holder: str | None = None

    def left(self, names: Collection[str]) -> list[str]:
        """Of a route's providers those that may still take it."""
        return [name for name in names if name not in self.refused and self.holder in (None, name)]


async def here(session: AsyncSession, messages: Sequence[Message]) -> dict[str, Here]:
    """By the id of every message."""
    rungs = {message.id: message.rung for message in messages}
    found = {message.id: Here() for message in messages}
    if not rungs:
        return found
    query = (
        select(Attempt.message_id, Attempt.rung, Attempt.provider, Attempt.outcome)
        .where(among(Attempt.message_id, rungs))
        .order_by(Attempt.number)
    )
    for message_id, rung, provider, outcome in await session.execute(query):
        if rungs[message_id] != rung:
            continue
        one = found[message_id]
        one.tried.append(provider)
        if outcome == AttemptOutcome.REJECTED_PERMANENT:
            one.refused.add(provider)
        elif outcome == AttemptOutcome.NOT_SENT:
            one.holder = provider
    return found


async def deserted(session: AsyncSession, before: datetime, limit: int) -> Sequence[Attempt]:
    """Attempts begun before then and still open: their sender died, nobody knows what became of them."""
    query = (
        select(Attempt)
        # Written out, not as a parameter: only so may a database use the small index over what is open.
        .where(text("attempt.outcome = 'open'"), Attempt.started_at < before)
        .order_by(Attempt.started_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.scalars(query)).all()


async def heard_lately(
    session: AsyncSession, provider: str, *, before: datetime, limit: int
) -> tuple[int, int]:
    """Of the newest messages that a provider took before then: how many, and how many have any receipt."""
    query = (
        select(Attempt.id, Attempt.message_id)
        # Ids sort by the time they were made: the newest are found without an index of their own.
        .where(
            Attempt.provider == provider,
            Attempt.started_at < before,
            Attempt.outcome == AttemptOutcome.ACCEPTED,
        )
        .order_by(Attempt.id.desc())
        .limit(limit)
    )
    rows = (await session.execute(query)).all()
    heard = await session.scalars(
        select(Receipt.attempt_id).where(Receipt.message_id.in_([row.message_id for row in rows]))
    )
    return len(rows), len({row.id for row in rows} & set(heard))


async def carriers_of(session: AsyncSession, messages: Sequence[Message]) -> dict[str, str]:
    """By message, the provider that has it on the rung where it stands: the one of the newest attempt."""
    rungs = {message.id: message.rung for message in messages}
    query = (
        select(Attempt.message_id, Attempt.rung, Attempt.provider)
        .where(among(Attempt.message_id, rungs))
        .order_by(Attempt.number)
    )
    return {row[0]: row[2] for row in await session.execute(query) if rungs[row[0]] == row[1]}


async def accepted_by_provider(
    session: AsyncSession, *, since: datetime, until: datetime | None = None
) -> dict[str, tuple[int, int]]:
    """How many messages each provider has taken since a moment, and how many segments they had."""
    # Ids sort by the time they were made, and no clock is a day wrong: older rows are not even read.
    oldest = str(ULID.from_datetime(since - timedelta(days=1)))[:10]
    # Grouped by no plain column: SQLite would walk through the index of providers, which is the whole table.
    name = Attempt.provider.concat(literal_column("''"))
    query = (
        select(name, func.count(), func.sum(Attempt.segments))
        .where(Attempt.id >= oldest, Attempt.outcome == AttemptOutcome.ACCEPTED, Attempt.started_at >= since)
        .group_by(name)
    )
    if until is not None:
        latest = str(ULID.from_datetime(until + timedelta(days=1)))[:10]
        query = query.where(Attempt.id < latest, Attempt.started_at < until)
    rows = (await session.execute(query)).all()
    return {str(provider): (int(count), int(segments)) for provider, count, segments in rows}


async def dossier_of(
    session: AsyncSession, provider: str, *, reference: str, provider_message_id: str
) -> str | None:
    """The code of the dossier that a provider's message was about."""
    query = (
        select(Message.dossier_code)
        .join(Attempt, Attempt.message_id == Message.id)
        .where(Attempt.provider == provider)
        .limit(1)
    )
    # Two questions, each with an index of its own.
    found = await session.scalar(query.where(Attempt.provider_message_id == provider_message_id))
    return found or await session.scalar(query.where(Attempt.reference == reference))


async def awaiting_receipt(
    session: AsyncSession, provider: str, *, after: datetime, before: datetime, limit: int
) -> Sequence[Attempt]:
    """Accepted attempts of that time whose message has not arrived and not failed as far as we know."""
    query = (
        select(Attempt)
        .join(Message, Message.id == Attempt.message_id)
        .where(
            Attempt.provider == provider,
            Attempt.outcome == AttemptOutcome.ACCEPTED,
            Attempt.provider_message_id.is_not(None),
            Attempt.started_at.between(after, before),
            Message.status.in_((MessageStatus.ACCEPTED, MessageStatus.SENT)),
        )
        .order_by(Attempt.started_at)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def receipts_of(session: AsyncSession, message_id: str) -> Sequence[Receipt]:
    query = select(Receipt).where(Receipt.message_id == message_id).order_by(Receipt.recorded_at)
    return (await session.scalars(query)).all()


async def messages_by_ids(session: AsyncSession, ids: Collection[str]) -> dict[str, Message]:
    rows = await session.scalars(select(Message).where(among(Message.id, ids)))
    return {row.id: row for row in rows}


async def attempts_of_all(session: AsyncSession, ids: Collection[str]) -> Sequence[Attempt]:
    return (await session.scalars(select(Attempt).where(among(Attempt.message_id, ids)))).all()


async def count_receipts(session: AsyncSession, ids: Collection[str]) -> dict[str, int]:
    query = (
        select(Receipt.message_id, func.count())
        .where(among(Receipt.message_id, ids))
        .group_by(Receipt.message_id)
    )
    return {row[0]: row[1] for row in await session.execute(query) if row[0] is not None}
