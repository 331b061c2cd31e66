"""A citizen asks for a person: a state with a receipt code and a promise, not a phrase."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import repository
from conversations.models import Handover
from core.calendar import LOCAL, WorkingCalendar
from core.events import publish
from core.text.receipt import new_receipt

HANDOVER_REQUESTED = "motcua.conversation.handover_requested"
# Less than this before closing, the promise is for the next opening.
_SHORTEST = timedelta(hours=1)


def answer_by(calendar: WorkingCalendar, now: datetime) -> datetime:
    """The latest moment of an answer: the end of the first stretch of office hours that leaves an hour."""
    at = now.astimezone(LOCAL)
    while True:
        opens = calendar.next_opening(at)
        closes = next(
            datetime.combine(opens.date(), period.closes, LOCAL)
            for period in calendar.office_hours(opens.date())
            if period.closes > opens.time()
        )
        if closes - opens >= _SHORTEST:
            return closes
        at = closes


async def request_handover(
    session: AsyncSession,
    *,
    conversation_id: str,
    calendar: WorkingCalendar,
    now: datetime,
    wants_call: bool = False,
) -> Handover:
    """The waiting hand-over of this conversation, made if there is none; asking twice gives one receipt."""
    waiting = await repository.waiting_handover(session, conversation_id)
    if waiting is not None:
        waiting.wants_call = waiting.wants_call or wants_call
        return waiting
    receipt = new_receipt()
    while await repository.handover_receipt_taken(session, receipt):
        receipt = new_receipt()
    unit = await repository.ward_of(session, conversation_id)
    handover = await repository.add_handover(
        session,
        Handover(
            receipt=receipt,
            conversation_id=conversation_id,
            wants_call=wants_call,
            answer_by=answer_by(calendar.for_unit(unit), now),
            unit=unit,
        ),
    )
    await publish(
        session,
        type=HANDOVER_REQUESTED,
        subject=conversation_id,
        body={"receipt": receipt, "answer_by": handover.answer_by.isoformat(), "wants_call": wants_call},
    )
    return handover
