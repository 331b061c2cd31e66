"""Where a message goes from here: the next rung, or its end. Shared by the sender and by receipts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core import metrics
from core.events import publish_all
from notifications import ledger, repository
from notifications.draft import unreachable
from notifications.ledger import EntryKind
from notifications.models import Message
from notifications.quiet import QuietHours
from notifications.schemas import MessageStatus, Purpose, Reason


async def next_rung(
    session: AsyncSession, message: Message, *, now: datetime, quiet: QuietHours, second_copy: bool = False
) -> bool:
    """Put a message on its next rung; False when there is none or it has been moved meanwhile.

    ``second_copy``: the rung before may have reached the citizen after all; the message is marked so.
    """
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
            # A rung that may have carried it after all is paid too.
            "cost": words.get("cost", 0) + (message.cost if second_copy else 0),
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
            maybe_second_copy=second_copy or None,
        )
    return climbed


async def end(
    session: AsyncSession, message: Message, *, to: MessageStatus, reason: Reason, now: datetime
) -> None:
    """End a message that will not be sent on, and tell the unit where that leaves a citizen without news."""
    if not await repository.give_up(session, message, to=to, reason=reason, at=now):
        return
    metrics.MESSAGES.labels(message.channel, to).inc()
    await ledger.append(session, message, EntryKind.ENDED, at=now, status=to.value, reason=reason.value)
    if reason is Reason.CHANNELS_EXHAUSTED and message.purpose in (Purpose.STATUS, Purpose.COMPLAINT):
        await publish_all(session, [unreachable(message, reason)])


async def failed_here(session: AsyncSession, message: Message, *, now: datetime, quiet: QuietHours) -> None:
    """This rung certainly failed: the next one, or the end."""
    if message.rung + 1 < len(message.rungs):
        await next_rung(session, message, now=now, quiet=quiet)
    else:
        await end(session, message, to=MessageStatus.FAILED, reason=Reason.CHANNELS_EXHAUSTED, now=now)
