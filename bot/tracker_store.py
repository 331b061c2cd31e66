"""What Rasa remembers, bounded: the conversation's context lives in our own table, not here.

Not even which form is open: that comes with each turn (``bot.open_form``), and any server may take the next.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

from bot import open_form


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
            tracker = self._fresh(tracker.sender_id, None)
        await super().save(tracker)
        self.store.move_to_end(tracker.sender_id)
        while len(self.store) > self.conversations:
            self.store.popitem(last=False)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        known = await super().retrieve(sender_id)
        form = open_form.told() if open_form.is_told() else None
        if form not in (None, *self.domain.form_names):  # of another release
            form = None
        if not open_form.is_told() or (known.active_loop_name if known else None) == form:
            return known
        return self._fresh(sender_id, form)

    def _fresh(self, sender_id: str, form: str | None) -> DialogueStateTracker:
        """A conversation that has just begun; with a form, as it is when the form has asked its question."""
        asked: list[Event] = []
        if form is not None:
            (slot,) = self.domain.required_slots_for_form(form)
            asked = [ActionExecuted(form), ActiveLoop(form), SlotSet(REQUESTED_SLOT, slot)]
        return DialogueStateTracker.from_events(
            sender_id,
            [
                ActionExecuted(ACTION_SESSION_START_NAME),
                SessionStarted(),
                *asked,
                ActionExecuted(ACTION_LISTEN_NAME),
            ],
            slots=self.domain.slots,
        )
