"""Where a message goes from here: the next rung, or its end. Shared by the sender and by receipts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core import metrics
from core.events import publish_all
from notifications import ledger, repository, tasks
from notifications.chain import Line, append_all
from notifications.draft import unreachable
from notifications.ledger import EntryKind
from notifications.models import Message
from notifications.quiet import Quiet
from notifications.schemas import MAYBE_TWICE, ClimbReason, MessageStatus, Purpose, Reason

# A citizen is owed these: where no channel brings them, somebody of the unit does.
_OWED = (Purpose.STATUS, Purpose.COMPLAINT)


async def next_rung(
    session: AsyncSession, message: Message, *, why: ClimbReason, now: datetime, quiet: Quiet
) -> bool:
    """Put a message on its next rung; False when there is none or it has been moved meanwhile."""
    second_copy = why in MAYBE_TWICE
    if message.rung + 1 >= len(message.rungs):
        return False
    rung = message.rungs[message.rung + 1]
    words = message.wordings[rung["channel"]]
    climbed = await repository.climb(
        session,
        message,
        due_at=quiet.earliest(
            now, Purpose(message.purpose), key=message.recipient_hash, any_hour=message.any_hour
        ),
        second_copy=second_copy,
        values={
            "channel": rung["channel"],
            "provider": rung["provider"],
            "template_id": words["template_id"],
            "template_version": words["template_version"],
            "cost": words.get("cost", 0) + _paid(message, here=second_copy),
        },
    )
    if climbed:
        await ledger.append(
            session,
            message,
            EntryKind.CLIMBED,
            at=now,
            channel=rung["channel"],
            provider=rung["provider"],
            why=why.value,
            maybe_second_copy=second_copy or None,
        )
    return climbed


def _paid(message: Message, *, here: bool) -> int:
    """What it has cost so far; ``here``: the rung it stands on may have carried it, and is paid too."""
    return message.cost if here else max(0, message.cost - price_here(message))


def price_here(message: Message) -> int:
    """In đồng, of the rung a message stands on."""
    price: int = message.wordings.get(message.channel, {}).get("cost", 0)
    return price


async def end(
    session: AsyncSession, message: Message, *, to: MessageStatus, reason: Reason, now: datetime
) -> None:
    """End a message that will not be sent on, and tell the unit where that leaves a citizen without news."""
    await end_all(session, [message], to=to, reason=reason, now=now)


async def end_all(
    session: AsyncSession, messages: Sequence[Message], *, to: MessageStatus, reason: Reason, now: datetime
) -> None:
    """``end`` for many, with as few statements as for one."""
    ended = await repository.give_up(session, messages, to=to, reason=reason, at=now)
    messages = [message for message in messages if message.id in ended]
    for message in messages:
        metrics.MESSAGES.labels(message.channel, to).inc()
    facts = {"status": to.value, "reason": reason.value}
    await append_all(session, [Line(message, EntryKind.ENDED, now, facts) for message in messages])
    if reason is Reason.CHANNELS_EXHAUSTED:
        owed = [message for message in messages if message.purpose in _OWED]
        await publish_all(session, [unreachable(message, reason) for message in owed])


async def nobody_knows(session: AsyncSession, message: Message, *, now: datetime) -> bool:
    """In doubt on its last rung: it stays so until a receipt comes, and the unit asks the citizen.

    False when it has been moved meanwhile.
    """
    if not await repository.leave_in_doubt(session, message, reason=Reason.UNSURE):
        return False
    await ledger.append(
        session,
        message,
        EntryKind.ENDED,
        at=now,
        status=MessageStatus.UNCERTAIN.value,
        reason=Reason.UNSURE.value,
    )
    if message.purpose in _OWED:
        await publish_all(session, [unreachable(message, Reason.UNSURE)])
    return True


async def failed_here(
    session: AsyncSession, message: Message, *, why: ClimbReason, now: datetime, quiet: Quiet
) -> None:
    """This rung certainly failed: the next one, or the end."""
    await all_failed_here(session, [message], why=why, now=now, quiet=quiet)


async def all_failed_here(
    session: AsyncSession, messages: Sequence[Message], *, why: ClimbReason, now: datetime, quiet: Quiet
) -> None:
    """``failed_here`` for many. A carrier that is out of order fails thousands within minutes."""
    last = [message for message in messages if message.rung + 1 >= len(message.rungs)]
    for message in messages:
        if message.rung + 1 < len(message.rungs):
            await next_rung(session, message, why=why, now=now, quiet=quiet)
    await end_all(session, last, to=MessageStatus.FAILED, reason=Reason.CHANNELS_EXHAUSTED, now=now)


async def arrived_on(session: AsyncSession, message: Message, rung: int, *, now: datetime) -> None:
    """It is known to have arrived on this rung: a later one that nobody has begun is taken back, and so is
    the task of telling the citizen by hand. ``message`` as it stood before."""
    if rung < message.rung:
        there = message.rungs[rung]
        words = message.wordings[there["channel"]]
        await repository.stand_back(
            session,
            message,
            rung=rung,
            values={
                "channel": there["channel"],
                "provider": there["provider"],
                "template_id": words["template_id"],
                "template_version": words["template_version"],
                "cost": _paid(message, here=False),
                "maybe_second_copy": message.maybe_second_copy and rung > 0,
            },
        )
    if message.reason in (Reason.UNSURE, Reason.CHANNELS_EXHAUSTED):
        await tasks.not_needed(session, message, now=now)
