"""What Rasa remembers, bounded: the conversation's context lives in our own table, not here."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker


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

    async def save(self, tracker: DialogueStateTracker) -> None:
        if len(tracker.events) > self.events and not tracker.active_loop_name:
            tracker = self._fresh(tracker.sender_id)
        await super().save(tracker)
        self.store.move_to_end(tracker.sender_id)
        while len(self.store) > self.conversations:
            self.store.popitem(last=False)

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
