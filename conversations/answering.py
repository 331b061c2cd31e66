"""Who answers a turn: an officer, a rating's thanks, whoever proves a dossier, a button, or the assistant.

The order matters: what an officer owns the assistant never hears, and a one-time code never enters Rasa.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from conversations import repository, sayings
from conversations.choices import chosen
from conversations.intake import Unusable, clean
from conversations.models import Conversation, Owner, Turn
from conversations.rasa import Assistant, AssistantUnavailable
from conversations.rating import is_rating, rate, said
from conversations.tries import Tries
from core import metrics
from core.database import Database, utc_now
from core.events import publish
from core.message import Button, Reply

log = structlog.get_logger()

# A one-time code never enters Rasa: who proves a dossier answers before the assistant is asked.
Proof = Callable[[str, str, str, dict[str, Any]], Awaitable[Reply | None]]
# Buttons that are no matter of the assistant: conversation, action, context.
Press = Callable[[str, str, dict[str, Any]], Awaitable[Reply | None]]


@dataclass(frozen=True)
class DeskLimits:
    """``floor``: how long a turn may take before another machine believes that it died."""

    question_characters: int = 2000
    turns_per_minute: int = 30
    context_life: timedelta = timedelta(hours=24)
    floor: timedelta = timedelta(seconds=20)


class Stopwatch:
    """How long what stands inside its ``with`` took, in milliseconds."""

    ms = 0.0

    def __enter__(self) -> None:
        self._started = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self.ms += (time.perf_counter() - self._started) * 1000


class Answering:
    def __init__(
        self,
        database: Database,
        assistant: Assistant,
        *,
        limits: DeskLimits,
        proof: Proof | None = None,
        press: Press | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._database, self._assistant, self._limits = database, assistant, limits
        self._proof, self._press, self._clock = proof, press, clock

    async def reply(
        self,
        conversation: Conversation,
        turn: Turn,
        raw: str,
        action: str | None,
        rasa: Stopwatch,
        *,
        again: bool = False,
    ) -> Reply:
        """``raw``: what was typed; ``action``: the button that was pressed instead. ``rasa`` runs while the
        assistant is asked. ``again``: somebody else may have begun to answer this turn."""
        if not action and conversation.owner == Owner.BOT:
            action = said(raw, conversation.context)
        if action and is_rating(action):
            async with self._database.writing() as session:
                rated = await rate(session, conversation, action, self._clock())
            return sayings.with_officer() if conversation.owner == Owner.OFFICER else rated
        if conversation.owner == Owner.OFFICER:
            return sayings.with_officer()
        async with self._database.reading() as session:
            recent = await repository.count_turns_since(
                session, conversation.id, self._clock() - timedelta(minutes=1)
            )
        if recent > self._limits.turns_per_minute:
            return sayings.too_fast()
        context = dict(conversation.context)
        cleaned = clean(raw, limit=self._limits.question_characters)
        if self._proof and not action:
            proved = await self._proof(conversation.id, conversation.channel, raw, context)
            if proved is not None:
                return proved
        if not action and (button := chosen(raw, [Button(**b) for b in context.get("options", [])])):
            action = button.action
        if action and self._press:
            pressed = await self._press(conversation.id, action, context)
            if pressed is not None:
                return pressed
        if not action and cleaned.unusable is Unusable.COMMAND:
            return sayings.no_commands()
        if not action and cleaned.unusable:
            return sayings.no_words()
        tries = Tries(self._database, conversation.id, turn.id)
        if again and (done := await tries.again()) is not None:
            return done
        try:
            with rasa:
                reply = await self._assistant.reply(
                    conversation_id=conversation.id,
                    text=cleaned.text,
                    action=action,
                    context=context,
                    tries=tries,
                )
        except AssistantUnavailable as error:
            metrics.ASSISTANT_FAILURES.labels(metrics.AssistantFailure.of(error.reason)).inc()
            metrics.SAFE_CARDS.labels(metrics.SafeCard.ASSISTANT_UNAVAILABLE).inc()
            await self._alarm(conversation.id, turn, error.reason)
            return sayings.unavailable()
        if cleaned.was_cut and reply.messages:
            reply.messages[0].text = sayings.CUT_NOTICE + reply.messages[0].text
        return reply

    async def _alarm(self, conversation_id: str, turn: Turn, reason: str) -> None:
        log.error("assistant_unavailable", reason=reason, conversation=conversation_id)
        async with self._database.writing() as session:
            await publish(
                session,
                type="motcua.alarm.assistant_unavailable",
                subject=conversation_id,
                body={"reason": reason},
                correlation_id=turn.correlation_id,
            )
