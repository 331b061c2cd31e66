"""Answers of the assistant that an officer approves before they are sent: on topics that a unit has named.

The citizen is told that a person looks first, and by when. What is approved goes out in the same conversation
as the assistant's; what was changed goes out under the officer's name. Out of hours the assistant answers as
usual, or says when the office will, as the unit chose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import inbox, notices, repository, sayings
from conversations import review_repository as reviews
from conversations.handover import answer_by, request_handover
from conversations.inbox import LONGEST_ANSWER, InboxError
from conversations.models import Conversation, Handover, Turn
from conversations.review_models import HeldAnswer, HeldStatus, OutOfHours, ReviewedTopic, TopicKind
from core.calendar import WorkingCalendar
from core.database import Database, new_id
from core.message import OutboundMessage, Outcome, Reply, Speaker
from core.text.mask import mask_personal

# Where words can be brought later. A text message or a machine's call waits for its answer now.
LATER = frozenset({"webchat", "zalo", "telegram"})


@dataclass(frozen=True)
class Subject:
    """What an answer is about: the procedure's name as it is said, and its field."""

    name: str
    field: str | None


class ReviewError(InboxError):
    """What could not be done, in words for the officer."""


class Reviews:
    """``subject`` tells of a code what it is; nothing for what is no procedure."""

    def __init__(
        self,
        database: Database,
        subject: Callable[[str], Subject | None],
        calendar: Callable[[], WorkingCalendar],
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._subject, self._calendar, self._clock = database, subject, calendar, clock

    async def hold(self, conversation: Conversation, turn: Turn, reply: Reply) -> Reply | None:
        """What the citizen is told instead while somebody looks; nothing where nobody has to.

        A turn that is dealt with again after a failure is not held twice.
        """
        if reply.outcome is not Outcome.ANSWER or not reply.code or conversation.channel not in LATER:
            return None
        subject = self._subject(reply.code)
        if subject is None:
            return None
        now = self._clock()
        async with self._database.reading() as session:
            topics = await reviews.topics_about(session, reply.code, subject.field)
            topics = [one for one in topics if _concerns(one, conversation)]
        if not topics:
            return None
        topic = topics[0]
        calendar = self._calendar().for_unit(topic.unit)
        if topic.out_of_hours == OutOfHours.USUAL and not calendar.is_open(now):
            return None
        until = answer_by(calendar, now)
        async with self._database.writing() as session:
            if await reviews.held_of_turn(session, turn.id) is None:
                await reviews.add(
                    session,
                    HeldAnswer(
                        conversation_id=conversation.id,
                        turn_id=turn.id,
                        unit=topic.unit,
                        code=reply.code,
                        question=turn.text,
                        reply=reply.model_dump(mode="json"),
                        answer_by=until,
                        held_at=now,
                    ),
                )
        told = sayings.looked_at_first(subject.name, until)
        told.context = reply.context
        return told


def _concerns(topic: ReviewedTopic, conversation: Conversation) -> bool:
    """A unit looks at what its own citizens asked, and at what nobody said a ward of."""
    ward = conversation.context.get("ward")
    return ward is None or ward == topic.unit


async def name_topic(
    session: AsyncSession,
    *,
    kind: TopicKind,
    value: str,
    unit: str,
    out_of_hours: OutOfHours,
    by: str,
    now: datetime,
) -> ReviewedTopic:
    """From now on the answers on this topic wait for an officer of the unit. Raises ReviewError."""
    for one in await reviews.open_topics(session, [unit]):
        if (one.kind, one.value) == (kind, value):
            raise ReviewError("Chủ đề này đang được duyệt trước rồi.")
    topic = ReviewedTopic(kind=kind, value=value, unit=unit, out_of_hours=out_of_hours, set_by=by, set_at=now)
    await reviews.add(session, topic)
    return topic


async def send(session: AsyncSession, held: HeldAnswer, *, officer: str, now: datetime) -> None:
    """The answer as the assistant made it. Raises ReviewError when somebody else has decided."""
    await _decide(session, held, HeldStatus.SENT, officer, now)
    for message in Reply.model_validate(held.reply).messages:
        message.message_id, message.sent_at = new_id(), now
        await notices.tell(session, held.conversation_id, message, at=now)


async def send_changed(
    session: AsyncSession, held: HeldAnswer, *, officer: str, shown_name: str, text: str, now: datetime
) -> None:
    """An officer's words instead, under the officer's name. Raises ReviewError."""
    words = text.strip()
    if not words:
        raise ReviewError("Chưa có chữ nào để gửi.")
    if len(words) > LONGEST_ANSWER:
        raise ReviewError(f"Dài quá {LONGEST_ANSWER} ký tự: viết ngắn lại.")
    await _decide(session, held, HeldStatus.CHANGED, officer, now)
    message = OutboundMessage(
        text=mask_personal(words),
        speaker=Speaker.OFFICER,
        speaker_name=shown_name,
        message_id=new_id(),
        sent_at=now,
    )
    await notices.tell(session, held.conversation_id, message, at=now)


async def take_over(
    session: AsyncSession, held: HeldAnswer, *, officer: str, calendar: WorkingCalendar, now: datetime
) -> Handover:
    """Neither: the officer speaks with the citizen; the assistant is silent from now on."""
    await _decide(session, held, HeldStatus.TAKEN_OVER, officer, now)
    handover = await repository.waiting_handover(session, held.conversation_id)
    if handover is None:
        handover = await request_handover(
            session, conversation_id=held.conversation_id, calendar=calendar, now=now
        )
        handover.unit = held.unit
        await session.flush()
    await inbox.take(session, handover, officer=officer, now=now)
    return handover


async def _decide(
    session: AsyncSession, held: HeldAnswer, to: HeldStatus, officer: str, now: datetime
) -> None:
    if not await reviews.decide(session, held.id, to=to, by=officer, now=now):
        raise ReviewError("Người khác vừa giải quyết câu này rồi.")
