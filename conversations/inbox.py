"""Officers answering citizens: take over, answer, note, pass on, give back to the assistant.

Who speaks is a state of the conversation, changed in a transaction: while an officer owns it the assistant is
silent, and two officers who take the same one at once do not both get it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import inbox_repository, rating, repository, sayings
from conversations.models import (
    Conversation,
    ConversationNote,
    Direction,
    Handover,
    HandoverStatus,
    Owner,
    Turn,
)
from core.calendar import WorkingCalendar
from core.database import new_id
from core.events import publish
from core.message import OutboundMessage, Speaker
from core.text.mask import mask_personal

OFFICER_SAID = "motcua.conversation.officer_said"
"""An officer has answered; body {"turn_id", "channel"}. Channels that are pushed to send it on."""

LONGEST_ANSWER = 2000
_SOON, _LATE = timedelta(minutes=2), timedelta(minutes=5)
_SHOWN = 200


class Waiting(StrEnum):
    """How long somebody has waited while the office is open."""

    FRESH = "fresh"
    SOON = "soon"
    LATE = "late"


def how_long(waited: timedelta) -> Waiting:
    return Waiting.LATE if waited >= _LATE else Waiting.SOON if waited >= _SOON else Waiting.FRESH


class InboxError(ValueError):
    """What could not be done, in words for the officer."""


@dataclass(frozen=True)
class Line:
    """One conversation in the inbox. ``last``: the citizen's last words, masked as they are stored.

    ``waited``: working time of the unit; a night is no time in which anybody could have answered.
    """

    handover: Handover
    channel: str
    last: str
    waited: timedelta

    @property
    def urgency(self) -> Waiting:
        return how_long(self.waited)


@dataclass(frozen=True)
class Thread:
    handover: Handover
    conversation: Conversation
    turns: Sequence[Turn]
    notes: Sequence[ConversationNote]

    @property
    def summary(self) -> dict[str, str]:
        """What an officer wants to know before the first word: procedure, what was asked, what was tried."""
        context = self.conversation.context
        tried = [turn for turn in self.turns if turn.direction == Direction.OUT and turn.outcome]
        return {
            "code": str(context.get("code") or ""),
            "facets": ", ".join(context.get("facets") or []),
            "tried": str(len(tried)),
            "missed": str(sum(turn.outcome == "fallback" for turn in tried)),
        }


Place = tuple[str, datetime, str]
"""Where a line stands in the inbox: status of its hand-over, when it began, its id."""


async def inbox(
    session: AsyncSession,
    units: Collection[str],
    *,
    now: datetime,
    calendar: WorkingCalendar,
    limit: int = 200,
    after: Place | None = None,
) -> list[Line]:
    """Waiting ones first, the longest waiting of them first. ``after``: what follows this place."""
    found = await inbox_repository.open_handovers(session, units, limit, after=after)
    return [
        Line(
            handover,
            channel,
            last or "",
            calendar.for_unit(handover.unit).working_time(handover.created_at, now),
        )
        for handover, channel, last in found
    ]


@dataclass(frozen=True)
class WaitingCitizens:
    """``longest``: working time of the unit that is waited for."""

    count: int
    late: int
    longest: timedelta


async def waiting(
    session: AsyncSession, units: Collection[str], *, now: datetime, calendar: WorkingCalendar
) -> WaitingCitizens:
    """Citizens whom nobody has taken over yet."""
    late = {
        unit: calendar.for_unit(unit).subtract_working_time(now, _LATE)
        for unit in set(calendar.units_with_own_hours) & set(units)
    }
    usual = calendar.subtract_working_time(now, _LATE)
    found = await inbox_repository.count_waiting(session, units, late_since=usual, late_since_of=late)
    waited = [calendar.for_unit(one.unit).working_time(one.since, now) for one in found]
    return WaitingCitizens(
        sum(one.count for one in found),
        sum(one.late for one in found),
        max(waited, default=timedelta(0)),
    )


async def thread(session: AsyncSession, handover_id: str, units: Collection[str]) -> Thread:
    handover = await inbox_repository.handover_by_id(session, handover_id)
    if handover is None or (handover.unit is not None and handover.unit not in units):
        raise InboxError("Cuộc trò chuyện này không còn, hoặc thuộc đơn vị khác.")
    conversation = await inbox_repository.conversation_by_id(session, handover.conversation_id)
    assert conversation is not None  # noqa: S101 - a foreign key holds it
    return Thread(
        handover,
        conversation,
        await repository.turns_after(session, conversation.id, 0, _SHOWN),
        await inbox_repository.notes_of(session, conversation.id),
    )


async def take(session: AsyncSession, handover: Handover, *, officer: str, now: datetime) -> None:
    """The conversation is this officer's from now on; the first of two gets it."""
    taken = await inbox_repository.change_handover(
        session,
        handover.id,
        was=HandoverStatus.WAITING,
        taken_by=None,
        status=HandoverStatus.TAKEN,
        new_owner=officer,
        taken_at=now,
    )
    if not taken:
        raise InboxError("Người khác vừa nhận cuộc trò chuyện này rồi.")
    await inbox_repository.set_owner(
        session, handover.conversation_id, Owner.OFFICER, officer_id=officer, at=now
    )


