"""What Rasa remembers, bounded: the conversation's context lives in our own table, not here.

Which form is open is all that Rasa alone knows. With Redis, the servers of several machines share it while
a form is open, so that the next turn may be taken by any of them; without Redis, or while it is away, each
has its own.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from redis import Redis
from redis.exceptions import RedisError

_PREFIX = "motcua:form:"
_FORM_SECONDS = 24 * 3600


def _redis(url: str | None) -> Redis | None:
    """Short waits: an assistant that waits for Redis would keep citizens waiting."""
    return Redis.from_url(url, socket_timeout=0.3, socket_connect_timeout=0.3) if url else None


class BoundedTrackerStore(InMemoryTrackerStore):  # type: ignore[misc]
    """Keeps the latest conversations and starts a long one afresh between turns, never inside a form.

    The stock store grows for ever, and every action call carries a conversation's whole history.
    """

    def __init__(
        self,
        domain: Domain,
        event_broker: EventBroker | None = None,
        conversations: int = 5000,
        events: int = 12,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self.store: OrderedDict[str, str] = OrderedDict()
        self.conversations = conversations
        self.events = events
        self.shared = _redis(os.environ.get("REDIS_URL"))

    async def save(self, tracker: DialogueStateTracker) -> None:
        if len(tracker.events) > self.events and not tracker.active_loop_name:
            tracker = self._fresh(tracker.sender_id)
        await super().save(tracker)
        self.store.move_to_end(tracker.sender_id)
        while len(self.store) > self.conversations:
            self.store.popitem(last=False)
        self._share(tracker)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        if self.shared is not None:
            try:
                told = self.shared.get(_PREFIX + sender_id)
            except RedisError:
                told = None
            if told is not None:
                self.store[sender_id] = told.decode()
        return await super().retrieve(sender_id)

    def _share(self, tracker: DialogueStateTracker) -> None:
        """Open forms for whoever takes the next turn; a form that has ended is told once more, for a
        minute.
        """
        if self.shared is None:
            return
        name = _PREFIX + tracker.sender_id
        try:
            if tracker.active_loop_name:
                self.shared.setex(name, _FORM_SECONDS, self.store[tracker.sender_id])
            else:
                self.shared.delete(name)
        except RedisError:
            return

    def _fresh(self, sender_id: str) -> DialogueStateTracker:
        return DialogueStateTracker.from_events(
            sender_id,
            [
                ActionExecuted(ACTION_SESSION_START_NAME),
                SessionStarted(),
                ActionExecuted(ACTION_LISTEN_NAME),
            ],
            slots=self.domain.slots,
        )
