"""One turn of a conversation, from a channel's message to stored replies; who answers it is ``answering``.

The order matters: a repeated delivery is recognised before anything happens; a conversation has one turn at
a time and what arrives meanwhile is merged into the next; words are masked before they are stored.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conversations import repository, unanswered
from conversations.answering import Answering, DeskLimits, Press, Proof, Stopwatch
from conversations.intake import clean
from conversations.models import Conversation, Direction, Turn
from conversations.queue import TurnQueue
from conversations.rasa import Assistant
from conversations.rating import RATEABLE, judged
from core import metrics
from core.crypto import keyed_hash
from core.database import Database, new_id, utc_now
from core.message import InboundMessage, OutboundMessage, Outcome, Reply, Task
from core.tracing import thread

_FLOOR_POLL_SECONDS = 0.05

# What the citizen is told instead while an officer looks at the answer; nothing where nobody has to.
Hold = Callable[[Conversation, Turn, Reply], Awaitable[Reply | None]]
# Hears a message as it was typed while it is being stored (``conversations.ahead``).
Ahead = Callable[[str], None]


@dataclass(frozen=True)
class TurnResult:
    """``latency_ms``: the whole turn; ``own_ms``: without the time that Rasa took."""

    conversation_id: str
    reply: Reply
    latency_ms: int
    repeated: bool = False
    own_ms: float | None = None


@dataclass(frozen=True)
class _Received:
    """What is still to be answered: ``messages``, stored as ``turns``. ``told``: what a repeat got
    before. ``again``: the first of them came before, and had no answer a moment ago.
    """

    conversation: Conversation
    messages: list[InboundMessage]
    turns: list[Turn]
    told: Reply | None
    again: bool


class Desk:
    def __init__(
        self,
        database: Database,
        assistant: Assistant,
        *,
        limits: DeskLimits | None = None,
        proof: Proof | None = None,
        press: Press | None = None,
        ahead: Ahead | None = None,
        hold: Hold | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database = database
        self._ahead = ahead
        self._limits = limits or DeskLimits()
        self._answering = Answering(
            database, assistant, limits=self._limits, proof=proof, press=press, clock=clock
        )
        self._hold = hold
        self._clock = clock
        self._queue = TurnQueue()

    async def take(self, message: InboundMessage) -> TurnResult:
        """Deal with one message. A repeat of a delivery gets the replies of the first one."""
        started = time.perf_counter()
        async with self._queue.turn(f"{message.channel}\0{message.conversation_key}", message) as batch:
            if not batch:  # merged into the turn of a message that waited with this one
                return TurnResult("", Reply(outcome=Outcome.TASK, messages=[]), 0)
            if self._ahead and not batch[0].action:
                self._ahead(_text_of(batch))
            received = await self._receive(batch)
            batch, turns = received.messages, received.turns
            if not turns:
                return _repeated(received.conversation, received.told)
            holder = turns[0].id
            conversation = await self._floor(received.conversation, holder)
            if received.again and (told := await self._told(turns[0])) is not None:
                batch, turns = batch[1:], turns[1:]
                if not turns:
                    await self._leave(conversation, holder)
                    return _repeated(conversation, told)
            turn = turns[0]
            rasa = Stopwatch()
            with thread("turn", turn.correlation_id, channel=conversation.channel):
                reply = await self._answering.reply(
                    conversation, turn, _text_of(batch), batch[0].action, rasa, again=received.again
                )
            if self._hold and (held := await self._hold(conversation, turn, reply)) is not None:
                reply = held
            latency = round((time.perf_counter() - started) * 1000)
            await self._store(conversation, turn, reply, latency, holder=holder)
            own = (time.perf_counter() - started) * 1000 - (rasa.ms - reply.took_ms)
            _count(conversation.channel, reply, latency)
        return TurnResult(conversation.id, reply, latency, own_ms=round(own, 1))

    async def _receive(self, batch: Sequence[InboundMessage]) -> _Received:
        """Store what is new. A repeat among the messages takes nothing from the others."""
        first, now = batch[0], self._clock()
        known: list[tuple[InboundMessage, Turn]] = []
        fresh: list[tuple[InboundMessage, Turn]] = []
        names: set[str] = set()
        told = None
        async with self._database.writing() as session:
            conversation = await self._conversation(session, first.channel, first.conversation_key)
            for one in batch:
                if (name := _name(one)) is not None:
                    if name in names:
                        continue
                    names.add(name)
                    earlier = await repository.turn_by_external_id(session, conversation.id, name)
                    if earlier is not None:
                        if replies := await repository.replies_to(session, earlier):
                            told = _reply_of(replies)
                        else:
                            known.append((one, earlier))
                        continue
                fresh.append(
                    (one, await repository.add_turn(session, self._incoming(conversation.id, one, now)))
                )
            if fresh and now - conversation.context_at > self._limits.context_life:
                conversation.context = _aged(conversation.context)
        both = [*known, *fresh]
        return _Received(conversation, [m for m, _ in both], [t for _, t in both], told, bool(known))

    async def _told(self, turn: Turn) -> Reply | None:
        """What was answered to this turn, by another machine perhaps."""
        async with self._database.reading() as session:
            replies = await repository.replies_to(session, turn)
        return _reply_of(replies) if replies else None

    async def _leave(self, conversation: Conversation, holder: str) -> None:
        if not self._database.is_sqlite:
            async with self._database.writing() as session:
                await repository.leave_floor(session, conversation.id, holder)

    async def _floor(self, conversation: Conversation, holder: str) -> Conversation:
        """Wait until no other machine answers in this conversation, and read where it stands then.

        On SQLite one process answers everybody, and its queue is enough. A machine that dies or hangs in a
        turn holds up this one conversation for the length of the lease.
        """
        if self._database.is_sqlite:
            return conversation
        while True:
            async with self._database.writing() as session:
                now = self._clock()
                until = now + self._limits.floor
                if await repository.take_floor(session, conversation.id, holder, now=now, until=until):
                    await session.refresh(found := await session.merge(conversation, load=False))
                    if now - found.context_at > self._limits.context_life:
                        found.context = _aged(found.context)
                    return found
            await asyncio.sleep(_FLOOR_POLL_SECONDS)

    async def _conversation(self, session: Any, channel: str, key: str) -> Conversation:
        key_hash = keyed_hash(key, f"conversation:{channel}")
        known = await repository.conversation_by_key(session, channel, key_hash)
        return known or await repository.add_conversation(session, channel, key_hash)

    def _incoming(self, conversation_id: str, message: InboundMessage, now: datetime) -> Turn:
        identifier = new_id()
        return Turn(
            id=identifier,
            conversation_id=conversation_id,
            direction=Direction.IN,
            external_id=_name(message),
            text=clean(message.text, limit=self._limits.question_characters).text,
            correlation_id=identifier,
            at=now,
        )

    async def _store(
        self, conversation: Conversation, turn: Turn, reply: Reply, latency: int, *, holder: str
    ) -> None:
        now = self._clock()
        async with self._database.writing() as session:
            for message in reply.messages:
                message.message_id = new_id()
                message.sent_at = now
                await repository.add_turn(
                    session,
                    Turn(
                        id=message.message_id,
                        conversation_id=conversation.id,
                        direction=Direction.OUT,
                        text=message.text,
                        message=message.model_dump(mode="json"),
                        reply_to=turn.id,
                        outcome=reply.outcome,
                        task=reply.task,
                        code=reply.code,
                        latency_ms=latency,
                        correlation_id=turn.correlation_id,
                        at=now,
                    ),
                )
            context = {**conversation.context, **reply.context}
            context.pop("missed", None)
            if reply.messages:
                context[RATEABLE] = judged(reply.messages)
                context["options"] = [
                    button.model_dump(exclude_none=True)
                    for button in reply.messages[-1].buttons
                    if button.action
                ]
            conversation.context = context
            # A machine that hung and came back too late still tells the citizen, but changes nothing any
            # more.
            if self._database.is_sqlite or await repository.leave_floor(session, conversation.id, holder):
                await repository.save_context(session, conversation.id, context, now)
            await unanswered.notice(session, conversation, turn, reply, now)

    async def history(
        self, channel: str, conversation_key: str, *, after: str | None = None, limit: int = 60
    ) -> list[tuple[Direction, OutboundMessage]]:
        """What was said, oldest first, after the turn with this id; for a page that comes back."""
        async with self._database.reading() as session:
            key_hash = keyed_hash(conversation_key, f"conversation:{channel}")
            conversation = await repository.conversation_by_key(session, channel, key_hash)
            if conversation is None:
                return []
            number = await repository.turn_number(session, conversation.id, after) if after else 0
            turns = await repository.turns_after(session, conversation.id, number, limit)
        return [(Direction(turn.direction), _message_of(turn)) for turn in turns]


def _name(message: InboundMessage) -> str | None:
    """What a repeat is recognised by."""
    return keyed_hash(message.external_id, f"turn:{message.channel}") if message.external_id else None


def _repeated(conversation: Conversation, told: Reply | None) -> TurnResult:
    told = told or Reply(outcome=Outcome.TASK, messages=[])
    return TurnResult(conversation.id, told, 0, repeated=True)


def _text_of(batch: Sequence[InboundMessage]) -> str:
    return "\n".join(one.text for one in batch if one.text)


def _count(channel: str, reply: Reply, latency_ms: int) -> None:
    metrics.TURNS.labels(channel, reply.outcome).inc()
    metrics.TURN_SECONDS.labels(channel).observe(latency_ms / 1000)
    if reply.context.get("invented"):
        metrics.SAFE_CARDS.labels(metrics.SafeCard.NUMERIC_GUARD).inc()


def _message_of(turn: Turn) -> OutboundMessage:
    if turn.message is not None:
        return OutboundMessage.model_validate(turn.message)
    return OutboundMessage(text=turn.text, message_id=turn.id, sent_at=turn.at)


def _reply_of(turns: Sequence[Turn]) -> Reply:
    first = turns[0]
    return Reply(
        outcome=Outcome(first.outcome or Outcome.TASK),
        task=Task(first.task) if first.task else None,
        code=first.code,
        messages=[_message_of(turn) for turn in turns],
    )


def _aged(context: dict[str, Any]) -> dict[str, Any]:
    """After a day the topic is offered, not silently taken up again, and no form is open any more; how to
    address somebody stays.
    """
    kept: dict[str, Any] = {key: context[key] for key in ("address", "ward") if key in context}
    kept["form"] = None
    if context.get("code"):
        kept["earlier_code"] = context["code"]
    return kept