async def answer(
    session: AsyncSession, handover: Handover, *, officer: str, shown_name: str, text: str, now: datetime
) -> OutboundMessage:
    """One message from the officer, under the officer's name."""
    words = text.strip()
    if not words:
        raise InboxError("Chưa có chữ nào để gửi.")
    if len(words) > LONGEST_ANSWER:
        raise InboxError(f"Dài quá {LONGEST_ANSWER} ký tự: tách làm hai tin.")
    _must_be_mine(handover, officer)
    conversation = await inbox_repository.conversation_by_id(session, handover.conversation_id)
    assert conversation is not None  # noqa: S101 - a foreign key holds it
    message = OutboundMessage(
        text=words, speaker=Speaker.OFFICER, speaker_name=shown_name, message_id=new_id(), sent_at=now
    )
    await _say(session, conversation, message, now)
    await publish(
        session,
        type=OFFICER_SAID,
        subject=conversation.id,
        body={"turn_id": message.message_id, "channel": conversation.channel},
        external_id=f"officer:{message.message_id}",
    )
    return message


async def _say(
    session: AsyncSession, conversation: Conversation, message: OutboundMessage, now: datetime
) -> None:
    await repository.add_turn(
        session,
        Turn(
            id=message.message_id or "",
            conversation_id=conversation.id,
            direction=Direction.OUT,
            text=mask_personal(message.text),
            message=message.model_dump(mode="json"),
            correlation_id=message.message_id or "",
            at=now,
        ),
    )


async def note(session: AsyncSession, handover: Handover, *, officer: str, text: str, now: datetime) -> None:
    """A remark for colleagues; the citizen never sees it."""
    if not text.strip():
        raise InboxError("Ghi chú còn trống.")
    await inbox_repository.add_note(
        session,
        ConversationNote(
            conversation_id=handover.conversation_id, author=officer, text=mask_personal(text.strip()), at=now
        ),
    )


async def pass_on(session: AsyncSession, handover: Handover, *, officer: str, unit: str) -> None:
    """To another unit: waiting again, nothing is lost, the assistant stays silent."""
    _must_be_mine(handover, officer)
    await inbox_repository.change_handover(
        session,
        handover.id,
        was=HandoverStatus.TAKEN,
        taken_by=officer,
        status=HandoverStatus.WAITING,
        new_owner=None,
        unit=unit,
    )


async def give_back(session: AsyncSession, handover: Handover, *, officer: str, now: datetime) -> None:
    """Done: the assistant answers again."""
    _must_be_mine(handover, officer)
    closed = await inbox_repository.change_handover(
        session,
        handover.id,
        was=HandoverStatus.TAKEN,
        taken_by=officer,
        status=HandoverStatus.CLOSED,
        new_owner=officer,
        closed_at=now,
    )
    if closed:
        await inbox_repository.set_owner(
            session, handover.conversation_id, Owner.BOT, officer_id=None, at=now
        )
        await _ask_whether_it_helped(session, handover, now)


async def _ask_whether_it_helped(session: AsyncSession, handover: Handover, now: datetime) -> None:
    """The assistant says that it is back, and offers to judge the officer's last words, if there were any."""
    last = await inbox_repository.last_officers_turn(session, handover.conversation_id, handover.taken_at)
    conversation = await inbox_repository.conversation_by_id(session, handover.conversation_id)
    if last is None or conversation is None:
        return
    message = sayings.given_back(rating.presses(last.id))
    message.message_id, message.sent_at = new_id(), now
    conversation.context = {**conversation.context, rating.RATEABLE: last.id}
    await _say(session, conversation, message, now)


def _must_be_mine(handover: Handover, officer: str) -> None:
    if handover.status != HandoverStatus.TAKEN or handover.taken_by != officer:
        raise InboxError("Cuộc trò chuyện này không ở trong tay anh/chị: bấm Nhận trước.")
