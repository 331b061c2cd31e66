"""Opinions asked for in the chat: when a talk has come to rest, and after a complaint that was made there.

The words stay among the others of the chat, so they hold no link to anybody's answer: the page behind them
knows the conversation by the browser's own cookie, and on Zalo and Telegram the link is made when it is sent.
A text message is paid for, so nobody is asked by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from conversations import notices
from conversations.resting import Resting, at_rest
from core.database import Database, new_id, utc_now
from core.event_reading import advance, position, read_events
from core.events import Event
from core.message import Button, OutboundMessage, Speaker
from dossiers.kinds import is_sad
from feedback import repository
from feedback.draw import InvitationPlan
from feedback.instruments import Instruments
from feedback.inviting import INVITED
from feedback.models import InvitationState
from feedback.occasions import Talk, talk_ended
from gateway.channels.push import SURVEY_PATH
from gateway.channels.webchat import CHANNEL as WEB
from knowledge import repository as catalogue
from people.repository import unit_by_code

CONSUMER = "gateway.chat_surveys"
PATH = SURVEY_PATH
CHANNELS = (WEB, "zalo", "telegram")
"""Where a talk that came to rest is asked about."""
ASSISTANT = "Trợ lý Một cửa"
"""In the place of a unit, where a talk was with none of them."""

_LOOK_BACK = timedelta(hours=1)
_BATCH = 100
_AFTER_TALK = (
    "Cuộc trò chuyện này có giúp được anh/chị không? Bấm vào đây để cho biết, một lần bấm là xong.\n"
    "Không trả lời cũng không sao."
)
_AFTER_COMPLAINT = (
    "Phản ánh của anh/chị đã có trả lời. Xin cho biết việc xử lý như vậy đã được chưa.\n"
    "Người xử lý không biết ai trả lời gì. Không trả lời cũng không sao."
)


class ChatSurveys:
    """For the worker. ``plan`` and ``instruments`` give what is published now."""

    def __init__(
        self,
        database: Database,
        *,
        plan: Callable[[], InvitationPlan],
        instruments: Callable[[], Instruments],
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._plan, self._instruments = database, plan, instruments
        self._clock = clock

    async def tick(self) -> int:
        """Invite after the talks that came to rest, and say so where somebody was invited; how many."""
        await self._look_for_talks()
        return await self._ask()

    async def _look_for_talks(self) -> None:
        plan, now = self._plan(), self._clock()
        if plan.chat_survey is None or plan.chat_rate == 0:
            return
        until = now - timedelta(minutes=plan.chat_rest_minutes)
        async with self._database.reading() as session:
            found = [
                one
                for channel in CHANNELS
                for one in await at_rest(session, channel, since=now - _LOOK_BACK, until=until)
            ]
            talks = [await _talk(session, one) for one in found if not await _sad(session, one.codes, plan)]
        if not talks:
            return
        async with self._database.writing() as session:
            for talk in talks:
                await talk_ended(session, talk, plan, self._instruments(), now)

    async def _ask(self) -> int:
        async with self._database.reading() as session:
            if not await _next(session):
                return 0
        asked = 0
        async with self._database.writing() as session:
            events = await _next(session)
            for event in events:
                conversation_id = event.body.get("conversation_id")
                if conversation_id is None:
                    continue
                found = await repository.invitation(session, event.body["invitation_id"])
                if found is None or found.state != InvitationState.PLANNED:
                    continue  # refused meanwhile
                words = _AFTER_COMPLAINT if "complaint_id" in event.body else _AFTER_TALK
                await notices.tell(session, conversation_id, _question(words), at=self._clock())
                asked += 1
            if events:
                await advance(session, CONSUMER, events[-1].position)
        return asked


async def _next(session: AsyncSession) -> list[Event]:
    after = await position(session, CONSUMER)
    return list(await read_events(session, after=after, limit=_BATCH, types=[INVITED]))


def _question(words: str) -> OutboundMessage:
    return OutboundMessage(
        text=words,
        buttons=[Button(title="Góp ý", url=PATH)],
        speaker=Speaker.SYSTEM,
        message_id=new_id(),
    )


async def _talk(session: AsyncSession, resting: Resting) -> Talk:
    unit = await unit_by_code(session, resting.ward) if resting.ward else None
    return Talk(resting.conversation_id, resting.last_turn_at, unit.name if unit else ASSISTANT)


async def _sad(session: AsyncSession, codes: Iterable[str], plan: InvitationPlan) -> bool:
    """No survey after a talk about a death, a divorce, an adoption (the voice of the product, rule 8)."""
    for code in codes:
        procedure = await catalogue.find(session, code)
        name = procedure.name if procedure else None
        if is_sad(name) or plan.is_sad_matter(code, name):
            return True
    return False
